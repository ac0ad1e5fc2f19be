"""The figures of the chapters on what cross-entropy measures and on matching distributions."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ce_lib.categorical import log_softmax, softmax
from ce_lib.information import (
    cross_entropy,
    entropy,
    gaussian_cross_entropy,
    kl_divergence,
    product_distribution,
)

from .style import COLOURS, new_figure, styled

__all__ = [
    "code_of_another",
    "coins_that_agree",
    "descent_to_entropy",
    "endless_cross_entropy",
    "entropy_as_area",
    "entropy_of_a_coin",
    "gaussian_spread",
    "logarithm_and_tangent",
    "smoothed_loss",
    "surprise_curve",
    "two_directions",
    "which_argument",
]

WEATHER = ("sun", "cloud", "rain", "snow")
VALLEY = (1 / 2, 1 / 4, 1 / 8, 1 / 8)
SUMMIT = (1 / 8, 1 / 8, 1 / 4, 1 / 2)
"""The two distributions of the chapter; powers of 1/2, so that the ideal codes have whole bits."""

HATCHES = ("", "//", "..", "xx")


@styled
def surprise_curve() -> Figure:
    """-ln p over p, in nats on the left and bits on the right: each halving adds one bit."""
    p = np.linspace(0.012, 1, 500)
    figure, axes = new_figure()
    axes.plot(p, -np.log(p))
    for halvings in (1, 2, 3, 4):
        q = 0.5**halvings
        axes.plot(q, -np.log(q), "o", color=COLOURS["vermilion"])
        axes.annotate(
            f"1/{2**halvings}: {halvings} bit{'s' if halvings > 1 else ''}",
            (q, -np.log(q)), xytext=(8, 3), textcoords="offset points",
        )  # fmt: skip
    axes.plot(1, 0, "o", color=COLOURS["vermilion"])
    axes.set(
        xlabel="probability p of what happens", ylabel="surprise −ln p, nats", ylim=(-0.1, 4.5)
    )
    bits = axes.secondary_yaxis(
        "right", functions=(lambda nats: nats / np.log(2), lambda b: b * np.log(2))
    )
    bits.set_ylabel("bits")
    return figure


@styled
def entropy_as_area() -> Figure:
    """The valley's weather in its own code: width p, height -log2 p, area 1.75 bits."""
    figure, axes = new_figure()
    _blocks(axes, VALLEY, VALLEY)
    axes.set(ylabel="code length, bits", ylim=(0, 3.6))
    return figure


@styled
def code_of_another() -> Figure:
    """The valley's weather in the summit's code: same widths, other heights, 2.625 bits."""
    figure, axes = new_figure()
    _blocks(axes, VALLEY, SUMMIT)
    edges = np.concatenate(([0.0], np.cumsum(VALLEY)))
    axes.stairs(
        -np.log2(VALLEY), edges, baseline=None, color=COLOURS["vermilion"], linewidth=2,
        linestyle="--", label="with its own code",
    )  # fmt: skip
    axes.set(ylabel="code length, bits", ylim=(0, 4.3))
    axes.legend(loc="upper right")
    return figure


def _blocks(axes: Any, widths: tuple[float, ...], code_for: tuple[float, ...]) -> None:
    left = 0.0
    for k, (width, q) in enumerate(zip(widths, code_for, strict=True)):
        height = -np.log2(q)
        # Two bars: the hatching would take on the transparency, which lets the theme shine through.
        axes.bar(left, height, width, align="edge", color=f"C{k}", alpha=0.25)
        axes.bar(
            left, height, width, align="edge", color="none", edgecolor=COLOURS["grey"],
            linewidth=1, hatch=HATCHES[k],
        )  # fmt: skip
        axes.annotate(
            WEATHER[k], (left + width / 2, height), xytext=(0, 4), textcoords="offset points",
            ha="center", fontsize=10,
        )  # fmt: skip
        left += width
    axes.set(xlabel="probability", xlim=(0, 1), xticks=[0, 0.5, 0.75, 0.875, 1], yticks=range(4))
    axes.set_xticklabels(["0", "1/2", "3/4", "7/8", "1"])
    axes.grid(False, axis="x")


