"""The figures of the chapter on the sigmoid."""

from __future__ import annotations

from math import erfc, pi, sqrt

import numpy as np
from matplotlib.figure import Figure

from ce_lib.logistic import log_sigmoid, logit, sigmoid, sigmoid_derivative

from .style import COLOURS, new_figure, styled

__all__ = [
    "cdf_family",
    "exponentials",
    "log_sigmoid_errors",
    "logistic_model",
    "logit_mirror",
    "sigmoid_and_slope",
    "sigmoid_scales",
    "sign_and_score",
]


@styled
def sign_and_score() -> Figure:
    """What sign throws away: scores 0.1 and 6 get the same answer, -0.1 and 0.1 opposite ones."""
    figure, axes = new_figure()
    axes.plot([-7, 0], [-1, -1], color=COLOURS["blue"])
    axes.plot([0, 7], [1, 1], "-", color=COLOURS["blue"])
    for score, label in ((-0.1, "f = −0.1"), (0.1, "f = 0.1"), (6.0, "f = 6")):
        answer = 1 if score >= 0 else -1
        axes.plot(score, answer, "o", color=COLOURS["vermilion"])
        axes.annotate(
            label, (score, answer), xytext=(0, 10 * answer), textcoords="offset points",
            ha="left" if score == 0.1 else "right" if score < 0 else "center",
            va="bottom" if answer > 0 else "top",
        )  # fmt: skip
    axes.set(xlabel="score f(x)", ylabel="answer sign(f(x))", ylim=(-1.6, 1.6), yticks=[-1, 1])
    return figure


@styled
def exponentials() -> Figure:
    """exp(u) and exp(-u): each is small on one side of zero and explodes on the other."""
    u = np.linspace(-3, 3, 301)
    figure, axes = new_figure()
    axes.plot(u, np.exp(u), label="exp(u)")
    axes.plot(u, np.exp(-u), label="exp(−u)")
    axes.axhline(1, color=COLOURS["grey"], linewidth=1, linestyle=":")
    axes.set(xlabel="u", ylabel="value", ylim=(0, 12))
    axes.legend()
    return figure


@styled
def cdf_family() -> Figure:
    """Four distribution functions with median 0, each a legal s(u): logistic, normal, and two."""
    u = np.linspace(-6, 6, 601)
    normal = np.array([0.5 * erfc(-x / sqrt(2)) for x in u])
    figure, axes = new_figure()
    axes.plot(u, sigmoid(u), label="logistic: the sigmoid")
    axes.plot(u, normal, label="normal: probit")
    axes.plot(u, 0.5 + np.arctan(u) / pi, label="Cauchy")
    axes.plot(u, np.clip(0.5 + u / 6, 0, 1), label="uniform on [−3, 3]")
    axes.set(xlabel="score u", ylabel="s(u)", yticks=[0, 0.5, 1])
    axes.legend()
    return figure


@styled
def sigmoid_scales(scales: tuple[float, ...] = (0.5, 1.0, 2.0, 8.0)) -> Figure:
    """s(cu) for several scales c: the larger c, the steeper; all pass through (0, 1/2)."""
    u = np.linspace(-6, 6, 601)
    figure, axes = new_figure()
    for scale in scales:
        axes.plot(u, sigmoid(scale * u), label=f"c = {scale:g}")
    axes.plot(0, 0.5, "o", color=COLOURS["grey"])
    axes.set(xlabel="score u", ylabel="s(cu)", yticks=[0, 0.5, 1])
    axes.legend()
    return figure


@styled
def sigmoid_and_slope() -> Figure:
    """s above, s' below, on one axis: steepest at 0 with slope 1/4, flat on both sides."""
    u = np.linspace(-6, 6, 601)
    figure, (above, below) = new_figure(rows=2, sharex=True, figsize=(5.2, 4.2))
    above.plot(u, sigmoid(u))
    above.plot([-2, 2], [0, 1], color=COLOURS["vermilion"], linestyle="--", linewidth=1.4)
    above.annotate("tangent at 0,\nslope 1/4", (1.2, 0.8), xytext=(2.1, 0.45), va="center")
    above.set(ylabel="s(u)", yticks=[0, 0.5, 1], ylim=(-0.05, 1.05))
    below.plot(u, sigmoid_derivative(u), "-", color=COLOURS["green"])
    below.plot(0, 0.25, "o", color=COLOURS["vermilion"])
    below.set(xlabel="score u", ylabel="s′(u)", yticks=[0, 0.125, 0.25], ylim=(0, 0.28))
    return figure


@styled
def logit_mirror() -> Figure:
    """The sigmoid and the logit are mirror images in the diagonal, as inverses are."""
    u = np.linspace(-4, 4, 401)
    p = np.linspace(0.0185, 0.9815, 401)
    figure, axes = new_figure(figsize=(4.2, 4.2))
    axes.plot([-4, 4], [-4, 4], color=COLOURS["grey"], linewidth=1, linestyle=":")
    axes.plot(u, sigmoid(u), label="s(u)")
    axes.plot(p, logit(p), label="logit(p)")
    axes.set(xlabel="u, or p", ylabel="s(u), or logit(p)", aspect="equal")
    axes.legend(loc="lower right")
    return figure


@styled
def logistic_model(w: tuple[float, float] = (1.2, 1.6), b: float = -0.4) -> Figure:
    """P(Y = 1 | x) over the plane for one w and b: bands parallel to the line w·x + b = 0."""
    grid = np.linspace(-4, 4, 161)
    x0, x1 = np.meshgrid(grid, grid)
    probability = sigmoid(w[0] * x0 + w[1] * x1 + b)
    figure, axes = new_figure(figsize=(4.6, 4.2))
    lines = axes.contour(
        x0, x1, probability, levels=[0.01, 0.1, 0.5, 0.9, 0.99], colors=COLOURS["blue"],
        linestyles=[":", "--", "-", "--", ":"],
    )  # fmt: skip
    axes.clabel(lines, fmt=lambda level: f"{level:g}")
    axes.annotate(
        "", xytext=(0, -b / w[1]), xy=(w[0] * 0.9, -b / w[1] + w[1] * 0.9),
        arrowprops={"arrowstyle": "->", "color": COLOURS["vermilion"], "linewidth": 2},
    )  # fmt: skip
    axes.text(w[0] * 0.9 + 0.1, -b / w[1] + w[1] * 0.9, "w", color=COLOURS["vermilion"])
    axes.set(xlabel="x₀", ylabel="x₁", aspect="equal")
    axes.grid(False)
    return figure


@styled
def log_sigmoid_errors() -> Figure:
    """Relative error of ln(s(u)) computed in two steps, against log_sigmoid(u), for u > 0."""
    u = np.linspace(0.25, 45, 120)
    exact = log_sigmoid(u)
    two_steps = np.log(1 / (1 + np.exp(-u)))
    error = np.abs(two_steps / exact - 1)
    figure, axes = new_figure()
    axes.semilogy(u, np.maximum(error, 1e-17), ".", markersize=4, label="np.log(sigmoid(u))")
    axes.axhline(2.0**-53, color=COLOURS["green"], label="half a unit in the last place")
    axes.set(xlabel="score u", ylabel="relative error", ylim=(1e-17, 10))
    axes.legend(loc="upper left")
    return figure
