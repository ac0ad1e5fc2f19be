"""Small real data sets that need no network, and labels drawn from the model itself.

>>> import ce_lib as ce
>>> flowers = ce.load_iris()
>>> flowers.X.shape, flowers.class_names
((150, 4), ('setosa', 'versicolor', 'virginica'))
>>> y = ce.sample_logistic(flowers.X, [0.0, 0.0, 1.0, 0.0], -3.0, seed=1)
>>> y.shape, set(y.tolist()) == {0, 1}
((150,), True)

All three are from the UCI Machine Learning Repository under the Creative Commons Attribution 4.0
licence (CC BY 4.0); whoever passes them on names the source, which each `Dataset` states.

Source: each data set's own below; book, "Training a logistic regression", "Let the model
speak" for the drawn labels.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ce_lib._validation import Array, numbers
from ce_lib.logistic import sigmoid
from ce_lib.vectors import linear_score

__all__ = ["Dataset", "load_breast_cancer", "load_digits", "load_iris", "sample_logistic"]

_DIRECTORY = os.path.join(os.path.dirname(__file__), "data")


@dataclass(frozen=True)
class Dataset:
    """Measurements and classes.

    Attributes:
        X: float64, shape (samples, features).
        y: int64 labels 0..C-1, shape (samples,).
        feature_names: what each column of X is, with its unit.
        class_names: what each label means.
        source: who collected the data, where it is published, under which licence.

    >>> load_iris().feature_names[0]
    'sepal length (cm)'
    """

    X: Array = field(repr=False)
    y: Array = field(repr=False)
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    source: str


def load_iris() -> Dataset:
    """150 iris flowers of three species, four lengths in centimetres.

    Two features (petal length and width, columns 2 and 3) separate setosa from the others with a
    line; versicolor and virginica overlap.

    Returns:
        A fresh `Dataset` with X of shape (150, 4), 50 flowers of each class.

    Source: R. A. Fisher, *The use of multiple measurements in taxonomic problems*, 1936;
    https://doi.org/10.24432/C56C76.

    >>> np.bincount(load_iris().y)
    array([50, 50, 50])
    """
    classes = ("setosa", "versicolor", "virginica")
    with open(os.path.join(_DIRECTORY, "iris.csv"), encoding="ascii") as lines:
        X, y = _table(lines, classes)
    return Dataset(
        X,
        y,
        ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
        classes,
        "R. A. Fisher (1936), Iris, UCI Machine Learning Repository, "
        "https://doi.org/10.24432/C56C76, CC BY 4.0",
    )


def load_digits() -> Dataset:
    """1797 handwritten digits, 8 by 8 pixels, ten classes.

    Returns:
        A fresh `Dataset` with X of shape (1797, 64): brightness 0..16, row by row;
        ``X[0].reshape(8, 8)`` is an image.

    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits* (its test set),
    1998; https://doi.org/10.24432/C50P49.

    >>> digits = load_digits()
    >>> digits.X[0].reshape(8, 8)[1].astype(int), int(digits.y[0])
    (array([ 0,  0, 13, 15, 10, 15,  5,  0]), 0)
    """
    with np.load(os.path.join(_DIRECTORY, "digits.npz")) as file:
        X, y = file["images"].astype(np.float64), file["labels"].astype(np.int64)
    return Dataset(
        X,
        y,
        tuple(f"pixel row {row} column {column}" for row in range(8) for column in range(8)),
        tuple("0123456789"),
        "E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, "
        "UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0",
    )


def load_breast_cancer() -> Dataset:
    """569 breast tumours, malignant or benign, thirty measurements of the cell nuclei.

    Returns:
        A fresh `Dataset` with X of shape (569, 30), in the units of the image analysis; the
        columns differ in size by a factor of 1e5, so standardise them first. 212 malignant
        (label 0), 357 benign (label 1).

    Source: W. Wolberg, O. Mangasarian, N. Street and W. Street, *Breast Cancer Wisconsin
    (Diagnostic)*, 1995; https://doi.org/10.24432/C5DW2B.

    >>> np.bincount(load_breast_cancer().y)
    array([212, 357])
    """
    import gzip  # 4 ms that only this data set needs

    classes = ("malignant", "benign")
    path = os.path.join(_DIRECTORY, "breast_cancer.csv.gz")
    with gzip.open(path, "rt", encoding="ascii") as lines:
        names = next(lines).strip().split(",")[:-1]
        X, y = _table(lines, classes, header=False)
    return Dataset(
        X,
        y,
        tuple(name.replace("_", " ") for name in names),
        classes,
        "W. Wolberg, O. Mangasarian, N. Street and W. Street (1995), Breast Cancer Wisconsin "
        "(Diagnostic), UCI Machine Learning Repository, https://doi.org/10.24432/C5DW2B, CC BY 4.0",
    )


def sample_logistic(X: Any, w: Any, b: Any = 0.0, *, seed: Any = None) -> Any:
    """Labels drawn from the logistic regression model, P(Y = 1 | x) = s(w · x + b).

    Args:
        X: inputs of shape (n, d).
        w: weights of shape (d,).
        b: the bias, a number.
        seed: an integer for the same labels each time, a `numpy.random.Generator`, or None.

    Returns:
        int64 labels 0 and 1 of shape (n,).

    Raises:
        TypeError: arguments that do not hold real numbers.
        ValueError: nan or inf, shapes that do not fit.

    Source: book, "Training a logistic regression", "Let the model speak".

    >>> sample_logistic([[-100.0], [100.0]], [1.0], seed=0)
    array([0, 1])
    """
    inputs, _ = numbers("X", X)
    weights, _ = numbers("w", w)
    if inputs.ndim != 2 or weights.shape != inputs.shape[1:]:
        raise ValueError(
            f"X must have shape (n, d) and w (d,), got {inputs.shape} and {weights.shape}"
        )
    bias, _ = numbers("b", b)
    if bias.ndim:
        raise ValueError(f"b must be a single number, got shape {bias.shape}")
    probability = sigmoid(linear_score(inputs, weights, bias))
    rng = np.random.default_rng(seed)
    return (rng.uniform(size=len(inputs)) < probability).astype(np.int64)


def _table(lines: Any, classes: tuple[str, ...], *, header: bool = True) -> tuple[Array, Array]:
    rows = [line.strip().split(",") for line in lines]
    rows = rows[1:] if header else rows
    X = np.array([[float(number) for number in row[:-1]] for row in rows])
    y = np.array([classes.index(row[-1]) for row in rows], dtype=np.int64)
    return X, y