@styled
def entropy_of_a_coin() -> Figure:
    """The entropy of a coin over its probability of heads: none at 0 and 1, one bit at 1/2."""
    p = np.linspace(0, 1, 401)
    figure, axes = new_figure()
    axes.plot(p, entropy(np.stack([p, 1 - p], axis=-1), base=2))
    axes.plot(0.5, 1, "o", color=COLOURS["vermilion"])
    axes.set(xlabel="probability of heads", ylabel="entropy, bits", yticks=[0, 0.5, 1])
    return figure


@styled
def logarithm_and_tangent() -> Figure:
    """ln x lies below its tangent x - 1 and touches it at 1 only."""
    x = np.linspace(0.05, 3.5, 400)
    figure, axes = new_figure()
    axes.plot(x, x - 1, label="x − 1")
    axes.plot(x, np.log(x), label="ln x")
    axes.plot(1, 0, "o", color=COLOURS["grey"])
    axes.set(xlabel="x", ylim=(-3, 2.6))
    axes.legend(loc="lower right")
    return figure


@styled
def which_argument(fixed: float = 0.3) -> Figure:
    """H(P, Q) for coins. P fixed: a bowl with its bottom at Q = P. Q fixed: a straight line."""
    other = np.linspace(0.004, 0.996, 400)
    moving = np.stack([other, 1 - other], axis=-1)
    still = np.array([fixed, 1 - fixed])
    figure, (left, right) = new_figure(2, sharey=True, figsize=(5.6, 3.1))
    left.plot(other, cross_entropy(still, moving))
    left.axhline(entropy(still), color=COLOURS["grey"], linestyle=":", linewidth=1.4)
    left.plot(fixed, entropy(still), "o", color=COLOURS["vermilion"])
    left.annotate("entropy of P", (1, entropy(still)), xytext=(0, -4),
                  textcoords="offset points", ha="right", va="top")  # fmt: skip
    left.set(title="P fixed, Q moves", xlabel="q", ylabel="H(P, Q), nats", ylim=(0, 3))
    left.set_xticks([0, 0.3, 1])
    right.plot(other, cross_entropy(moving, still), label="H(P, Q)")
    right.plot(other, entropy(moving), label="entropy of P")
    right.plot(fixed, entropy(still), "o", color=COLOURS["vermilion"])
    right.set(title="Q fixed, P moves", xlabel="p", xticks=[0, 0.3, 1])
    right.legend()
    return figure


@styled
def two_directions() -> Figure:
    """The normal Q nearest to a two-peaked P: one direction of KL covers both peaks, one a peak."""
    x = np.linspace(-6, 6, 601)
    step = x[1] - x[0]
    truth = _bell(x, -1.6, 0.6) * 0.6 + _bell(x, 1.8, 0.6) * 0.4
    truth /= truth.sum()
    means, stds = np.linspace(-3, 3, 61), np.linspace(0.4, 3, 53)
    models = _bell(x, means[:, None, None], stds[:, None])
    models /= models.sum(axis=-1, keepdims=True)
    models = np.maximum(models, 1e-300)
    shape = (len(means), len(stds))
    covering = np.unravel_index(np.argmin(cross_entropy(truth, models)), shape)
    seeking = np.unravel_index(np.argmin(kl_divergence(models, truth)), shape)
    figure, axes = new_figure()
    axes.fill_between(x, truth / step, color="#d9d9d9", label="P")
    axes.plot(x, models[covering] / step, label="Q with least D(P ‖ Q)")
    axes.plot(x, models[seeking] / step, label="Q with least D(Q ‖ P)")
    axes.set(xlabel="x", ylabel="density", ylim=(0, 0.95), yticks=[0, 0.2, 0.4, 0.6])
    axes.legend(loc="upper right")
    return figure


def _bell(x: Any, mean: Any, std: Any) -> Any:
    return np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))


@styled
def endless_cross_entropy(terms: int = 40) -> Figure:
    """p_k ~ 1/k², q_k ~ 2^(-k²), first n terms: H(P, Q) climbs for ever, H(P) settles."""
    k = np.arange(1, terms + 1)
    p = 6 / (np.pi * k) ** 2
    # q itself is 0 in floating point from k = 33 on; its logarithm is not.
    log_q = -(k.astype(float) ** 2) * np.log(2)
    log_q -= np.log(np.sum(np.exp(log_q)))
    figure, axes = new_figure()
    axes.plot(k, np.cumsum(-p * log_q), "o", markersize=3, label="H(P, Q), first n terms")
    axes.plot(
        k, np.cumsum(-p * np.log(p)), "s", markersize=3, color=COLOURS["vermilion"],
        label="H(P), first n terms",
    )  # fmt: skip
    axes.set(xlabel="number of terms n", ylabel="nats")
    axes.legend(loc="upper left")
    return figure


