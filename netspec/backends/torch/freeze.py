"""Parameters that do not learn."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from torch import nn

from netspec.diagnostics import Diagnostic, NetspecError, Source, Span


def freeze_parameters(module: nn.Module, globs: Iterable[str]) -> None:
    """Set `requires_grad = False` where a key fits one of the globs, `layer1.*`.

    Raises NetspecError for a glob that fits no key; nothing is frozen then.
    """
    parameters = dict(module.named_parameters())
    fitting = {glob: [key for key in parameters if fnmatchcase(key, glob)] for glob in globs}
    unfit = [glob for glob, keys in fitting.items() if not keys]
    if unfit:
        raise NetspecError(
            Diagnostic(
                "unknown-weight",
                f"no parameter of the network fits the glob `{glob}`",
                Span(Source("freeze")),
                "globs fit whole keys: `layer1.*`",
            )
            for glob in unfit
        )
    for keys in fitting.values():
        for key in keys:
            parameters[key].requires_grad_(False)
