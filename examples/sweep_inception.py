"""Sweep k, l, m and n of Inception-v4's reduction block: what do they cost? Needs no torch."""

# %% Every point of a grid around the paper's values is checked as a whole network.
from itertools import product

import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

import netspec

PICTURE = "inception_sweep.svg"
PAPER = {"k": 192, "l": 224, "m": 256, "n": 384}  # Szegedy et al., 2016, table 1
FACTORS = (0.5, 1, 1.5)


def cost(**widths: int) -> tuple[float, float]:
    """Millions of parameters and billions of multiply-accumulates of Inception-v4."""
    checked = netspec.check_spec("inception_v4_paper", params=widths)
    return checked.parameters / 1e6, checked.macs / 1e9


def scaled(*factors: float) -> dict[str, int]:
    return {name: int(PAPER[name] * factor) for name, factor in zip(PAPER, factors, strict=True)}


grid = [scaled(*factors) for factors in product(FACTORS, repeat=4)]
costs = [cost(**widths) for widths in grid]
paper = cost(**PAPER)

# %% Along each axis: what half of the width saves, and what half as much again costs.
print(f"{len(grid)} networks; the paper's: {paper[0]:.2f} M parameters, {paper[1]:.2f} GMACs")
lines = {}
for name, width in PAPER.items():
    lines[name] = [cost(**{**PAPER, name: int(width * factor)}) for factor in FACTORS]
    changes = [f"{p - paper[0]:+.2f} M, {g - paper[1]:+.2f} G" for p, g in lines[name][::2]]
    print(f"{name} = {width // 2}: {changes[0]}   {name} = {width * 3 // 2}: {changes[1]}")

# %% Draw: gray the grid, in color the lines on which one width changes.
PLACES = {
    "n": (8, 0, "#a6439b"),
    "m": (6, -9, "#00845f"),
    "l": (8, 1, "#c2540a"),
    "k": (-50, 4, "#0067a5"),
}

plt.rcParams.update({"font.size": 10, "svg.hashsalt": "netspec", "axes.titlelocation": "left"})
figure, axes = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
axes.spines[["top", "right"]].set_visible(False)
axes.set_axisbelow(True)
axes.grid(color="#eee")
axes.scatter(*zip(*costs, strict=True), s=15, color="#c3c9d2", linewidths=0)
halo = [withStroke(linewidth=3, foreground="white")]
offset = {"textcoords": "offset points", "va": "center", "path_effects": halo}
for name, (x, y, color) in PLACES.items():
    text = f"{name} = {PAPER[name] * 3 // 2}"
    axes.plot(*zip(*lines[name], strict=True), color=color, marker="o", markersize=5)
    axes.annotate(text, lines[name][-1], xytext=(x, y), color=color, **offset)
axes.plot(*paper, marker="*", markersize=16, color="#222", markeredgecolor="white", zorder=3)
axes.annotate("the paper's", paper, xytext=(8, -16), **offset)
note = f"lines: one width times 0.5, 1 and 1.5\ngray: all {len(grid)} combinations"
axes.annotate(note, (0.98, 0.04), xycoords="axes fraction", ha="right", color="#6b7480")
axes.set_title("Inception-v4 with other widths k, l, m, n of its first reduction")
axes.set_xlabel("parameters (millions)")
axes.set_ylabel("multiply-accumulates of one image (billions)")
figure.savefig(PICTURE, metadata={"Date": None})
