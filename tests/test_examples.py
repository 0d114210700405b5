"""The programs under examples/ run, print what their page shows, and are right."""

import re
import runpy
import sys
from collections.abc import Iterator
from contextlib import chdir
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import matplotlib
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import netspec
from tests.documented.blocks import blocks
from tests.documented.commands import captured
from tests.documented.dialogue import agrees, exchanges

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
TRAINING = EXAMPLES / "train.py"  # `test_train.py` runs it, in several processes
SCRIPTS = sorted({*EXAMPLES.glob("*.py")} - {TRAINING})
PAGE = (ROOT / "docs" / "examples.md").read_text("utf-8")
PICTURE = ROOT / "docs" / "pictures" / "inception_sweep.svg"

Names = dict[str, Any]


class Examples:
    """Runs each script once, in an empty folder; keeps what it printed and its names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run = cache(self._run)

    def _run(self, name: str) -> tuple[str, Names]:
        with chdir(self.folder), captured() as stream:
            names = runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
        return stream.getvalue(), names

    def __call__(self, name: str) -> Names:
        return self.run(name)[1]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Examples]:
    with matplotlib.rc_context():
        matplotlib.use("agg")
        yield Examples(tmp_path_factory.mktemp("examples"))


def shown(page: str) -> dict[str, str]:
    """Command -> the output that the page shows."""
    consoles = [block.text for block in blocks(page) if block.language == "console"]
    dialogues = [one for text in consoles for one in exchanges(text, "$ ", "> ")]
    return {one.source.strip(): one.shown for one in dialogues}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_page_shows_what_is_printed(script: Path, examples: Examples) -> None:
    output = shown(PAGE)[f"python examples/{script.name}"]
    printed, _ = examples.run(script.stem)
    assert agrees(output, printed), printed
    assert not agrees(re.sub(r"\d(?=\D*$)", "7 and more", output), printed)


def cells(script: Path) -> list[str]:
    """The text before the first cell, and the cells."""
    return re.split(r"^(?=# %% )", script.read_text("utf-8"), flags=re.M)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_are_short_and_have_cells(script: Path) -> None:
    assert len(script.read_text("utf-8").splitlines()) <= 80
    assert len(cells(script)) >= 3


@pytest.mark.parametrize("name", ["design_variant", "siamese", "unet"])
def test_a_notebook_finds_the_spec(name: str) -> None:
    """A cell has no `__file__`; its working folder is that of the notebook."""
    cell = cells(EXAMPLES / f"{name}.py")[1]
    with chdir(EXAMPLES), captured() as stream:
        exec(cell, {})
    assert "declared shapes hold" in stream.getvalue()


def size(module: nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())


def test_the_variant_is_counted_as_it_is_built_and_learns(examples: Examples) -> None:
    names = examples("design_variant")
    assert names["variant"].parameters == size(names["model"])
    assert names["losses"][1] < names["losses"][0]
    assert names["equal"]


def test_the_slip_shows_at_other_sizes_only(examples: Examples) -> None:
    slip = netspec.Text(examples("design_variant")["slip"])
    netspec.check_spec(slip, dims={"H": 224, "W": 224})
    with pytest.raises(netspec.NetspecError, match="29 and 28"):
        netspec.check_spec(slip, dims={"H": 225, "W": 224})


def test_torchvision_and_the_spec_give_equal_outputs(examples: Examples) -> None:
    names = examples("torchvision_weights")
    model, images = names["model"], names["images"]
    with torch.no_grad():
        wanted = names["original"](images)
        assert torch.equal(model(images), wanted)
        assert torch.equal(names["again"](images), wanted)
        model.bn1.running_mean += 0.01
        assert not torch.equal(model(images), wanted)


def test_only_the_last_stage_and_the_head_learn(examples: Examples) -> None:
    names = examples("torchvision_weights")
    learning = {key for key, weight in names["tuned"].named_parameters() if weight.requires_grad}
    assert {key.split(".")[0] for key in learning} == {"layer4", "fc"}
    assert not Path(names["folder"].name).exists()


def test_the_detector_learns_through_all_levels(examples: Examples) -> None:
    detector = examples("extract_features")["detector"].train()
    scores, boxes = detector(torch.randn(2, 3, 64, 96))
    assert scores.shape == (2, 8 * 12 + 4 * 6 + 2 * 3, 20)
    (scores.sum() + boxes.sum()).backward()
    assert all(weight.grad is not None for weight in detector.parameters())


def test_boxes_lie_round_positions_in_the_image(examples: Examples) -> None:
    detector = examples("extract_features")["detector"]
    _, boxes = detector.boxes(torch.zeros(1, 24, 2, 3), 32)
    assert boxes[0].tolist() == [
        [x - 32, y - 32, x + 32, y + 32] for y in (16, 48) for x in (16, 48, 80)
    ]


def weights_of_sweep(k: int, l: int, m: int, n: int) -> int:  # noqa: E741  (the paper's letters)
    """What k, l, m, n decide: the block's convolutions, and the 1×1s that read m + n of its
    channels (branches of 128, 384, 192 and 192 in figure 5); each filter has two numbers of its
    batch norm."""
    block = 384 * k + 9 * k * l + 9 * l * m + 9 * 384 * n + 2 * (k + l + m + n)
    return block + (128 + 384 + 192 + 192) * (m + n)


def test_the_sweep_counts_as_one_does_by_hand(examples: Examples) -> None:
    names = examples("sweep_inception")
    grid, costs = names["grid"], names["costs"]
    assert len(grid) == 81
    counted = [round(parameters * 1e6) for parameters, _ in costs]
    by_hand = [weights_of_sweep(**widths) for widths in grid]
    differences = [b - a for a, b in pairwise(counted)]
    assert differences == [b - a for a, b in pairwise(by_hand)]
    by_hand[40] += 1
    assert differences != [b - a for a, b in pairwise(by_hand)]


def without_torch(script: Path) -> Names:
    """Run a script where torch cannot be imported."""
    hidden = {name for name in sys.modules if name.split(".")[0] == "torch"}
    hidden |= {name for name in sys.modules if name.startswith("netspec.backends.torch")}
    with patch.dict(sys.modules, dict.fromkeys(hidden | {"torch"})), captured():
        return runpy.run_path(str(script))


def test_the_sweep_needs_no_torch(tmp_path: Path) -> None:
    sweep = cells(EXAMPLES / "sweep_inception.py")[1].replace("(0.5, 1, 1.5)", "(0.5, 1)")
    script = tmp_path / "few.py"
    script.write_text(sweep, encoding="utf-8")
    assert len(without_torch(script)["grid"]) == 16
    script.write_text(sweep.replace("check_spec", "compile_spec"), encoding="utf-8")
    with pytest.raises(ImportError):
        without_torch(script)


def content(picture: Path) -> tuple[list[str], int]:
    """The text in a picture, which matplotlib draws as lines and repeats in comments; its dots."""
    text = picture.read_text("utf-8")
    return re.findall(r"<!-- (.*) -->", text), text.count("<use ")


def test_the_picture_on_the_page_is_the_one_that_is_drawn(examples: Examples) -> None:
    examples("sweep_inception")
    words, dots = content(examples.folder / "inception_sweep.svg")
    assert "parameters (millions)" in words
    assert dots > 81
    assert (words, dots) == content(PICTURE)


def reference_unet(weights: dict[str, Tensor], image: Tensor) -> Tensor:
    """Figure 1 of the paper by hand, padded and without dropout."""

    def pair(x: Tensor, name: str) -> Tensor:
        for index in (0, 2):
            weight, bias = (weights[f"{name}.{index}.{kind}"] for kind in ("weight", "bias"))
            x = functional.conv2d(x, weight, bias, padding=1).relu()
        return x

    x, skips = image, []
    for level in (1, 2, 3, 4):
        skips.append(pair(x, f"down{level}"))
        x = functional.max_pool2d(skips[-1], 2)
    x = pair(x, "bottom")
    for level in (4, 3, 2, 1):
        weight, bias = (weights[f"up{level}.conv.{kind}"] for kind in ("weight", "bias"))
        x = functional.conv_transpose2d(x, weight, bias, stride=2)
        x = pair(torch.cat([skips.pop(), x], 1), f"up{level}.convs")
    return functional.conv2d(x, weights["classes.weight"], weights["classes.bias"])


def test_the_unet_computes_what_the_paper_says(examples: Examples) -> None:
    model = examples("unet")["model"]
    weights = model.state_dict()
    image = torch.randn(1, 1, 32, 48)
    with torch.no_grad():
        result = model(image)
        torch.testing.assert_close(result, reference_unet(weights, image))
        crossed = weights | {"up1.convs.0.weight": weights["up1.convs.0.weight"].roll(64, 1)}
        assert not torch.allclose(result, reference_unet(crossed, image))


def owners(spec: str) -> set[str]:
    return {key.split(".")[0] for key in netspec.check_spec(netspec.Text(spec)).state_dict_shapes}


def test_the_siamese_network_has_one_encoder(examples: Examples) -> None:
    names = examples("siamese")
    model, left, right = names["model"], names["left"], names["right"]
    with torch.no_grad():
        there, back = model(left, right), model(right, left)
    torch.testing.assert_close(there["left"], back["right"])
    torch.testing.assert_close(there["same"], back["same"])
    spec = names["SPEC"].read_text("utf-8")
    assert owners(spec) == {"encoder", "same"}
    copied = spec.replace("share: encoder", "op: encoder, features: features")
    assert owners(copied) == {"encoder", "encoder_right", "same"}
