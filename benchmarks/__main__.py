"""`python -m benchmarks [WORD...]` prints the table of docs/performance.md, or the rows with all
these words."""

import platform
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.race import Command, Race, Task, table_row

IMPORT_TORCH = Command("python", ("-c", "import torch"))
NETWORKS = ("resnet50", "inception_v3", "densenet121")
HEADS = ("what", "netspec", "the other", "ratio", "wanted")


def races() -> list[Race]:
    """Every row, in the order of the page."""
    return [*checking(), *growth(), *construction(), *forward()]


def checking() -> list[Race]:
    whole = [
        Race(
            f"`netspec check {name}`, whole process / `import torch`",
            Command("netspec", ("check", name)),
            IMPORT_TORCH,
            0.22,
        )
        for name in ("resnet34", "torchvision/resnet50")
    ]
    count = Task("count", ("torchvision/resnet50",))
    return [*whole, Race("resnet50 read, checked and counted, warm", count, None, 15)]


def growth() -> list[Race]:
    return [
        Race(
            f"check {10 * nodes:,} nodes / {nodes:,} nodes",
            Task("check_chain", (str(10 * nodes),)),
            Task("check_chain", (str(nodes),)),
            14,
        )
        for nodes in (1_000, 10_000)
    ]


def construction() -> list[Race]:
    return [
        Race(
            f"{what} {name}, {device} / torchvision",
            Task(task, (name, device)),
            Task("construct_torchvision", (name, device)),
            most if task == "construct_zoo" else None,
        )
        for device, most in (("cpu", 1.1), ("meta", 1.0))
        for name in NETWORKS
        for what, task in (("construct", "construct_zoo"), ("YAML to module:", "compile_zoo"))
    ]


def forward() -> list[Race]:
    tiny = Race(
        "forward of 30 tiny residual blocks / by hand",
        Task("forward_tiny"),
        Task("forward_tiny_by_hand"),
        1.03,
    )
    zoo = [
        Race(
            f"forward {name}, batch {batch} / torchvision",
            Task("forward_zoo", (name, batch)),
            Task("forward_torchvision", (name, batch)),
            1.02,
        )
        for name in NETWORKS
        for batch in ("1", "8")
    ]
    return [tiny, *zoo]


def machine() -> str:
    """The processor and the versions."""
    information = Path("/proc/cpuinfo")
    text = information.read_text(encoding="utf-8") if information.is_file() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    processor = names[0] if names else platform.processor()
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "torchvision"))
    return f"{processor}, one thread; Python {platform.python_version()}, {packages}."


def main(words: list[str]) -> None:
    chosen = [race for race in races() if all(word in race.what for word in words)]
    print(machine(), "", table_row(HEADS), "|---|---:|---:|---:|---|", sep="\n", flush=True)
    for race in chosen:
        print(table_row(race.row()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
