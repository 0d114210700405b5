"""A network as one file: its weights, and the spec that builds it."""

from safetensors.torch import save
from torch import nn

from netspec.syntax.archive import KEY


def as_archive(network: nn.Module, spec: str) -> bytes:
    """The content of a safetensors file with the `state_dict`, and `spec`, YAML text, as metadata.

    The file is an ordinary one of weights too, for whoever does not know netspec.
    """
    state = {key: tensor.contiguous() for key, tensor in network.state_dict().items()}
    return save(state, metadata={"format": "pt", KEY: spec})
