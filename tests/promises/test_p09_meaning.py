"""P9, no silent meaning: what people mean differently is refused or warned of, and what is accepted
means these numbers, in training and in evaluation. The numbers are worked out by hand."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

import netspec
from netspec import NetspecError, Text

Fields = str


def text(inputs: str, nodes: str, outputs: str = "{y: y}", more: str = "") -> Text:
    return Text(
        f"netspec: 1\nname: net\n{more}inputs: {inputs}\nnodes:\n  {nodes}\noutputs: {outputs}\n"
    )


def refused(spec: Text) -> tuple[str, str]:
    """The code of the only error, and its message and help."""
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(spec)
    (found,) = [each for each in caught.value.diagnostics if each.severity == "error"]
    return found.code, f"{found.message}; {found.help}"


def in_both_modes(spec: Text, *tensors: Tensor) -> list[Tensor]:
    """The output in training and in evaluation, of a network without anything random."""
    model = netspec.compile_spec(spec)
    return [model.train(training)(*[t.clone() for t in tensors]) for training in (True, False)]


class TestBroadcasting:
    SHAPES = "{x: [N, 2, 2], gate: [N, 2, 1]}"

    @pytest.mark.parametrize("op", ["add", "mul"])
    def test_is_refused(self, op: str) -> None:
        code, said = refused(text(self.SHAPES, f"y: {{op: {op}, from: [x, gate]}}"))
        assert code == "shape-mismatch"
        assert "dimension 2: 2 and 1" in said
        assert "write `broadcast: true` if size 1 is meant to stretch" in said

    def test_of_a_product_is_refused(self) -> None:
        code, said = refused(text("{a: [2, 3, 4], b: [1, 4, 5]}", "y: {op: matmul, from: [a, b]}"))
        assert code == "shape-mismatch"
        assert "matmul broadcasts nothing" in said

    def test_on_demand_means_this(self) -> None:
        spec = text(self.SHAPES, "y: {op: mul, from: [x, gate], broadcast: true}")
        x, gate = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([[[10.0], [100.0]]])
        for y in in_both_modes(spec, x, gate):
            assert y.tolist() == [[[10, 20], [300, 400]]]

    def test_an_expanded_tensor_is_the_other_way(self) -> None:
        nodes = "wide: {op: expand, from: gate, shape: [_, _, 2]}\n  y: {op: add, from: [x, wide]}"
        x, gate = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([[[10.0], [100.0]]])
        for y in in_both_modes(text(self.SHAPES, nodes), x, gate):
            assert y.tolist() == [[[11, 12], [103, 104]]]


class TestRounding:
    def test_of_channels_is_refused(self) -> None:
        nodes = "y: {op: conv, out_channels: 1.5 * width, kernel_size: 1}"
        code, said = refused(text("{x: [N, 3, 8]}", nodes, more="params: {width: 3}\n"))
        assert code == "argument-value"
        assert "4.5" in said
        assert "round it with `//`, `round(…)` or `floor(…)`" in said

    def test_of_a_size_is_refused(self) -> None:
        conv = "{op: conv, out_channels: 1, kernel_size: 7, stride: 2, padding: 3"
        more = "dims: {H: 224, W: 224}\n"
        spec = text("{x: [N, 1, H, W]}", f"y: {conv}, shape: [N, 1, H/2, W/2]}}", more=more)
        code, said = refused(spec)
        assert code == "not-whole"
        assert "declare [N, 1, ceil(H/2), ceil(W/2)]" in said

    @pytest.mark.parametrize(("op", "code"), [("chunk, chunks: 2", "not-divisible")])
    def test_of_parts_is_refused(self, op: str, code: str) -> None:
        outputs = "{a: y.0, b: y.1}"
        assert refused(text("{x: [N, 5]}", f"y: {{op: {op}}}", outputs))[0] == code

    @pytest.mark.parametrize(
        ("op", "expected"),
        [
            ("max_pool, kernel_size: 2", [2, 4]),
            ("max_pool, kernel_size: 2, ceil_mode: true", [2, 4, 5]),
            ("avg_pool, kernel_size: 2, ceil_mode: true", [1.5, 3.5, 5]),
            ("avg_pool, kernel_size: 2, padding: 1", [0.5, 2.5, 4.5]),
            ("avg_pool, kernel_size: 2, padding: 1, count_include_pad: false", [1, 2.5, 4.5]),
            ("upsample, scale_factor: 1.5", [1, 1, 2, 3, 3, 4, 5]),
            ("upsample, scale_factor: 0.5", [1, 3]),
        ],
    )
    def test_that_is_written_means_this(self, op: str, expected: list[float]) -> None:
        x = torch.tensor([[[1.0, 2.0, 3.0, 4.0, 5.0]]])
        for y in in_both_modes(text("{x: [N, 1, 5]}", f"y: {{op: {op}}}"), x):
            assert y.tolist() == [[expected]]

    @pytest.mark.parametrize(
        ("written", "channels"),
        [
            ("round(2.5)", 2),
            ("round(3.5)", 4),
            ("7 // 2", 3),
            ("ceil(7 / 2)", 4),
            ("make_divisible(10, 8)", 16),
            ("make_divisible(17, 8)", 16),
        ],
    )
    def test_of_numbers_means_this(self, written: str, channels: int) -> None:
        spec = text("{x: [N, 4]}", f'y: {{op: linear, out_features: "{written}"}}')
        assert netspec.check_spec(spec).state_dict_shapes["y.weight"] == (channels, 4)


class TestOverwriting:
    @pytest.mark.parametrize(
        "nodes",
        [
            "y: {op: relu, inplace: true}",
            "a: {op: linear, out_features: 2}\n  b: {op: relu, inplace: true}\n"
            "  y: {op: add, from: [a, b]}",
            "a: {op: linear, out_features: 2}\n  b: {op: flatten, from: a}\n"
            "  c: {op: relu, inplace: true}\n  y: {op: add, from: [a, c]}",
            "a: {op: linear, out_features: 2}\n  b: sigmoid\n  y: {op: relu6, inplace: true}",
            "t: {op: parameter, shape: [1, 2]}\n  u: {op: relu, inplace: true}\n"
            "  y: {op: add, from: [x, u], broadcast: true}",
        ],
    )
    def test_what_is_seen_elsewhere_is_refused(self, nodes: str) -> None:
        assert refused(text("{x: [N, 2]}", nodes))[0] == "inplace-visible"

    def test_what_nobody_sees_means_this(self) -> None:
        nodes = "a: {op: scale, factor: -2}\n  y: {op: relu, inplace: true}"
        x = torch.tensor([[1.0, -3.0]], requires_grad=True)
        for training in (True, False):
            y = netspec.compile_spec(text("{x: [N, 2]}", nodes)).train(training)(x)
            assert (x.tolist(), y.tolist()) == ([[1, -3]], [[0, 6]])
            (gradient,) = torch.autograd.grad(y.sum(), x)
            assert gradient.tolist() == [[0, -2]]

    def test_an_absent_op_hides_no_second_reader(self) -> None:
        nodes = "a: {op: linear, out_features: 2}\n  b: {op: dropout, from: a, when: on}\n"
        nodes += "  c: {op: relu, from: b, inplace: true}\n  y: {op: add, from: [a, c]}"
        spec = text("{x: [N, 2]}", nodes, more="params: {on: false}\n")
        assert refused(spec)[0] == "inplace-visible"


class TestConventions:
    def warning(self, op: str) -> str:
        (found,) = netspec.check_spec(text("{x: [N, 2, 4]}", f"y: {{op: {op}}}")).warnings
        assert found.code == "advice"
        return found.message

    def test_the_momentum_of_others_is_warned_of(self) -> None:
        said = self.warning("batch_norm, momentum: 0.9")
        assert "weight of the present batch, as in torch; 0.9 in Keras or TensorFlow is 0.1" in said

    @pytest.mark.parametrize("op", ["dropout", "dropout2d"])
    def test_the_share_that_is_kept_is_warned_of(self, op: str) -> None:
        said = self.warning(f"{op}, p: 0.8")
        assert "`p` (=0.8) is the share that is dropped, as in torch; 0.8 kept is `p: 0.2`" in said

    @pytest.mark.parametrize("op", ["batch_norm, momentum: 0.1", "dropout, p: 0.7"])
    def test_what_is_usual_is_not(self, op: str) -> None:
        assert not netspec.check_spec(text("{x: [N, 2, 4]}", f"y: {{op: {op}}}")).warnings

    @pytest.mark.parametrize("argument", ["keep_prob: 0.8", "rate: 0.2", "decay: 0.9"])
    def test_names_of_others_are_refused(self, argument: str) -> None:
        op = "batch_norm" if argument.startswith("decay") else "dropout"
        code, _ = refused(text("{x: [N, 2, 4]}", f"y: {{op: {op}, {argument}}}"))
        assert code == "unknown-argument"

    def test_momentum_means_this(self) -> None:
        """Mean 2 and unbiased variance 2 of the batch [1, 3]; a quarter of them is taken."""
        spec = text("{x: [N, 1]}", "y: {op: batch_norm, momentum: 0.25, eps: 1.0, affine: false}")
        model, x = netspec.compile_spec(spec), torch.tensor([[1.0], [3.0]])
        trained = model.train()(x)
        assert torch.allclose(trained, torch.tensor([[-1.0], [1.0]]) / 2**0.5)
        state = model.state_dict()
        assert state["y.running_mean"].tolist() == [0.25 * 2]
        assert state["y.running_var"].tolist() == [0.75 * 1 + 0.25 * 2]
        assert torch.allclose(model.eval()(x), (x - 0.5) / (1.25 + 1.0) ** 0.5)

    @pytest.mark.parametrize("p", [0.25, 0.75])
    def test_p_means_this(self, p: float) -> None:
        model = netspec.compile_spec(text("{x: [N, 10000]}", f"y: {{op: dropout, p: {p}}}"))
        torch.manual_seed(0)
        y = model.train()(torch.ones(1, 10000))
        assert sorted(set(y.flatten().tolist())) == pytest.approx([0, 1 / (1 - p)])
        assert float((y == 0).float().mean()) == pytest.approx(p, abs=0.02)
        assert torch.equal(model.eval()(torch.ones(1, 10000)), torch.ones(1, 10000))


class TestOrderOfHeads:
    NODES = "main: {op: scale, factor: 2}\n  late: {op: scale, from: x, factor: 5}\n"
    NODES += "  early: {op: scale, from: x, factor: 3}"
    HEADS = "late: {from: late, training: true}, early: {from: early, training: true}"

    def run(self, outputs: str, training: bool) -> object:
        model = netspec.compile_spec(text("{x: [N, 1]}", self.NODES, outputs)).train(training)
        result = model(torch.ones(1, 1))
        if isinstance(result, Tensor):
            return float(result)
        return [(name, float(tensor)) for name, tensor in result.items()]

    def test_it_is_that_of_the_spec_and_by_name(self) -> None:
        assert self.run(f"{{main: main, {self.HEADS}}}", True) == [
            ("main", 2),
            ("late", 5),
            ("early", 3),
        ]
        assert self.run(f"{{{self.HEADS}, main: main}}", True) == [
            ("late", 5),
            ("early", 3),
            ("main", 2),
        ]

    @pytest.mark.parametrize("outputs", ["{{main: main, {}}}", "{{{}, main: main}}"])
    def test_in_evaluation_there_is_the_main_output_alone(self, outputs: str) -> None:
        assert self.run(outputs.format(self.HEADS), False) == 2

    def test_a_head_that_is_read_in_evaluation_is_refused(self) -> None:
        block = "blocks:\n  two:\n    nodes: {a: relu, b: {op: relu, from: x}}\n"
        block += "    outputs: {a: a, b: {from: b, training: true}}\n"
        nodes = "z: two\n  y: {op: add, from: [z.a, z.b]}"
        with pytest.raises(NetspecError):
            netspec.check_spec(text("{x: [N, 1]}", nodes, more=block))


def test_a_changed_meaning_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Momentum the other way round fails the golden above."""
    real: Callable[..., Tensor] = torch.nn.functional.batch_norm

    def planted(x: Tensor, mean: Tensor, var: Tensor, weight, bias, training, momentum, eps):  # type: ignore[no-untyped-def]
        return real(x, mean, var, weight, bias, training, 1 - momentum, eps)

    monkeypatch.setattr(torch.nn.functional, "batch_norm", planted)
    with pytest.raises(AssertionError):
        TestConventions().test_momentum_means_this()
