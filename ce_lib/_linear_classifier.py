"""What linear classifiers share: parameters, labels, predictions, scikit-learn's protocol."""

from __future__ import annotations

import sys
import warnings
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from ce_lib._separation import QUASI_COMPLETE
from ce_lib._validation import Array, as_array, numbers, one_of
from ce_lib.gradients import with_ones
from ce_lib.optimize import Minimum

__all__ = ["LinearClassifier", "SeparableDataWarning"]

_PARAMETERS = ("l2", "solver", "learning_rate", "max_iterations", "tolerance")


class SeparableDataWarning(UserWarning):
    """A hyperplane tells the classes apart, so the likelihood has no maximum.

    Given also where samples of both classes lie on that hyperplane itself. It is given only if a
    separating direction was found and checked; a solver that is stopped early may find none.

    >>> issubclass(SeparableDataWarning, UserWarning)
    True
    """


class LinearClassifier(ABC):
    """What the two models share: parameters, labels, predictions; not the fit."""

    _most_classes: float = np.inf

    # For scikit-learn before 1.6; since then it asks for __sklearn_tags__.
    _estimator_type = "classifier"

    def __init__(
        self,
        *,
        l2: float = 0.0,
        solver: str = "newton",
        learning_rate: float | None = None,
        max_iterations: int = 1000,
        tolerance: float = 1e-6,
    ) -> None:
        self.l2 = l2
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iterations = max_iterations
        self.tolerance = tolerance

    # ------------------------------------------------------------------ scikit-learn's protocol

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's arguments by name; ``deep`` is there for the protocol's sake.

        >>> import ce_lib as ce
        >>> ce.LogisticRegression(l2=0.5).get_params()["l2"]
        0.5
        """
        return {name: getattr(self, name) for name in _PARAMETERS}

    def set_params(self, **parameters: Any) -> Any:
        """Change constructor arguments by name and return self; ValueError for any other name.

        >>> import ce_lib as ce
        >>> ce.LogisticRegression().set_params(l2=0.5)
        LogisticRegression(l2=0.5)
        """
        for name, value in parameters.items():
            if name not in _PARAMETERS:
                raise ValueError(
                    f"{name!r} is no parameter of {type(self).__name__}; "
                    f"it has {', '.join(_PARAMETERS)}"
                )
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "classes_")

    def __sklearn_tags__(self) -> Any:
        # Only scikit-learn calls this, so it is loaded; importing it here would make it a
        # dependency of the package.
        utils = sys.modules["sklearn.utils"]
        return utils.Tags(
            estimator_type="classifier",
            target_tags=utils.TargetTags(required=True),
            transformer_tags=None,
            regressor_tags=None,
            classifier_tags=utils.ClassifierTags(multi_class=self._most_classes > 2),
        )

    def __repr__(self) -> str:
        defaults = type(self)().get_params()
        changed = {k: v for k, v in self.get_params().items() if v != defaults[k]}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in changed.items())})"

    # --------------------------------------------------------------------------- predictions

    def predict(self, X: Any) -> Any:
        """The most probable class of each row of ``X`` (n, d), as one of ``classes_``.

        Raises ValueError before ``fit``, and where ``X`` has another number of features.

        >>> import ce_lib as ce
        >>> ce.LogisticRegression(l2=1.0).fit([[-1.0], [1.0]], ["no", "yes"]).predict([[3.0]])
        array(['yes'], dtype='<U3')
        """
        probabilities = self.predict_proba(X)
        return self.classes_[np.argmax(probabilities, axis=1)]

    def score(self, X: Any, y: Any) -> float:
        """The fraction of rows of ``X`` whose class is predicted right.

        >>> import ce_lib as ce
        >>> ce.LogisticRegression(l2=1.0).fit([[-1.0], [1.0]], [0, 1]).score([[3.0], [4.0]], [1, 0])
        0.5
        """
        truth = as_array("y", y)
        predicted = self.predict(X)
        if truth.shape != predicted.shape:
            raise ValueError(f"y must have shape {predicted.shape}, got {truth.shape}")
        return float(np.mean(predicted == truth))

    @abstractmethod
    def predict_proba(self, X: Any) -> Any:
        """P(Y = class | x), shape (n, C) in the order of ``classes_``; each row sums to one."""

    # ------------------------------------------------------------------------------- workings

    classes_: Array
    coef_: Array
    intercept_: Array
    n_features_in_: int
    n_iter_: int
    converged_: bool
    loss_history_: list[float]

    def _scores(self, X: Any) -> Array:
        if not hasattr(self, "classes_"):
            raise ValueError(f"this {type(self).__name__} is not fitted yet; call fit(X, y) first")
        inputs = _inputs(X)
        if inputs.shape[1] != self.n_features_in_:
            raise ValueError(f"X has {inputs.shape[1]} features, expected {self.n_features_in_}")
        return inputs @ self.coef_.T + self.intercept_

    def _prepare(self, X: Any, y: Any) -> tuple[Array, Array]:
        """[X 1] and the labels as indices into ``classes_``; checks the parameters too."""
        one_of("solver", self.solver, ("newton", "gradient_descent"))
        for name in ("l2", "tolerance", "max_iterations"):
            value, _ = numbers(name, getattr(self, name))
            if value.ndim or not np.isfinite(value) or value < 0:
                raise ValueError(f"{name} must be a non-negative number, got {value!s}")
        inputs = _inputs(X)
        truth = as_array("y", y)
        if truth.shape != (len(inputs),):
            raise ValueError(
                f"y must have one label for each row of X, shape {(len(inputs),)}, "
                f"got {truth.shape}"
            )
        if truth.dtype.kind == "f" and not np.all(truth == np.floor(truth)):
            raise ValueError("y must hold class labels, but holds fractions")
        if truth.dtype.kind not in "biufUSO":
            raise TypeError(f"y must hold class labels, got dtype {truth.dtype}")
        classes, index = np.unique(truth, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y must hold at least two classes, but holds only {classes[0]!r}")
        if len(classes) > self._most_classes:
            raise ValueError(
                f"y holds {len(classes)} classes, LogisticRegression tells two apart; "
                "use SoftmaxRegression"
            )
        self.classes_, self.n_features_in_ = classes, inputs.shape[1]
        return with_ones(inputs), index

    def _finish(self, found: Minimum, weights: Array, separated: str | None) -> Any:
        """Record the outcome; ``weights`` has shape (outputs, d + 1), the bias last."""
        self.coef_, self.intercept_ = weights[:, :-1].copy(), weights[:, -1].copy()
        self.n_iter_, self.converged_ = found.iterations, found.converged
        self.loss_history_ = found.history
        if self.l2 == 0 and separated:
            but = " but for samples that lie on it" if separated == QUASI_COMPLETE else ""
            warnings.warn(
                f"the data are separable: a hyperplane tells the classes apart without error{but}, "
                "so the likelihood has no maximum and the weights grow for as long as they are "
                "trained; use l2 > 0",
                SeparableDataWarning,
                stacklevel=4,
            )
        elif not found.converged:
            warnings.warn(
                f"no convergence after {found.iterations} steps: raise max_iterations, scale the "
                "features to comparable size, or use solver='newton'",
                UserWarning,
                stacklevel=4,
            )
        return self


def _inputs(X: Any) -> Array:
    inputs, _ = numbers("X", X)
    if inputs.ndim != 2 or inputs.size == 0:
        raise ValueError(f"X must have shape (n, d) with n, d at least 1, got {inputs.shape}")
    if not np.all(np.isfinite(inputs)):
        raise ValueError("X must be finite, but holds inf")
    return inputs
