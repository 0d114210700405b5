"""`python -m tests.differential 10000 [FIRST]` examines so many random specs and prints what they
hold. A disagreement is made small, printed, and written to `found/`, where the tests read it."""

import sys
from pathlib import Path

from tests.differential.maker import random_spec
from tests.differential.tally import Tally, smallest

FOUND = Path(__file__).with_name("found")


def main(count: int, first: int = 0) -> int:
    tally = Tally()
    for seed in range(first, first + count):
        tally.add(seed)
        if seed in tally.disagreements:
            small = smallest(tally.disagreements[seed], random_spec(seed), seed)
            print(f"seed {seed}: {small}", flush=True)
            (FOUND / f"seed{seed}.yaml").write_text(small.text, encoding="utf-8")
    print(tally)
    return bool(tally.disagreements)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
