"""The figures of the chapter on maximum likelihood and the binary cross-entropy."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ce_lib.bernoulli import enumerate_outcomes, likelihood
from ce_lib.logistic import sigmoid, sigmoid_derivative
from ce_lib.losses import binary_cross_entropy_with_logits
from ce_lib.regression import LogisticRegression

from .experiments import PRACTICE, descend, iris_pair, refits, two_days, weight_lengths
from .style import COLOURS, new_figure, styled

__all__ = [
    "coin",
    "dependent_days",
    "iris_model",
    "labels_as_widths",
    "loss_landscape",
    "loss_of_score",
    "mirrored_losses",
    "negative_logarithm",
    "refitted_weights",
    "separable_weights",
    "squared_loss_stalls",
    "training_curves",
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


@styled
def loss_of_score() -> Figure:
    """Loss over the score for both labels (above) and its derivative, prediction minus label."""
    z = np.linspace(-6, 6, 601)
    figure, (above, below) = new_figure(rows=2, sharex=True, figsize=(5.2, 4.6))
    for y, dashes, colour in ((1, "-", "blue"), (0, "--", "vermilion")):
        style = {"linestyle": dashes, "color": COLOURS[colour]}
        loss = binary_cross_entropy_with_logits(y, z, reduction="none")
        above.plot(z, loss, label=f"y = {y}", **style)
        below.plot(z, sigmoid(z) - y, label=f"y = {y}", **style)
    above.set(ylabel="loss")
    above.legend(loc="upper center")
    below.axhline(0, color=COLOURS["grey"], linewidth=1)
    below.set(xlabel="score z", ylabel="slope ŷ − y", yticks=[-1, 0, 1])
    return figure


@styled
def squared_loss_stalls() -> Figure:
    """How hard two losses pull on a sample of class 1: the squared one lets go at the worst."""
    z = np.linspace(-8, 8, 801)
    figure, axes = new_figure()
    axes.plot(z, sigmoid(-z), label="binary cross-entropy")
    axes.plot(z, 2 * sigmoid(-z) * sigmoid_derivative(z), label="squared loss (ŷ − 1)²")
    axes.annotate("confident and wrong:\nno pull", (-7, 0.01), xytext=(-7.6, 0.3))
    axes.set(xlabel="score z of a sample with label 1", ylabel="size of the slope")
    axes.legend()
    return figure


@styled
def loss_landscape() -> Figure:
    """Lines of equal loss over (w, b) for six people: one valley, and two ways down into it."""
    x, y = PRACTICE
    w, b = np.meshgrid(np.linspace(-1.4, 2.6, 121), np.linspace(-2.2, 2.2, 121))
    losses = binary_cross_entropy_with_logits(y, w[..., None] * x + b[..., None], reduction="none")
    start = np.array([-1.0, 1.6])
    down = descend(x[:, None], y, start, learning_rate=0.4, max_iterations=400)
    jumps = descend(x[:, None], y, start)
    figure, axes = new_figure(figsize=(5.2, 4.2))
    levels = jumps.value + np.array([0.01, 0.05, 0.15, 0.35, 0.7, 1.2, 1.8])
    axes.contour(
        w, b, losses.mean(axis=-1), levels=levels, colors=COLOURS["grey"], linewidths=1,
    )  # fmt: skip
    for found, style, label in (
        (down, {"linestyle": "-", "marker": ".", "color": COLOURS["blue"]}, "gradient descent"),
        (jumps, {"linestyle": "--", "marker": "s", "color": COLOURS["vermilion"]}, "Newton"),
    ):
        path = np.array(found.path)
        axes.plot(*path.T, **style, linewidth=1.4, markersize=5, label=label)
    axes.plot(*jumps.x, "*", color="black", markersize=11, markeredgecolor="white")
    axes.set(xlabel="w", ylabel="b")
    axes.grid(False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure


@styled
def training_curves() -> Figure:
    """What is left of the loss after each step, for iris: Newton is there in eight steps."""
    X, y, _ = iris_pair()
    best = descend(X, y, np.zeros(3)).value
    figure, axes = new_figure()
    for rate in (0.1, 1.0, 4.0):
        history = descend(X, y, np.zeros(3), learning_rate=rate, max_iterations=300).history
        axes.semilogy(np.array(history) - best, label=f"gradient descent, rate {rate:g}")
    history = descend(X, y, np.zeros(3)).history
    left = np.maximum(np.array(history) - best, 1e-16)
    axes.semilogy(left, label="Newton", color="black", marker=".", linestyle="-")
    axes.set(xlabel="step", ylabel="loss above its minimum", ylim=(1e-14, 1))
    axes.legend(loc="lower left", bbox_to_anchor=(0.06, 0.0), fontsize=10)
    return figure


@styled
def iris_model() -> Figure:
    """Versicolor and virginica by petal, with the fitted lines of probability 0.1, 0.5 and 0.9."""
    _, y, raw = iris_pair()
    model = LogisticRegression().fit(raw, y)
    x0, x1 = np.meshgrid(np.linspace(2.8, 7.1, 161), np.linspace(0.9, 2.6, 161))
    grid = np.column_stack([x0.ravel(), x1.ravel()])
    probability = model.predict_proba(grid)[:, 1].reshape(x0.shape)
    figure, axes = new_figure(figsize=(5.2, 3.9))
    for label, marker, colour in ((0, "o", "blue"), (1, "^", "vermilion")):
        axes.plot(
            *raw[y == label].T, marker, color=COLOURS[colour], markersize=5, alpha=0.75,
            linestyle="none", label=("versicolor, y = 0", "virginica, y = 1")[label],
        )  # fmt: skip
    lines = axes.contour(
        x0, x1, probability, levels=[0.1, 0.5, 0.9], colors=COLOURS["green"],
        linestyles=["--", "-", "--"],
    )  # fmt: skip
    axes.clabel(lines, fmt=lambda level: f"{level:g}")
    axes.set(xlabel="petal length in cm", ylabel="petal width in cm")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure


@styled
def separable_weights(steps: int = 20000) -> Figure:
    """Length of w during gradient descent: it settles where the classes overlap, else never."""
    figure, axes = new_figure()
    for pair, label in (((0, 1), "setosa, versicolor: separable"),
                        ((1, 2), "versicolor, virginica: overlap")):  # fmt: skip
        X, y, _ = iris_pair(*pair)
        lengths = weight_lengths(X, y, steps)
        axes.semilogx(np.arange(1, len(lengths) + 1), lengths, label=label)
    axes.set(xlabel="step of gradient descent", ylabel="length of w", ylim=(0, None))
    axes.legend()
    return figure


@styled
def refitted_weights(times: int = 200) -> Figure:
    """Weights refitted to labels drawn from the model: a cloud around those that drew them."""
    X, y, _ = iris_pair()
    model = LogisticRegression().fit(X, y)
    weights, _, _ = refits(model, X, times)
    figure, axes = new_figure(figsize=(5.2, 3.9))
    axes.plot(*weights.T, ".", color=COLOURS["blue"], markersize=5, label="refitted")
    axes.plot(
        *model.coef_[0], "*", color=COLOURS["vermilion"], markersize=15, label="fitted to iris"
    )
    axes.set(xlabel="weight of petal length", ylabel="weight of petal width")
    axes.legend()
    return figure
