"""Receptive fields are what the gradient reaches, position by position."""

import pytest
import torch

import netspec
from netspec import Text
from netspec.analysis import receptive_field
from netspec.analysis.flow import flow
from netspec.analysis.receptive_field import Field, Fields, Interval, first_fields, leaf_fields
from netspec.graph.ir import Graph

EXAMPLES = 64


def graph_of(nodes: list[str], size: int, shape: str = "") -> netspec.Checked:
    lines = "".join(
        f"  {node if ': ' in node.split('{')[0] else f'n{index}: {node}'}\n"
        for index, node in enumerate(nodes)
    )
    wanted = shape or f"[N, 4, {size}, {size}]"
    text = f"netspec: 1\ninputs: {{x: {wanted}}}\nnodes:\n{lines}"
    last = lines.splitlines()[-1].split(":")[0].strip()
    return netspec.check_spec(Text(f"{text}outputs: {{y: {last}}}\n"))


def fields_of(graph: Graph) -> Fields:
    (found,) = flow(graph.root, first_fields(graph.root), leaf_fields)
    return found


def reached(checked: netspec.Checked) -> list[Interval]:
    """For each position of the first spatial dimension of the output, the rows of the image that
    its gradient reaches in any of many random examples."""
    model = netspec.pipeline.build(checked, seed=0, dtype=torch.float64).eval()
    shape = [EXAMPLES, *checked.graph.root.inputs[0][1:]]
    image = torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    output = model(image.requires_grad_())
    found = []
    for position in range(output.shape[2]):
        (gradient,) = torch.autograd.grad(
            output[:, :, position].square().sum(), image, retain_graph=True
        )
        rows = gradient.abs().sum(dim=[0, 1, *range(3, gradient.ndim)]).nonzero().flatten().tolist()
        found.append((rows[0], rows[-1]) if rows else None)
    return found


def compare(checked: netspec.Checked) -> None:
    """Where the field is all inside of the image it is what the gradient reaches, and elsewhere the
    gradient reaches no further. Border positions may read padding in place of what is said."""
    field, found = fields_of(checked.graph)[0], reached(checked)
    assert field is not None
    inside = 0
    for position, interval in enumerate(found):
        said = field.at(position)
        if said is None or (said[0] >= 0 and said[1] < field.size):
            assert interval == said
            inside += said is not None
        elif interval is not None:
            assert said[0] <= interval[0]
            assert said[1] >= interval[1]
    assert inside > 1 or field.dim is None


def conv(kernel: int, **more: object) -> str:
    arguments = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{op: conv, out_channels: 4, kernel_size: {kernel}{arguments}}}"


def up(kernel: int, stride: int, **more: object) -> str:
    return conv(kernel, stride=stride, **more).replace("op: conv", "op: conv_transpose")


def pool(kernel: int, name: str = "max_pool", **more: object) -> str:
    return conv(kernel, **more).replace("op: conv, out_channels: 4", f"op: {name}")


def resized(mode: str, **more: object) -> str:
    arguments = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{op: upsample, mode: {mode}{arguments}}}"


GATE = [
    "a: {op: conv, out_channels: 4, kernel_size: 3, padding: 1}",
    "g: [{op: adaptive_avg_pool, output_size: 1}, sigmoid]",
    "y: {op: mul, from: [a, g], broadcast: true}",
]
BRANCHES = [
    "a: {op: conv, out_channels: 4, kernel_size: 5, stride: 2, padding: 2}",
    "b: {op: max_pool, from: x, kernel_size: 2, stride: 2}",
    "y: {op: concat, from: [a, b]}",
]
U = [
    "a: {op: conv, out_channels: 4, kernel_size: 3, padding: 1}",
    "b: [{op: max_pool, kernel_size: 2}, {op: conv, out_channels: 4, kernel_size: 3, padding: 1}]",
    "c: {op: conv_transpose, out_channels: 4, kernel_size: 2, stride: 2}",
    "y: {op: add, from: [a, c]}",
]
LAST_CHANNEL = [
    "a: {op: conv, out_channels: 4, kernel_size: 3, stride: 2}",
    "b: {op: permute, dims: [0, 2, 3, 1]}",
    "c: layer_norm",
    "d: {op: linear, out_features: 4}",
    "y: {op: permute, dims: [0, 3, 1, 2]}",
]
SHUFFLE = [
    "a: {op: conv, out_channels: 4, kernel_size: 3}",
    "b: {op: reshape, shape: [N, 2, 2, 18, 18]}",
    "c: {op: permute, dims: [0, 2, 1, 3, 4]}",
    "y: {op: reshape, shape: [N, 4, 18, 18]}",
]
EXACT: dict[str, list[str]] = {
    "convolution": [conv(3)],
    "same": [conv(4, padding="same")],
    "strides": [conv(3, stride=2), conv(5, stride=3, padding=2)],
    "dilation": [conv(3, dilation=4, padding=4), conv(3)],
    "asymmetric": ["{op: conv, out_channels: 4, kernel_size: [5, 1], stride: [2, 1]}", conv(3)],
    "pools": [pool(3, stride=2, padding=1), pool(2, "avg_pool", ceil_mode="true")],
    "grid": [conv(3), pool(1, "adaptive_avg_pool").replace("kernel_size: 1", "output_size: 7")],
    "transposed": [conv(3, stride=2), up(4, 2, padding=1), conv(3)],
    "transposed with gaps": [conv(5, stride=2), up(2, 3)],
    "transposed and dilated": [up(3, 2, dilation=2, output_padding=1)],
    "transposed and dilated by odd steps": [up(3, 2, dilation=3)],
    "nearest": [conv(3, stride=2), resized("nearest", scale_factor=2), conv(3, padding=1)],
    "nearest to a size": [resized("nearest", size="[33, 31]"), conv(3, stride=2)],
    "nearest-exact": [resized("nearest-exact", size="[33, 31]")],
    "bilinear": [conv(3, stride=2), resized("bilinear", scale_factor=4), conv(3, stride=2)],
    "aligned corners": [resized("bilinear", size="[39, 39]", align_corners="true"), conv(3)],
    "bicubic": [conv(2, stride=2), resized("bicubic", scale_factor=2)],
    "branches": BRANCHES,
    "u-net": U,
    "gate": GATE,
    "channels last": LAST_CHANNEL,
    "shuffle": SHUFFLE,
    "norms": [conv(3), "batch_norm", "{op: local_response_norm, size: 3}", "relu", "{op: dropout}"],
    "group norm": [conv(3), "{op: group_norm, num_groups: 2}"],
    "pad": ["{op: pad, pad: [1, 2, 3, 0]}", conv(3, stride=2)],
    "crop": ["{op: pad, pad: [0, 0, -2, -3]}", conv(3)],
    "softmax": [conv(3), "{op: softmax, dim: 1}"],
    "softmax of rows": [conv(3), "{op: softmax, dim: 2}"],
    "mean": [conv(3, stride=2), "{op: mean, dim: 2, keepdim: true}"],
    "chunks": ["a: {op: chunk, chunks: 2}", "y: {op: mul, from: [a.0, a.1]}"],
}


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("kind", EXACT)
def test_fields_are_what_the_gradient_reaches(kind: str) -> None:
    compare(graph_of(EXACT[kind], 20))


