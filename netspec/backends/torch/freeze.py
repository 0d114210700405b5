"""Parameters that do not learn."""

from collections.abc import Iterable

from torch import nn

from netspec.analysis.frozen import frozen_keys


def freeze_parameters(module: nn.Module, globs: Iterable[str]) -> None:
    """Set `requires_grad = False` where a key fits one of the globs, `layer1.*`.

    Raises NetspecError for a glob that fits no key; nothing is frozen then.
    """
    parameters = dict(module.named_parameters())
    for key in frozen_keys(parameters, globs):
        parameters[key].requires_grad_(False)
