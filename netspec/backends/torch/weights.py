"""Weights from a safetensors file: strict by default, all or nothing, and never a pickle."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import nn

from netspec.diagnostics import Diagnostic, NetspecError, Source, Span, nearest
from netspec.syntax.files import read_file, reason

_PICKLE_SUFFIXES = {".pt", ".pth", ".bin", ".pkl", ".ckpt"}
_PICKLE_STARTS = (b"PK\x03\x04", b"\x80")
_TAR_MARK = slice(257, 262)
"""Where a tar file says that it is one; torch wrote such once."""
_LONGEST_HEADER = 100_000_000
"""Bytes; what the safetensors library reads at most."""
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file gave: keys that were loaded, and keys that keep their initialization."""

    loaded: tuple[str, ...]
    initialized: tuple[str, ...]
    ignored: tuple[str, ...]

    def __str__(self) -> str:
        text = f"{len(self.loaded)} tensor{'s' * (len(self.loaded) != 1)} loaded"
        if self.initialized:
            text += f"; left at initialization: {_list(self.initialized)}"
        if self.ignored:
            text += f"; not in the network: {_list(self.ignored)}"
        return text


def load_weights(
    module: nn.Module,
    path: str | Path,
    *,
    partial: bool = False,
    resized: Mapping[str, Collection[tuple[int, ...]]] | None = None,
    spare: Collection[str] = (),
) -> Loaded:
    """Load a safetensors file into a network.

    Every key must be there with its shape and dtype. With `partial`, tensors that do not fit are
    left as they are and told. `resized` maps the keys whose shape a parameter of the spec changed
    to those that they have without: where the file has such a one, the tensor stays initialized.
    Keys of `spare` may be in the file and not in the network.

    Raises NetspecError where the file is no safetensors file or does not fit, and loads nothing;
    and where it is written to meanwhile, when what was loaded is not to be used.
    """
    path = Path(path)
    before = _stamp(path)
    tensors = _read(path)
    own = module.state_dict()
    if any(tensor.is_meta for tensor in own.values()):
        raise _error(
            "weights-mismatch",
            "the network is on the meta device, which holds no numbers to load",
            Span(Source(str(path))),
            "build it on a real device, or call `to_empty` and then `load_state_dict`",
        )
    missing = [key for key in own if key not in tensors]
    unexpected = [key for key in tensors if key not in own and key not in spare]
    shared = [key for key in own if key in tensors]
    heads = [key for key in shared if tuple(tensors[key].shape) in (resized or {}).get(key, ())]
    misfits = [key for key in shared if key not in heads and not _fits(own[key], tensors[key])]
    if not partial and (missing or unexpected or misfits):
        raise NetspecError(_mismatch(path, own, tensors, missing, unexpected, misfits))
    left = {*missing, *misfits, *heads}
    fitting = {key: tensor for key, tensor in tensors.items() if key in own and key not in left}
    module.load_state_dict(fitting, strict=False)
    _refuse_changed(path, before)
    initialized = tuple(key for key in own if key in left)
    return Loaded(tuple(key for key in own if key not in left), initialized, tuple(unexpected))


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What tells two states of a file apart; None where there is none."""
    with suppress(OSError):
        status = path.stat()
        return status.st_ino, status.st_size, status.st_mtime_ns
    return None


def _refuse_changed(path: Path, before: tuple[int, ...] | None) -> None:
    """The tensors are mapped, not copied: what another program writes into the file is in them.
    Where it puts another file in the place, the old one stays as it was."""
    now = _stamp(path)
    if before and now and now[0] == before[0] and now != before:
        raise _error(
            "weights-unreadable",
            f"{path} was changed while it was read",
            Span(Source(str(path))),
            "load it again when it is whole; who writes it should write beside it, and rename",
        )


def _fits(own: torch.Tensor, given: torch.Tensor) -> bool:
    return own.shape == given.shape and own.dtype == given.dtype


def _read(path: Path) -> dict[str, torch.Tensor]:
    span = Span(Source(str(path)))
    try:
        start = read_file(path, _TAR_MARK.stop)  # not one that would be waited for
    except OSError as error:
        raise _error(
            "file-not-found",
            f"{path} cannot be read: {reason(error)}",
            span,
            "name a safetensors file",
        ) from error
    if path.suffix.lower() in _PICKLE_SUFFIXES or _is_pickle(start):
        suffix = ".converted" if path.suffix == ".safetensors" else ""
        target = f"{path.stem}{suffix}.safetensors"
        raise _error(
            "weights-pickle",
            f"{path} is a pickle, which can run code when it is loaded",
            span,
            "convert it where you trust it: `safetensors.torch.save_file(torch.load("
            f"{path.name!r}, weights_only=True), {target!r})`",
        )
    try:
        with safe_open(path, framework="pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (no mapping)
    except SafetensorError as error:
        raise _error(
            "weights-unreadable",
            f"{path} is no whole safetensors file: {error}",
            span,
            "fetch or write it anew",
        ) from error


def _is_pickle(start: bytes) -> bool:
    """A safetensors file begins with the length of its header, eight bytes of which the first may
    be a pickle's, and then a JSON object."""
    length = int.from_bytes(start[:8], "little")
    is_safetensors = start[8:9] == b"{" and length <= _LONGEST_HEADER
    is_tar = start[_TAR_MARK] == b"ustar"
    return not is_safetensors and (is_tar or start.startswith(_PICKLE_STARTS))


