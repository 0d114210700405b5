"""The scene says what the graph says."""

from netspec import check_spec
from netspec.analysis.table import total
from netspec.backends.picture.scene import Box
from netspec.backends.picture.stage import stage
from tests.backends.picture.samples import BRANCHES, graph, scene


def boxes(*names: str, text: str | None = None) -> list[Box]:
    found = scene(text) if text else scene()
    return [box for name in names for one in found.scopes for box in one.nodes if box.name == name]


def test_a_folded_resnet50_is_eleven_cards() -> None:
    found = stage(check_spec("torchvision/resnet50").graph)
    assert len(found.root.nodes) == 11


def test_words_of_a_convolution() -> None:
    (conv,) = boxes("conv1")[:1]
    assert conv.what == "conv 3×3 /2 → 32"
    assert conv.outputs == ("N×32×⌈⌊H/2⌋/2⌉×⌈⌊W/2⌋/2⌉",) or conv.outputs[0].startswith("N×32×")
    assert conv.arguments["kernel_size"] == "3"
    assert conv.arguments["bias"] == "true"
    assert conv.formulas[0][2].startswith("floor(")
    assert conv.yaml is not None and conv.yaml.file == "small.yaml"
    assert conv.yaml.text.startswith("conv1: {op: conv")


def test_families_and_forms() -> None:
    relu, conv, fc, add = (boxes(name)[0] for name in ("relu1", "conv1", "fc", "sum"))
    assert (relu.hue, relu.form) == ("activation", "pill")
    assert conv.hue == fc.hue == "convolution"
    assert (add.hue, add.form, add.sign) == ("merging", "sign", "+")


def test_a_repeat_is_a_stack_whose_first_copy_is_different() -> None:
    (stack,) = boxes("stage")
    assert (stack.copies, stack.notch, stack.what) == (3, True, "residual, first stride 2")
    first, second, third = scene().scopes[stack.scope or 0].nodes
    assert first.scope != second.scope == third.scope
    assert first.given == {"width": "32", "stride": "2"}


def test_copies_in_a_chain_are_one_stack_and_keep_their_paths() -> None:
    (features,) = boxes("features", text=BRANCHES)
    found = scene(BRANCHES)
    run, relu = found.scopes[features.scope or 0].nodes
    assert (run.name, run.copies, run.flat, run.notch) == ("0–3", 4, True, False)
    assert relu.inputs == ((0, 0),)
    inner = found.scopes[run.scope or 0]
    assert [box.at for box in inner.nodes] == ["0", "1", "2", "3"]
    assert [box.inputs for box in inner.nodes] == [((-1, 0),), ((0, 0),), ((1, 0),), ((2, 0),)]
    assert run.parameters == sum(box.parameters for box in inner.nodes)


def test_training_only_nodes_and_outputs_are_marked() -> None:
    assert boxes("aux", text=BRANCHES)[0].training
    assert [end.training for end in scene(BRANCHES).root.outputs] == [False, True]


def test_costs_are_those_of_the_table() -> None:
    cost, found = total(graph()), scene()
    assert (found.parameters, found.macs) == (cost.parameters, cost.macs)
    assert sum(box.parameters for box in found.root.nodes) == cost.parameters
    assert sum(box.macs for box in found.root.nodes) == cost.macs


def test_memory_is_what_is_written() -> None:
    found = {box.name: box.memory for box in stage(graph()).root.nodes}
    assert found["pool"] == 32 * 4
    assert found["flatten"] == 0  # a view
    assert found["stem"] == 4 * (2 * 16 * 32 * 32 + 16 * 16 * 16)


def test_equal_instances_are_listed_once() -> None:
    found = stage(check_spec("torchvision/resnet152").graph)
    assert len(found.scopes) < 20


def test_facts_that_depend_on_the_place() -> None:
    known = scene().facts
    assert known["stem.0"] == {"receptive field": "3", "stride": "1"}
    assert known["stage.0.conv1"]["stride"] == "4"
    assert known["stage.1.conv1"]["receptive field"] > known["stage.0.conv2"]["receptive field"]
    assert known["fc"]["receptive field"] == "the whole image"
