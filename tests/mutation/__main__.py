"""`python -m tests.mutation [FILE ...]`: how many mutants of each file its tests kill.

Prints the survivors and a score per file, and keeps them in build/mutation/. `--again` tries the
survivors of the last run only; `--long` runs the long tests too. Needs `pip install cosmic-ray`.
"""

import argparse
import json
import os
import time

from tests.mutation.mutants import mutants_of
from tests.mutation.session import KEPT, Runner
from tests.mutation.targets import ROOT, TARGETS, is_alone


def score(name: str, every: int, with_long: bool, again: bool) -> None:
    """Try the mutants of one file; print the survivors, and keep their names."""
    begin = time.monotonic()
    path = ROOT / name
    mutants = list(mutants_of(path.read_text(encoding="utf-8")))[::every]
    kept = KEPT / (name.replace("/", ".") + ".json")
    last = json.loads(kept.read_text(encoding="utf-8"))["survivors"] if again else None
    survivors = []

    def try_all() -> None:
        for mutant in mutants:
            if last is not None and mutant.name not in last:
                continue
            if runner.try_source(mutant.source).killer is None:
                print(f"{name} {mutant}", flush=True)
                survivors.append(mutant.name)

    runner = Runner(path, TARGETS[name], is_alone(TARGETS[name]), with_long)
    runner.run(try_all)
    killed = len(mutants) - len(survivors)
    seconds = time.monotonic() - begin
    share = 100 * killed / max(1, len(mutants))
    row = f"{name:34} {killed:4} of {len(mutants):4} {share:6.1f} % {seconds:6.0f} s"
    kept.write_text(json.dumps({"row": row, "survivors": survivors}), encoding="utf-8")
    print(row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE", default=list(TARGETS))
    parser.add_argument("--every", type=int, default=1, metavar="K", help="one mutant in K")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()
    os.chdir(ROOT)
    os.environ.setdefault("CI", "1")  # Hypothesis draws the same examples for each mutant
    for name in options.files:
        child = os.fork()  # a process holds one session of pytest
        if not child:
            score(name, options.every, options.long, options.again)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