@styled
def gaussian_spread(std: float = 0.2) -> Figure:
    """H(P, Q) of two normals of one mean over Q's spread: least, and below 0, at P's spread."""
    spread = np.geomspace(0.06, 2, 400)
    figure, axes = new_figure()
    axes.semilogx(spread, gaussian_cross_entropy(0.0, std, 0.0, spread))
    axes.plot(std, gaussian_cross_entropy(0.0, std, 0.0, std), "o", color=COLOURS["vermilion"])
    axes.axhline(0, color=COLOURS["grey"], linewidth=1)
    axes.axvline(std, color=COLOURS["grey"], linewidth=1.4, linestyle=":")
    ticks = [0.1, 0.2, 0.5, 1, 2]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set(xlabel="standard deviation of Q", ylabel="H(P, Q), nats", ylim=(-0.5, 3))
    return figure


@styled
def coins_that_agree() -> Figure:
    """Two coins that always agree, and the product of their marginals, as squares of areas p."""
    truth = np.array([[0.5, 0.0], [0.0, 0.5]])
    model = product_distribution(truth.sum(axis=1), truth.sum(axis=0))
    words = {0.0: "0", 0.25: "1/4", 0.5: "1/2"}
    figure, panels = new_figure(2, sharey=True, figsize=(5.6, 2.9))
    for axes, title, table in zip(
        panels, ("what happens", "the model"), (truth, model), strict=True
    ):
        for (row, column), p in np.ndenumerate(table):
            side = np.sqrt(p)
            if p:
                colour = f"C{int(row != column)}"
                axes.bar(column, side, side, row - side / 2, color=colour, alpha=0.25)
            axes.text(column, row, words[p], ha="center", va="center")
        axes.set(title=title, xlabel="second coin", xlim=(-0.5, 1.5), ylim=(1.5, -0.5))
        axes.set_xticks([0, 1], ["heads", "tails"])
        axes.set_yticks([0, 1], ["heads", "tails"])
        axes.set_aspect("equal")
        axes.grid(False)
    panels[0].set_ylabel("first coin")
    return figure


@styled
def descent_to_entropy(steps: int = 40, rate: float = 1.0) -> Figure:
    """Gradient descent on logits: the loss falls to the entropy of P; the gap is D(P ‖ Q)."""
    target = np.array(VALLEY)
    logits = np.array([-2.0, 0.0, 0.0, 2.0])
    loss = []
    for _ in range(steps + 1):
        loss.append(cross_entropy(target, softmax(logits)))
        logits = logits - rate * (softmax(logits) - target)
    floor = entropy(target)
    figure, axes = new_figure()
    axes.plot(range(steps + 1), loss, label="H(P, Q): the loss")
    axes.axhline(floor, color=COLOURS["vermilion"], linestyle="--", label="H(P): the floor")
    axes.annotate("", (1, floor), xytext=(1, loss[1]), arrowprops={"arrowstyle": "<->"})
    axes.annotate("D(P ‖ Q)", (1, 0.5 * (floor + loss[1])), xytext=(-4, 0),
                  textcoords="offset points", rotation=90, ha="right", va="center",
                  fontsize=9)  # fmt: skip
    axes.set(xlabel="step of gradient descent", ylabel="nats", ylim=(0, 3.4))
    axes.legend()
    return figure


@styled
def smoothed_loss(smoothing: float = 0.1, classes: int = 10) -> Figure:
    """Loss over the lead of the right logit: only a hard label wants an endless lead."""
    lead = np.linspace(-2, 10, 400)
    logits = np.zeros((len(lead), classes))
    logits[:, 0] = lead
    target = np.full(classes, smoothing / classes)
    target[0] += 1 - smoothing
    figure, axes = new_figure()
    axes.plot(lead, -log_softmax(logits)[:, 0], label="hard label")
    axes.plot(lead, -(log_softmax(logits) @ target), label=f"smoothed, ε = {smoothing:g}")
    best = np.log(target[0] / target[1])
    axes.plot(best, entropy(target), "o", color=COLOURS["grey"])
    axes.set(xlabel="lead of the right logit over the others", ylabel="loss, nats", ylim=(0, 4.4))
    axes.legend()
    return figure
