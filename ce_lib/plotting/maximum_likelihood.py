"""The figures of the chapter on maximum likelihood and the binary cross-entropy."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ce_lib.bernoulli import enumerate_outcomes, likelihood

from .experiments import two_days
from .style import COLOURS, new_figure, styled

__all__ = [
    "coin",
    "dependent_days",
    "labels_as_widths",
    "mirrored_losses",
    "negative_logarithm",
    "underflow",
]


@styled
def negative_logarithm() -> Figure:
    """-ln p: nothing at p = 1, more and more steeply upwards as p falls to 0."""
    p = np.linspace(0.0009, 1, 1000)
    figure, axes = new_figure()
    axes.plot(p, -np.log(p))
    for point in (0.01, 0.1, 0.5, 0.9):
        axes.plot(point, -np.log(point), "o", color=COLOURS["vermilion"])
        axes.annotate(
            f"p = {point:g}", (point, -np.log(point)), xytext=(8, 4), textcoords="offset points"
        )
    axes.set(xlabel="probability p given to the true label", ylabel="−ln p", ylim=(-0.2, 7))
    return figure


@styled
def mirrored_losses() -> Figure:
    """The two branches of the binary cross-entropy, mirror images; each goes up without end."""
    p = np.linspace(0.002, 0.998, 997)
    figure, axes = new_figure()
    axes.plot(p, -np.log(p), label="label y = 1: −ln ŷ")
    axes.plot(p, -np.log(1 - p), label="label y = 0: −ln(1 − ŷ)")
    for x, colour in ((0.004, "blue"), (0.996, "vermilion")):
        axes.annotate(
            "", xytext=(x, 5.1), xy=(x, 6.4),
            arrowprops={"arrowstyle": "->", "color": COLOURS[colour], "linewidth": 2},
        )  # fmt: skip
    axes.text(0.03, 6.0, "to infinity")
    axes.text(0.97, 6.0, "to infinity", ha="right")
    axes.plot(0.5, np.log(2), "o", color=COLOURS["grey"])
    axes.set(xlabel="prediction ŷ = P(Y = 1 | x)", ylabel="loss", ylim=(-0.2, 6.6))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.88))
    return figure


@styled
def labels_as_widths(s: tuple[float, ...] = (0.2, 0.5, 0.9)) -> Figure:
    """Each further label splits every piece of a bar in two; the total width stays 1."""
    figure, axes = new_figure(figsize=(5.2, 3.6))
    for n in range(len(s) + 1):
        outcomes = enumerate_outcomes(n)
        widths = likelihood(outcomes, s[:n]) if n else np.ones(1)
        left = np.concatenate([[0.0], np.cumsum(widths)[:-1]])
        for outcome, start, width in zip(outcomes, left, widths, strict=True):
            last_is_one = n > 0 and outcome[-1] == 1
            axes.barh(
                n, width, left=start, height=0.8, edgecolor="white", linewidth=1.5,
                color=COLOURS["blue"] if last_is_one else "#d9d9d9",
            )  # fmt: skip
            if n > 0 and width > 0.06:  # narrower pieces have no room for their outcome
                axes.text(
                    start + width / 2, n, "".join(map(str, outcome)), ha="center", va="center",
                    color="white" if last_is_one else "black",
                )  # fmt: skip
    axes.set(
        xlabel="probability", yticks=range(len(s) + 1), xlim=(0, 1),
        yticklabels=["no label", "1 label", "2 labels", "3 labels"][: len(s) + 1],
    )  # fmt: skip
    axes.invert_yaxis()
    axes.grid(False)
    return figure


@styled
def dependent_days(rain: float = 0.3, again: float = 0.6) -> Figure:
    """Two days of weather: true probabilities beside the product of the days' own."""
    true, product = two_days(rain, again)
    figure, axes = new_figure()
    places = np.arange(4)
    axes.bar(places - 0.2, true, 0.4, label="true", color=COLOURS["blue"])
    axes.bar(
        places + 0.2, product, 0.4, label="product", color=COLOURS["vermilion"], hatch="//",
        edgecolor="white",
    )  # fmt: skip
    names = ["dry, dry", "dry, rain", "rain, dry", "rain, rain"]
    axes.set(xticks=places, xticklabels=names, ylabel="probability")
    axes.grid(False, axis="x")
    axes.legend()
    return figure


@styled
def coin(ones: int = 7, zeros: int = 3) -> Figure:
    """Likelihood, log-likelihood and its slope on one axis: peak, peak and root stand in line."""
    p = np.linspace(0.02, 0.98, 481)
    best = ones / (ones + zeros)
    figure, (top, middle, bottom) = new_figure(rows=3, sharex=True, figsize=(5.2, 5.4))
    top.plot(p, 1000 * p**ones * (1 - p) ** zeros)
    top.set(ylabel="1000 L(p)")
    middle.plot(p, ones * np.log(p) + zeros * np.log(1 - p))
    middle.set(ylabel="ln L(p)", ylim=(-20, -4))
    bottom.plot(p, ones / p - zeros / (1 - p), color=COLOURS["green"])
    bottom.axhline(0, color=COLOURS["grey"], linewidth=1)
    bottom.plot(best, 0, "o", color=COLOURS["vermilion"])
    bottom.set(xlabel="p", ylabel="slope of ln L", ylim=(-40, 40), xticks=[0, 0.25, 0.5, best, 1])
    for axes in (top, middle, bottom):
        axes.axvline(best, color=COLOURS["vermilion"], linestyle=":", linewidth=1.4)
    return figure


@styled
def underflow(p: float = 0.5, n: int = 1500) -> Figure:
    """The decimal exponent of p**k: the product breaks off at 5e-324, the sum of logs does not."""
    k = np.arange(1, n + 1)
    product = np.cumprod(np.full(n, p))
    kept = product > 0
    figure, axes = new_figure()
    axes.plot(k, k * np.log10(p), "--", label="sum of logarithms", color=COLOURS["vermilion"])
    axes.plot(k[kept], np.log10(product[kept]), "-", label="product", color=COLOURS["blue"])
    axes.plot(kept.sum(), np.log10(product[kept][-1]), "o", color=COLOURS["blue"])
    axes.annotate(
        f"after {kept.sum()} factors\nthe product is 0", (kept.sum(), np.log10(product[kept][-1])),
        xytext=(-12, -6), textcoords="offset points", ha="right", va="top",
    )  # fmt: skip
    axes.set(xlabel="number of labels", ylabel="exponent of 10")
    axes.legend()
    return figure
