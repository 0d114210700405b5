"""`python -m tests.fuzz TARGET SECONDS`: drive a target by coverage, with atheris.

It starts from the corpus of the suite and keeps what it finds in a folder of its own, which is
printed. An input that breaks something is written there as `crash-…`; put it under
`tests/fuzz/found/TARGET/`, from where `tests/fuzz/test_fuzz.py` tries it each time.
"""

import hashlib
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["netspec"]):
    from tests.fuzz import corpus
    from tests.fuzz.mutate import mutated
    from tests.fuzz.targets import TARGETS

SECONDS_OF_ONE = 10
MEGABYTES = 1024
"""Beside what it keeps of its own, the fuzzer counts the process as a whole."""


def mix(data: bytes, most: int, seed: int) -> bytes:
    """Half of the inputs are changed by tokens, the others by bytes."""
    if seed % 2:
        return atheris.Mutate(data, most)
    text = data.decode("utf-8", "replace")
    return corpus.encoded(mutated(text, seed, 1 + seed % 5))[:most]


def spelled(word: bytes) -> str:
    """A line of libFuzzer's list of words."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n'


def main(target: str, seconds: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{target}-"))
    seeds = folder / "corpus"
    seeds.mkdir()
    for data in corpus.seeds(target):
        (seeds / hashlib.sha1(data).hexdigest()).write_bytes(data)
    (folder / "words").write_text("".join(map(spelled, corpus.words(target))))
    print(f"{target}: {len(list(seeds.iterdir()))} seeds in {folder}", flush=True)
    options = {
        "max_total_time": seconds,
        "max_len": corpus.LONGEST,
        "timeout": SECONDS_OF_ONE,
        "rss_limit_mb": MEGABYTES,
        "dict": folder / "words",
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
    }
    arguments = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(seeds)]
    atheris.Setup(arguments, TARGETS[target], custom_mutator=mix)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
