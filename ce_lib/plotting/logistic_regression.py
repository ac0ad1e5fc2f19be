"""The figures of the chapter on training a logistic regression."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ce_lib.logistic import sigmoid, sigmoid_derivative
from ce_lib.losses import binary_cross_entropy_with_logits
from ce_lib.regression import LogisticRegression

from .experiments import PRACTICE, descend, iris_pair, refits, weight_lengths
from .style import COLOURS, new_figure, styled

__all__ = [
    "iris_model",
    "loss_landscape",
    "loss_of_score",
    "refitted_weights",
    "separable_weights",
    "squared_loss_stalls",
    "training_curves",
]


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
    below.set(xlabel="score z", ylabel="slope", yticks=[-1, 0, 1])  # the reader is to guess it
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
