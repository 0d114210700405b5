"""`python -m tests.load.many 10000 4`: check so many random specs, in so many parts of equal size.

Prints for each part its seconds of the processor and the memory after it, in bytes. A third
argument keeps every result, as a leak would.
"""

import sys

import netspec
from netspec.diagnostics import NetspecError
from tests.load.process import memory, seconds
from tests.random_specs import random_spec

MISTAKES = 7
"""One spec in so many has a mistake."""


def check(seed: int) -> object:
    spec = random_spec(seed)
    if seed % MISTAKES == 0:
        spec["outputs"] = {"y": "nowhere"}
    try:
        return netspec.check_spec(spec)
    except NetspecError as error:
        return error


def main(count: int, parts: int, keep: bool) -> None:
    kept = []
    for part in range(parts):
        began = seconds()
        for seed in range(part * count // parts, (part + 1) * count // parts):
            result = check(seed)
            if keep:
                kept.append(result)
        print(f"{seconds() - began:.2f} {memory()}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), keep=len(sys.argv) > 3)
