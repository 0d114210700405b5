"""One valid network in all its products: they compute the same, and have the same gradients."""

import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

import netspec
from netspec import Checked, pipeline
from netspec.backends.torch.judge import undisturbed
from netspec.backends.torch.onnx import as_onnx
from netspec.pipeline import load_weights
from tests.backends.source.exported import load
from tests.differential.oracle import Oracle

Outputs = dict[str, Tensor]
CLOSE = 1e-3
"""Of the largest output, where sums are in another order."""


class Differs(Exception):
    """Two products of one network do not compute the same."""


class Subject:
    """A network of a checked spec with weights that leave nothing out, and inputs for it."""

    def __init__(self, spec: dict, checked: Checked, seed: int) -> None:
        self.spec = spec
        self.checked = checked
        with undisturbed(seed):
            self.model = pipeline.build(checked, seed=seed)
            randomize(self.model)
            oracle = Oracle(spec)
            sizes = {
                dim.symbol.name: max(dim.symbol.nominal, dim.min_in_training)
                for dim in checked.graph.dims
            }
            self.sizes = sizes | ({"N": 2} if "N" in sizes else {})
            self.inputs = oracle.inputs(self.sizes)
            self.trains = self._trains()

    def _trains(self) -> bool:
        """Torch refuses to train some: a batch norm on one value per channel."""
        try:
            gradients(self, pipeline.build(self.checked, seed=0))
        except (RuntimeError, ValueError):
            return False
        return True

    def outputs(self, network: Callable[..., Tensor | Outputs], training: bool = False) -> Outputs:
        """What it gives, with the same random numbers each time."""
        if isinstance(network, nn.Module):
            network.train(training)
        torch.manual_seed(3)
        found = network(*[tensor.clone() for tensor in self.inputs])
        return found if isinstance(found, dict) else {"": found}


def randomize(model: nn.Module) -> None:
    """Weights and statistics that no product could leave out unseen."""
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5) if tensor.ndim <= 1 else tensor.uniform_(-0.5, 0.5)


def same(what: str, mine: Outputs, other: Outputs) -> None:
    """Equal to the last bit. Raises Differs."""
    if [*mine] != [*other]:
        raise Differs(f"{what}: {[*mine]} and {[*other]}")
    for name, tensor in mine.items():
        if not torch.allclose(tensor, other[name], rtol=0, atol=0, equal_nan=True):
            raise Differs(f"{what}: `{name}`")


def close(what: str, mine: Outputs, other: Outputs) -> None:
    """Equal but for the order of sums. Raises Differs."""
    for (name, output), found in zip(mine.items(), other.values(), strict=True):
        tensor = output.detach()  # it may be a parameter
        finite = tensor.isfinite() & (tensor.abs() < 1e6)
        scale = max(float(tensor[finite].abs().max()) if finite.any() else 1.0, 1.0)
        if found.shape != tensor.shape:
            raise Differs(f"{what}: `{name}` is {[*found.shape]}, not {[*tensor.shape]}")
        if not torch.allclose(tensor[finite], found[finite], rtol=0, atol=CLOSE * scale):
            raise Differs(f"{what}: `{name}`")


def gradients(subject: Subject, network: nn.Module) -> Outputs:
    """By key; of the sum of all outputs, in training mode."""
    network.zero_grad()
    outputs = subject.outputs(network, training=True).values()
    learning = [each for each in outputs if each.requires_grad]
    if learning:
        sum(each.sum() for each in learning).backward()
    return {
        name: parameter.grad.clone()
        for name, parameter in network.named_parameters()
        if parameter.grad is not None
    }


def modes(what: str, subject: Subject, other: nn.Module) -> None:
    """Both modes, the gradients, and the statistics afterwards."""
    for training in (False, True)[: 1 + subject.trains]:
        with torch.no_grad():
            mine = subject.outputs(subject.model, training)
            same(f"{what}, {training=}", mine, subject.outputs(other, training))
    if subject.trains:
        same(f"{what}, gradients", gradients(subject, subject.model), gradients(subject, other))
    same(f"{what}, state", dict(subject.model.state_dict()), dict(other.state_dict()))


def check_source(subject: Subject) -> None:
    """The exported source."""
    module = load(netspec.to_source(subject.checked))
    module.load_state_dict(subject.model.state_dict(), strict=True)
    modes("source", subject, module)


def check_copies(subject: Subject, folder: Path) -> None:
    """A pickle, a copy, and weights by way of a file."""
    modes("deepcopy", subject, copy.deepcopy(subject.model))
    modes("pickle", subject, pickle.loads(pickle.dumps(subject.model)))
    if subject.model.state_dict():
        file = folder / "weights.safetensors"
        save_file(
            {key: tensor.contiguous() for key, tensor in subject.model.state_dict().items()}, file
        )
        fresh = pipeline.build(subject.checked, seed=99)
        load_weights(fresh, subject.checked, file)
        modes("safetensors", subject, fresh)


def check_optimized(subject: Subject) -> None:
    """The network for inference."""
    optimized = netspec.optimize_for_inference(subject.model)
    with torch.no_grad():
        close("optimized", subject.outputs(subject.model), subject.outputs(optimized))


def check_onnx(subject: Subject) -> None:
    """The ONNX model, in evaluation."""
    import onnxruntime

    session = onnxruntime.InferenceSession(as_onnx(subject.model, subject.checked.graph))
    names = [each.name for each in session.get_inputs()]
    every = dict(zip(subject.checked.graph.root.input_names, subject.inputs, strict=True))
    found = session.run(None, {name: every[name].numpy() for name in names})
    with torch.no_grad():
        mine = subject.outputs(subject.model)
    close("onnx", mine, {str(i): torch.from_numpy(each) for i, each in enumerate(found)})
