"""The figures of the chapter on the linear classifier."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ce_lib.datasets import load_iris

from .geometry import arc, arrow, number, right_angle
from .style import COLOURS, new_figure, styled

__all__ = [
    "bias_as_a_weight",
    "classifier_distance",
    "iris_boundary",
    "score_is_not_angle",
]


@styled
def iris_boundary(w: tuple[float, float] = (-1.0, -1.0), b: float = 3.0) -> Figure:
    """Petals of three species; the line w·x + b = 0 has all of setosa on one side."""
    flowers = load_iris()
    figure, axes = new_figure()
    for label, marker in enumerate("os^"):
        petals = flowers.X[flowers.y == label][:, 2:]
        axes.plot(petals[:, 0], petals[:, 1], marker, markersize=4, linestyle="none",
                  label=flowers.class_names[label], alpha=0.75)  # fmt: skip
    length = np.array([0.6, 2.9])
    axes.plot(length, (-b - w[0] * length) / w[1], "-", color=COLOURS["grey"], label="f(x) = 0")
    axes.set(xlabel="petal length in cm", ylabel="petal width in cm", ylim=(-0.1, 2.7))
    axes.legend(loc="lower right")
    return figure


@styled
def classifier_distance(w: tuple[float, float] = (1.5, 2.0), b: float = -2.5) -> Figure:
    """The boundary w·x + b = 0 at a right angle to w, level lines, and one point's distance."""
    normal = np.array(w)
    x = np.array([2.6, 1.3])
    score = normal @ x + b
    foot = x - score / (normal @ normal) * normal
    start = -b / (normal @ normal) * normal
    along = np.array([-normal[1], normal[0]])
    figure, axes = new_figure(figsize=(4.6, 4.0))
    for level, at in ((-5, -1.3), (-2.5, -1.3), (0, -1.3), (2.5, -0.25), (5, 1.45)):
        base = (level - b) / (normal @ normal) * normal
        ends = np.transpose([base - 3 * along, base + 3 * along])
        axes.plot(*ends, "-", color=COLOURS["blue"] if level == 0 else COLOURS["grey"],
                  linewidth=2 if level == 0 else 0.8)  # fmt: skip
        axes.text(at, (level - b - w[0] * at) / w[1] + 0.06, f"f = {number(level)}",
                  ha="center", va="bottom", rotation=np.degrees(np.arctan2(-w[0], w[1])),
                  rotation_mode="anchor", fontsize=9.5, color=COLOURS["grey"])  # fmt: skip
    arrow(axes, start + normal / 2, start, colour="vermilion")
    right_angle(axes, start, normal, -along, 0.2)
    axes.text(*(start + normal / 2 + [-0.1, 0.12]), "½ w", color=COLOURS["vermilion"], ha="right")
    axes.plot(*np.transpose([x, foot]), "--", color=COLOURS["purple"])
    axes.plot(*x, "o", color=COLOURS["purple"])
    axes.text(x[0] + 0.12, x[1], "x", color=COLOURS["purple"])
    axes.text(*(0.75 * x + 0.25 * foot + [0.14, -0.14]), "f(x)/‖w‖", color=COLOURS["purple"])
    axes.plot(0, 0, "+", color=COLOURS["grey"], markersize=10)
    axes.set(xlabel="x₀", ylabel="x₁", aspect="equal", xlim=(-2.2, 3.6), ylim=(-1.6, 3.4))
    axes.grid(False)
    return figure


@styled
def score_is_not_angle() -> Figure:
    """Two inputs and w = (1, 0): the one exactly along w has the smaller score."""
    figure, axes = new_figure(figsize=(4.6, 3.4))
    levels = np.arange(5)
    axes.vlines(levels, -0.2, 3.2, color=COLOURS["grey"], linewidth=np.where(levels == 0, 1.8, 0.8))
    arrow(axes, (1, 0), colour="vermilion")
    axes.text(1.07, 0, "w", color=COLOURS["vermilion"], va="center")
    axes.plot([0, 3], [0, 3], ":", color=COLOURS["grey"], linewidth=1)
    arc(axes, 0.7, 0, np.pi / 4)
    axes.text(1.05, 0.38, "45°", va="center")
    axes.plot([0.5, 3], [0, 3], "o", color=COLOURS["blue"])
    axes.text(0.4, -0.28, "angle 0°, f = 0.5", color=COLOURS["blue"], va="top")
    axes.text(3, 3.28, "angle 45°, f = 3", color=COLOURS["blue"], ha="center", va="bottom")
    axes.set(xlabel="x₀", ylabel="x₁", aspect="equal", xlim=(-0.5, 4.6), ylim=(-0.8, 3.7),
             xticks=range(5), yticks=range(4))  # fmt: skip
    axes.grid(False)
    return figure


@styled
def bias_as_a_weight(w: float = 1.0, b: float = -1.5) -> Figure:
    """One input x as (x, 1): on that line, the boundary is where (w, b) is met at 90 degrees."""
    weights = np.array([w, b])
    root = -b / w
    figure, axes = new_figure(figsize=(4.8, 3.8))
    axes.axhline(1, color=COLOURS["grey"], linewidth=1)
    ray = np.array([-1.1, 2.4])
    axes.plot(ray * root, ray, "--", color=COLOURS["green"], linewidth=1.6)
    arrow(axes, weights, colour="vermilion")
    right_angle(axes, (0, 0), weights, (root, 1), 0.2)
    for x, marker in ((-0.5, "s"), (0.5, "s"), (2.5, "o"), (3.2, "o")):
        colour = COLOURS["blue"] if marker == "o" else COLOURS["purple"]
        axes.plot(x, 1, marker, color=colour)
        axes.text(x, 1.12, "+" if marker == "o" else "−", color=colour, ha="center", va="bottom")
    axes.plot(root, 1, "|", color=COLOURS["green"], markersize=16, markeredgewidth=2.5)
    axes.text(w + 0.12, b, "(w, b)", color=COLOURS["vermilion"], va="center")
    axes.plot(0, 0, "+", color=COLOURS["grey"], markersize=10)
    axes.text(1.62, 0.62, "here (w, b)·(x, 1) = 0", color=COLOURS["green"])
    axes.set(xlabel="x", ylabel="the entry that is always 1", aspect="equal",
             xlim=(-1.2, 3.7), ylim=(-1.8, 1.7), yticks=[-1, 0, 1])  # fmt: skip
    axes.grid(False)
    return figure
