"""Which parameters do not learn."""

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from netspec.diagnostics import Diagnostic, NetspecError, Source, Span


def frozen_keys(keys: Collection[str], globs: Iterable[str], source: str = "freeze") -> list[str]:
    """The keys of parameters that fit one of the globs, `layer1.*`.

    Raises NetspecError, whose place is `source`, for each glob that fits none.
    """
    fitting = {glob: {key for key in keys if fnmatchcase(key, glob)} for glob in globs}
    unfit = [glob for glob, found in fitting.items() if not found]
    if unfit:
        raise NetspecError(
            Diagnostic(
                "unknown-weight",
                f"no parameter of the network fits the glob `{glob}`",
                Span(Source(source)),
                "globs fit whole keys: `layer1.*`",
            )
            for glob in unfit
        )
    frozen = set[str]().union(*fitting.values())
    return [key for key in keys if key in frozen]