def test_one_and_three_dimensions() -> None:
    for shape in ("[N, 4, 20]", "[N, 4, 12, 5, 5]"):
        checked = graph_of([conv(3, stride=2), conv(2)], 0, shape)
        compare(checked)
        assert len(fields_of(checked.graph)) == shape.count(",") - 1


@pytest.mark.parametrize(
    ("name", "node", "extent"),
    [
        ("torchvision/vgg16", "features", 212),
        ("torchvision/alexnet", "features", 195),
        ("keras_resnet50", "stage5", 483),
        ("inception_v4", "features", 2071),
    ],
)
def test_fields_in_the_literature(name: str, node: str, extent: int) -> None:
    """Araujo, Norris and Sim (2019), Computing Receptive Fields of CNNs, table 1."""
    root = netspec.check_spec(name).graph.root
    found: dict[str, tuple[Fields, ...]] = {}
    flow(root, first_fields(root), leaf_fields, found.__setitem__)
    assert [field and field.extent for field in found[node][0]] == [extent, extent]


@pytest.mark.parametrize(
    "nodes",
    [
        [conv(3), "flatten"],
        [conv(3), "{op: adaptive_avg_pool, output_size: 1}"],
        [conv(3), "{op: mean, dim: [2, 3]}", "{op: linear, out_features: 3}"],
        GATE,
    ],
)
def test_all_of_the_image(nodes: list[str]) -> None:
    assert all(field.is_whole for field in fields_of(graph_of(nodes, 9).graph))


def test_pixels_that_nothing_reads_are_no_part_of_it() -> None:
    nodes = [conv(3, stride=3), "{op: mean, dim: [2, 3]}"]
    rows, _ = fields_of(graph_of(nodes, 11).graph)
    assert (rows.extent, rows.is_whole) == (9, False)


def test_a_tensor_of_parameters_reads_nothing() -> None:
    nodes = [
        "p: {op: parameter, shape: [1, 4, 5, 5]}",
        "c: {op: conv, from: x, out_channels: 4, kernel_size: 1}",
        "y: {op: add, from: [p, c], broadcast: true}",
    ]
    root = graph_of(nodes, 5).graph.root
    found: dict[str, tuple[Fields, ...]] = {}
    flow(root, first_fields(root), leaf_fields, found.__setitem__)
    assert found["p"] == ((),)
    assert [field and field.extent for field in found["y"][0]] == [1, 1]


def test_a_field_with_too_many_phases_is_the_whole_image() -> None:
    size = receptive_field.MOST_PHASES + 1
    nodes = [f"{{op: upsample, size: {size}}}", "relu"]
    (field,) = fields_of(graph_of(nodes, 0, "[N, 1, 8]").graph)
    assert field.is_whole


def test_a_wrong_rule_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from netspec.ops.windows import Window

    monkeypatch.setattr(Window, "extent", property(lambda window: window.kernel))
    with pytest.raises(AssertionError):
        test_fields_are_what_the_gradient_reaches("dilation")


def test_a_forgotten_phase_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Field.at
    monkeypatch.setattr(Field, "at", lambda field, position: right(field, position - position % 2))
    with pytest.raises(AssertionError):
        test_fields_are_what_the_gradient_reaches("transposed")
