"""The figures of the chapters on softmax: the loss, and training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from numpy.typing import ArrayLike

from ce_lib.categorical import softmax, softmax_jacobian
from ce_lib.losses import cross_entropy_with_logits

from .style import COLOURS, new_figure, styled

__all__ = [
    "confusion",
    "digit_images",
    "gradient_arrows",
    "jacobian",
    "learning_curve",
    "loss_errors",
    "reliability",
    "softmax_steps",
    "temperatures",
]

# Text in a tinted cell stays readable in both themes up to this much colour.
TINT = 0.45


@styled
def digit_images(images: ArrayLike, titles: Sequence[str], *, columns: int = 8) -> Figure:
    """Digits of 8 by 8 pixels in rows of `columns`, each below its title."""
    pictures = np.asarray(images).reshape(-1, 8, 8)
    rows = -(-len(pictures) // columns)
    figure, axes = new_figure(figsize=(5.2, 5.2 / columns * rows * 1.22))
    for level in range(1, 17):
        # one path for all pixels of one brightness: a grid of cells would be ten times the file
        squares = [
            Path(
                [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)],
                [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY],
            )
            for n, picture in enumerate(pictures)
            for i, j in np.argwhere(picture == level).tolist()
            for x, y in [(10 * (n % columns) + j, 12 * (n // columns) + i)]
        ]
        if squares:
            grey = str(1 - level / 16)
            path = Path.make_compound_path(*squares)
            axes.add_patch(PathPatch(path, facecolor=grey, edgecolor="none", antialiased=False))
    for n, title in enumerate(titles):
        x, y = 10 * (n % columns), 12 * (n // columns)
        axes.add_patch(Rectangle((x, y), 8, 8, fill=False, edgecolor=COLOURS["grey"], lw=0.6))
        axes.text(x + 4, y - 0.5, title, ha="center", va="bottom")
    axes.set(xlim=(-1, 10 * columns - 1), ylim=(12 * rows - 3, -3), aspect="equal")
    axes.axis("off")
    return figure


@styled
def softmax_steps(z: ArrayLike = (2.0, 1.0, -1.0)) -> Figure:
    """Logits, their exponentials, and the probabilities: three bars in three panels."""
    logits = np.asarray(z, dtype=float)
    figure, panels = new_figure(3, figsize=(5.2, 2.7))
    steps = (
        ("logits z", logits, "{:g}", "blue"),
        ("exp(z)", np.exp(logits), "{:.2f}", "green"),
        ("softmax(z)", softmax(logits), "{:.3f}", "vermilion"),
    )
    for axes, (title, heights, form, colour) in zip(panels, steps, strict=True):
        bars = axes.bar(range(len(logits)), heights, color=COLOURS[colour], width=0.6)
        axes.bar_label(bars, [form.format(height).replace("-", "−") for height in heights])
        axes.axhline(0, color=COLOURS["grey"], linewidth=1)
        axes.set(title=title, xticks=range(len(logits)), xlabel="class", yticks=[])
        axes.margins(y=0.2)
        axes.spines["left"].set_visible(False)
        axes.grid(False)
    return figure


@styled
def temperatures(z: ArrayLike = (2.0, 1.0, -1.0)) -> Figure:
    """softmax(z/T) against T: one class takes all when it is cold, all are equal when it is hot."""
    logits = np.asarray(z, dtype=float)
    temperature = np.geomspace(0.1, 100, 301)
    p = softmax(logits / temperature[:, None])
    figure, axes = new_figure()
    for k, logit in enumerate(logits):
        axes.semilogx(temperature, p[:, k], label=f"class {k}, logit {logit:g}".replace("-", "−"))
    axes.axvline(1, color=COLOURS["grey"], linewidth=1, linestyle=":")
    axes.set(xlabel="temperature T", ylabel="probability", ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
    axes.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    axes.legend()
    return figure


@styled
def jacobian(z: ArrayLike = (2.0, 1.0, -1.0)) -> Figure:
    """The matrix of derivatives of softmax: positive on the diagonal, negative beside it."""
    figure, axes = new_figure(figsize=(3.9, 3.4))
    matrix = softmax_jacobian(z)
    _cells(axes, matrix, lambda value: f"{value:+.3f}".replace("-", "−"))
    axes.set(xlabel="logit that moves: j", ylabel="probability that answers: i")
    return figure


@styled
def gradient_arrows(z: ArrayLike = (2.0, 1.0, -1.0), label: int = 1) -> Figure:
    """Downhill from p to the label: each logit is pushed by what its probability lacks."""
    p = softmax(z)
    y = np.arange(len(p)) == label
    figure, axes = new_figure()
    axes.bar(range(len(p)), p, width=0.5, color=COLOURS["blue"], alpha=0.55, label="prediction p")
    axes.plot(range(len(p)), y, "D", color=COLOURS["green"], markersize=8, label="label y")
    for k, (start, end) in enumerate(zip(p, y, strict=True)):
        axes.annotate(
            "", xy=(k + 0.32, end), xytext=(k + 0.32, start),
            arrowprops={"arrowstyle": "->", "color": COLOURS["vermilion"], "linewidth": 2},
        )  # fmt: skip
        text = f"{end - start:+.3f}".replace("-", "−")
        axes.text(k + 0.37, (start + end) / 2, text, color=COLOURS["vermilion"], va="center")
    axes.set(xticks=range(len(p)), xlabel="class", ylabel="probability", ylim=(-0.06, 1.1))
    axes.set_xlim(-0.5, len(p) - 0.2)
    axes.legend(loc="upper right")
    return figure


@styled
def loss_errors() -> Figure:
    """Relative error of the shifted loss against the lead of the right class over the other."""
    gap = np.linspace(0.25, 60, 160)
    z = np.stack([gap, np.zeros_like(gap)], axis=1)
    exact = cross_entropy_with_logits(np.zeros(len(gap), dtype=int), z, reduction="none")
    shifted = np.log(np.exp(z - gap[:, None]).sum(axis=1))
    error = np.abs(shifted / exact - 1)
    figure, axes = new_figure()
    axes.semilogy(gap, np.maximum(error, 1e-17), ".", markersize=4, label="shift, add, logarithm")
    axes.axhline(2.0**-53, color=COLOURS["green"], label="half a unit in the last place")
    axes.set(xlabel="lead of the right class", ylabel="relative error", ylim=(1e-17, 100))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.12))
    return figure


@styled
def learning_curve(training: ArrayLike, validation: ArrayLike, start: float) -> Figure:
    """Mean loss at each step of gradient descent, which begins at `start`."""
    figure, axes = new_figure()
    axes.axhline(start, color=COLOURS["grey"], linewidth=1, linestyle=":")
    axes.text(len(np.asarray(training)) - 1, start, "ln 10", ha="right", va="top")
    axes.plot(np.asarray(training), label="training set")
    axes.plot(np.asarray(validation), label="validation set")
    axes.set(xlabel="step", ylabel="mean loss in nats", ylim=(0, start * 1.08))
    axes.legend(loc="center right")
    return figure


@styled
def confusion(counts: ArrayLike) -> Figure:
    """How often each class (row) got each answer (column)."""
    table = np.asarray(counts)
    figure, axes = new_figure(figsize=(5.2, 4.8))
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    _cells(axes, np.sqrt(share), lambda value: "", hide_zero=True)
    for i, row in enumerate(table.tolist()):
        for j, count in enumerate(row):
            if count:
                axes.text(j, i, str(count), ha="center", va="center")
    axes.set(xlabel="answer", ylabel="digit")
    return figure


@styled
def reliability(models: dict[str, tuple[ArrayLike, ArrayLike]], edges: Sequence[float]) -> Figure:
    """Share of right answers against claimed confidence, in bins; honest models lie on the line.

    `models` maps a name to (confidence of each answer, whether the answer was right).
    """
    figure, axes = new_figure(figsize=(5.2, 3.8))
    axes.plot([0, 1], [0, 1], color=COLOURS["grey"], linewidth=1, linestyle=":")
    for marker, (name, (claimed, right)) in zip("os^", models.items(), strict=False):
        claims, answers = np.asarray(claimed), np.asarray(right, dtype=float)
        place = np.clip(np.digitize(claims, edges) - 1, 0, len(edges) - 2)
        used = [k for k in range(len(edges) - 1) if np.any(place == k)]
        axes.plot(
            [claims[place == k].mean() for k in used],
            [answers[place == k].mean() for k in used],
            marker=marker, label=name,
        )  # fmt: skip
    axes.set(xlabel="mean probability claimed", ylabel="share of right answers")
    axes.set(xlim=(0.35, 1.03), ylim=(0.35, 1.03))
    axes.legend(loc="upper left")
    return figure


def _cells(axes: Axes, matrix: Any, text: Any, *, hide_zero: bool = False) -> None:
    """A table of tinted cells: blue for positive, vermilion for negative, deeper for larger."""
    largest = float(np.abs(matrix).max())
    for (i, j), value in np.ndenumerate(matrix):
        if hide_zero and value == 0:
            continue
        colour = COLOURS["blue" if value >= 0 else "vermilion"]
        tint = TINT * abs(value) / largest
        axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=colour, alpha=tint))
        axes.text(j, i, text(value), ha="center", va="center")
    rows, columns = matrix.shape
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5), aspect="equal")
    axes.set(xticks=range(columns), yticks=range(rows))
    axes.grid(False)
