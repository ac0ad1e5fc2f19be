"""Loss reached and time taken by LogisticRegression and SoftmaxRegression, beside scikit-learn.

The same penalty, C = 1, on the shipped data. The gap is the penalised mean loss less that of the
optimum, which Newton's method gives to the last digit. scikit-learn is run as it comes, and once
more with the loosest tolerance among 1e-4, 1e-5, ... at which its gap is below 1e-8.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

import ce_lib as ce
from benchmarks.tables import fastest, markdown, number, options, peer, peers, publish

Array = np.ndarray[Any, Any]
GOAL = 1e-8


def standardised(X: Array) -> Array:
    spread = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(spread == 0, 1, spread)


def problems() -> dict[str, tuple[Any, Array, Array]]:
    iris, digits, cancer = ce.load_iris(), ce.load_digits(), ce.load_breast_cancer()
    return {
        "iris, versicolor or virginica": (ce.LogisticRegression, iris.X[50:], iris.y[50:] - 1),
        "breast cancer, standardised": (ce.LogisticRegression, standardised(cancer.X), cancer.y),
        "iris, three species": (ce.SoftmaxRegression, iris.X, iris.y),
        "digits, standardised": (ce.SoftmaxRegression, standardised(digits.X), digits.y),
        "digits, as they are": (ce.SoftmaxRegression, digits.X, digits.y),
    }


def objective(model: Any, X: Array, y: Array, l2: float) -> float:
    scores = X @ model.coef_.T + model.intercept_
    if scores.shape[1] == 1:
        scores = np.column_stack([np.zeros(len(X)), scores[:, 0]])
    return float(ce.cross_entropy_with_logits(y, scores) + l2 / 2 * np.sum(model.coef_**2))


def run(quick: bool = False) -> str:
    Peer = peer("sklearn.linear_model").LogisticRegression
    rows = []
    for name, (Ours, X, y) in problems().items():
        l2 = 1 / len(X)
        best = objective(Ours(l2=l2, tolerance=1e-9).fit(X, y), X, y, l2)
        ours = Ours(l2=l2)
        default = Peer(C=1.0, max_iter=10_000)
        for exponent in range(4, 12):
            exact = Peer(C=1.0, tol=10.0**-exponent, max_iter=100_000)
            if objective(exact.fit(X, y), X, y, l2) - best < GOAL:
                break
        times = fastest(
            {
                "ours": lambda m=ours, X=X, y=y: m.fit(X, y),
                "default": lambda m=default, X=X, y=y: m.fit(X, y),
                "exact": lambda m=exact, X=X, y=y: m.fit(X, y),
            },
            1 if quick else 7,
        )
        gaps = [objective(model, X, y, l2) - best for model in (ours, default, exact)]
        rows.append(
            [
                name,
                number(times["ours"]),
                f"{gaps[0]:.0e}",
                number(times["exact"]),
                f"{gaps[2]:.0e}",
                number(times["exact"] / times["ours"]),
                number(times["default"]),
                f"{gaps[1]:.0e}",
                number(times["default"] / times["ours"]),
            ]
        )
    headers = [
        "data",
        "ce_lib, ms",
        "gap",
        "scikit-learn to 1e-8, ms",
        "gap",
        "ratio",
        "scikit-learn as it comes, ms",
        "gap",
        "ratio",
    ]
    return (
        "Milliseconds of `fit`, fastest of the repeats, and how far the loss is from the optimum "
        "(in nats a sample). A ratio above 1 means that ce_lib is faster. scikit-learn as it "
        "comes stops earlier and further from the optimum.\n\n" + markdown(headers, rows)
    )


def main() -> None:
    chosen = options(__doc__, "python -m benchmarks.training --quick")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a peer's advice on its own solver is not our table
        publish("Training", run(chosen.quick), chosen.output, peers())


if __name__ == "__main__":
    main()