def _mismatch(
    path: Path,
    own: Mapping[str, torch.Tensor],
    given: Mapping[str, torch.Tensor],
    missing: list[str],
    unexpected: list[str],
    misfits: list[str],
) -> list[Diagnostic]:
    source, total = Source(str(path)), len(own)
    found = []
    if missing:
        message = f"{_count(missing, 'is', 'are', total)} missing: {_list(missing)}"
        found.append(
            Diagnostic("weights-mismatch", message, Span(source), None, _near(missing, unexpected))
        )
    if unexpected:
        message = f"{_count(unexpected, 'is', 'are')} not in the network: {_list(unexpected)}"
        span = Span(source, path="unexpected")
        found.append(
            Diagnostic("weights-mismatch", message, span, None, _near(unexpected, missing))
        )
    if misfits:
        message = f"{_count(misfits, 'has', 'have', total)} another shape or dtype"
        notes = [
            f"`{key}` is {_words(given[key])} in the file and {_words(own[key])} in the network"
            for key in misfits[:_SHOWN]
        ]
        span = Span(source, path="shapes")
        found.append(Diagnostic("weights-mismatch", message, span, None, (*notes, *_more(misfits))))
    help = "load what fits with `--weights-partial` (in Python `weights_partial=True`)"
    return [*found[:-1], replace(found[-1], help=help)]


def _count(keys: Sequence[str], one: str, several: str, total: int = 0) -> str:
    of = f" of {total}" if total else ""
    noun = "tensor" if (total or len(keys)) == 1 else "tensors"
    return f"{len(keys)}{of} {noun} {one if len(keys) == 1 else several}"


def _near(keys: Sequence[str], candidates: Iterable[str]) -> tuple[str, ...]:
    """What those of the keys that are shown may be a slip for."""
    pairs = ((key, nearest(key, candidates)) for key in keys[:_SHOWN])
    return tuple(f"`{key}`: did you mean `{close}`?" for key, close in pairs if close)


def _more(keys: Sequence[str]) -> tuple[str, ...]:
    return (f"and {len(keys) - _SHOWN} more",) if len(keys) > _SHOWN else ()


def _words(tensor: torch.Tensor) -> str:
    shape = "×".join(map(str, tensor.shape)) or "a number"
    return f"{shape} {str(tensor.dtype).removeprefix('torch.')}"


def _list(keys: Sequence[str]) -> str:
    return " ".join((", ".join(keys[:_SHOWN]), *_more(keys)))


def _error(code: str, message: str, span: Span, help: str) -> NetspecError:
    return NetspecError([Diagnostic(code, message, span, help)])
