"""`python -m benchmarks [WORD...]` prints the table of docs/performance.md, or the rows with all
these words."""

import platform
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.race import Command, Race, Task, Unit, table_row

IMPORT_TORCH = Command("python", ("-c", "import torch"))
TORCHINFO = Command(
    "python",
    (
        "-c",
        "import torchvision.models, torchinfo;"
        "torchinfo.summary(torchvision.models.resnet50(), (1, 3, 224, 224), verbose=0)",
    ),
)
TORCHVISION = ",".join(
    path.stem for path in sorted(Path(__file__).parents[1].glob("specs/torchvision/*.yaml"))
)
NETWORKS = ("resnet50", "inception_v3", "densenet121")
HEADS = ("what", "netspec", "the other", "ratio", "wanted")


def races() -> list[Race]:
    """Every row, in the order of the page."""
    return [*checking(), *forward(), *growth(), *variants(), *construction()]


def checking() -> list[Race]:
    check = Command("netspec", ("check", "torchvision/resnet50"))
    summary = Command("netspec", ("summary", "torchvision/resnet50"))
    count = Task("count", ("torchvision/resnet50",))
    return [
        Race("`netspec check` of resnet50 / `import torch`", check, IMPORT_TORCH, _time(0.22)),
        Race("`netspec check` of resnet50 / torchinfo", check, TORCHINFO, _time(0.1)),
        Race("`netspec summary` of resnet50 / torchinfo", summary, TORCHINFO, _time(0.15)),
        Race("resnet50 read, checked and counted, warm", count, None, {"time": "≤ 15 ms"}),
    ]


def forward() -> list[Race]:
    count = TORCHVISION.count(",") + 1
    tiny = Race(
        "forward of 30 tiny residual blocks / by hand",
        Task("forward_tiny"),
        Task("forward_tiny_by_hand"),
        _time(1.03),
    )
    every = Race(
        f"forward of {count} networks / torchvision",
        Task("forward_zoo", (TORCHVISION, "1")),
        Task("forward_torchvision", (TORCHVISION, "1")),
        {"time": "≤ 1.01", "memory": "≤ 1.01", "growth": ""},
    )
    batches = [
        Race(
            f"forward of {name}, batch 8 / torchvision",
            Task("forward_zoo", (name, "8")),
            Task("forward_torchvision", (name, "8")),
            _time(1.02),
        )
        for name in NETWORKS
    ]
    return [tiny, every, *batches]


def growth() -> list[Race]:
    return [
        Race(
            f"check of {10 * nodes:,} nodes / {nodes:,} nodes",
            Task("check_chain", (str(10 * nodes),)),
            Task("check_chain", (str(nodes),)),
            {"time": "≤ 14", "growth": "≤ 14"},
        )
        for nodes in (1_000, 10_000)
    ]


def variants() -> list[Race]:
    race = Race(
        "each of 10,000 variants of inception_v4 / of 1,000",
        Task("vary", ("10000",)),
        Task("vary", ("1000",)),
        {"time": "60 a second, ≤ 16.7 ms", "growth": "flat, ≤ 1.1"},
    )
    return [race]


def construction() -> list[Race]:
    return [
        Race(
            f"{what} {name}, {device} / torchvision",
            Task(task, (name, device)),
            Task("construct_torchvision", (name, device)),
            _time(most) if task == "construct_zoo" else {"time": ""},
        )
        for device, most in (("cpu", 1.1), ("meta", 1.0))
        for name in NETWORKS
        for what, task in (("construct", "construct_zoo"), ("YAML to module:", "compile_zoo"))
    ]


def _time(most: float) -> dict[Unit, str]:
    return {"time": f"≤ {most:g}"}


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
        for row in race.rows():
            print(table_row(row), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
