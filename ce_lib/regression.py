"""Logistic and softmax regression, fitted by minimising the cross-entropy.

>>> import ce_lib as ce
>>> flowers = ce.load_iris()
>>> model = ce.SoftmaxRegression(l2=0.01).fit(flowers.X, flowers.y)
>>> model.score(flowers.X, flowers.y) > 0.95, model.converged_
(True, True)

Both minimise mean cross-entropy + l2/2 times the squared length of the weights; the biases are not
penalised. scikit-learn's ``C`` is 1/(l2 n) for n samples.

They keep scikit-learn's conventions (``fit`` returns self, ``predict``, ``predict_proba``,
``decision_function``, ``score``, ``get_params``, ``set_params``, fitted attributes end in an
underscore), so they work in its ``Pipeline``, ``cross_val_score`` and ``GridSearchCV``;
scikit-learn itself is not needed.

Source: book, "Training a logistic regression", "Training on real data"; "Training a softmax
classifier", "Training on digits".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ce_lib._linear_classifier import LinearClassifier, SeparableDataWarning
from ce_lib._newton_cg import newton_cg
from ce_lib._separation import separation
from ce_lib._validation import Array, quiet
from ce_lib.categorical import softmax
from ce_lib.logistic import sigmoid
from ce_lib.losses import cross_entropy_with_logits_and_gradient
from ce_lib.optimize import Minimum, gradient_descent, newton

__all__ = ["LogisticRegression", "SeparableDataWarning", "SoftmaxRegression"]


class LogisticRegression(LinearClassifier):
    """P(Y = 1 | x) = s(w · x + b), fitted to labels of two classes.

    Args:
        l2: weight of the penalty l2/2 ‖w‖²; at 0 the plain maximum likelihood.
        solver: "newton" (default) or "gradient_descent".
        learning_rate: of gradient descent; None chooses each step by line search.
        max_iterations: steps at most.
        tolerance: stop when no entry of the gradient is larger.

    Attributes after ``fit``:
        classes_: shape (2,), the labels, sorted; the second one plays "1".
        coef_: shape (1, d), the weights w.
        intercept_: shape (1,), the bias b.
        loss_history_: list of floats: the penalised mean loss before each step and at the end, in
            nats.
        n_iter_: integer, the number of steps taken.
        converged_: bool, whether the last gradient was within ``tolerance``.
        n_features_in_: integer d, the number of features in ``fit``.

    Source: book, "Training a logistic regression", "Training on real data".

    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "yes", "no", "yes"]
    >>> model = LogisticRegression().fit(X, y)
    >>> model.coef_.round(3), model.predict([[-5.0], [5.0]])
    (array([[0.908]]), array(['no', 'yes'], dtype='<U3'))
    """

    _most_classes = 2

    @quiet
    def fit(self, X: Any, y: Any) -> LogisticRegression:
        """Minimise the loss.

        Args:
            X: inputs, shape (n, d), finite.
            y: labels of two classes, shape (n,): integers, booleans or strings.

        Returns:
            self.

        Raises:
            TypeError: ``X`` that does not hold real numbers.
            ValueError: nan or inf, shapes that do not fit, not exactly two classes, a parameter
                out of range.

        Warns:
            SeparableDataWarning: l2 is 0 and the data are separable, if only up to samples on the
                separating hyperplane.
            UserWarning: no convergence.

        >>> LogisticRegression(l2=0.1).fit([[0.0], [1.0]], [0, 1]).intercept_.round(3)
        array([-0.784])
        """
        inputs, label = self._prepare(X, y)
        sign = 2.0 * label - 1
        n, penalty = len(inputs), np.full(inputs.shape[1], float(self.l2))
        penalty[-1] = 0.0
        signed = inputs * sign[:, None]

        def loss(w: Array) -> float:
            margin = signed @ w
            costs = np.maximum(-margin, 0) + np.log1p(np.exp(-np.abs(margin)))
            return float(costs.mean() + 0.5 * (penalty * w) @ w)

        def gradient(w: Array) -> Array:
            return penalty * w - signed.T @ _sigmoid(-(signed @ w)) / n

        def hessian(w: Array) -> Array:
            s = _sigmoid(signed @ w)
            return (inputs.T * (s * (1 - s) / n)) @ inputs + np.diag(penalty)

        start = np.zeros(inputs.shape[1])
        options = {"max_iterations": int(self.max_iterations), "tolerance": self.tolerance}
        if self.solver == "newton":
            found = newton(loss, gradient, hessian, start, **options)
        else:
            found = gradient_descent(
                loss, gradient, start, learning_rate=self.learning_rate, **options
            )
        separated = None
        if self.l2 == 0:
            separated = separation(found.x, lambda w: signed @ w, lambda index: signed[index])
        return self._finish(found, found.x[None, :], separated)

    def decision_function(self, X: Any) -> Any:
        """The scores w · x + b, shape (n,): the log-odds of the second class.

        >>> model = LogisticRegression(l2=1.0).fit([[-1.0], [1.0]], [0, 1])
        >>> model.decision_function([[0.0]]).round(6) + 0.0
        array([0.])
        """
        return self._scores(X)[:, 0]

    def predict_proba(self, X: Any) -> Any:
        """P(Y = class | x), shape (n, 2) in the order of ``classes_``; each row sums to one.

        >>> LogisticRegression(l2=1.0).fit([[-1.0], [1.0]], [0, 1]).predict_proba([[0.0]]).round(6)
        array([[0.5, 0.5]])
        """
        scores = self.decision_function(X)
        return np.column_stack([sigmoid(-scores), sigmoid(scores)])


class SoftmaxRegression(LinearClassifier):
    """P(Y = k | x) = softmax(W x + b)_k, fitted to labels of two or more classes.

    Args:
        l2, solver, learning_rate, max_iterations, tolerance: as for `LogisticRegression`.

    Attributes after ``fit``:
        classes_: shape (C,), the labels, sorted.
        coef_: shape (C, d), the weights W. Adding a vector to all rows of W changes no
            probability; the solution given is the one whose rows sum to zero.
        intercept_: shape (C,), the biases b, which sum to zero for the same reason.
        loss_history_: list of floats: the penalised mean loss before each step and at the end, in
            nats.
        n_iter_: integer, the number of steps taken.
        converged_: bool, whether the last gradient was within ``tolerance``.
        n_features_in_: integer d, the number of features in ``fit``.

    Source: book, "Training a softmax classifier", "Training on digits".

    >>> X, y = [[0.0], [1.0], [2.0], [1.0]], [0, 1, 2, 0]
    >>> model = SoftmaxRegression(l2=0.1).fit(X, y)
    >>> model.coef_.shape, model.predict([[-2.0], [4.0]])
    ((3, 1), array([0, 2]))
    """

    @quiet
    def fit(self, X: Any, y: Any) -> SoftmaxRegression:
        """Minimise the loss; arguments, errors and warnings as for `LogisticRegression.fit`.

        >>> SoftmaxRegression(l2=0.1).fit([[0.0], [1.0]], [0, 1]).coef_.round(3)
        array([[-1.178],
               [ 1.178]])
        """
        inputs, label = self._prepare(X, y)
        classes = len(self.classes_)
        if self.solver == "newton":
            found = newton_cg(
                inputs, label, classes, float(self.l2), int(self.max_iterations), self.tolerance
            )
        else:
            found = self._by_gradient_descent(inputs, label, classes)
        weights = found.x - found.x.mean(axis=1, keepdims=True)
        separated = None
        if self.l2 == 0:
            separated = _separation_of_classes(inputs, label, weights)
        return self._finish(found, weights.T, separated)

    def _by_gradient_descent(self, inputs: Array, label: Array, classes: int) -> Minimum:
        penalty = np.full((inputs.shape[1], 1), float(self.l2))
        penalty[-1] = 0.0

        def loss(W: Array) -> float:
            value, _ = cross_entropy_with_logits_and_gradient(label, inputs @ W)
            return float(value + 0.5 * (penalty * W * W).sum())

        def gradient(W: Array) -> Array:
            _, slope = cross_entropy_with_logits_and_gradient(label, inputs @ W)
            return inputs.T @ slope + penalty * W

        return gradient_descent(
            loss,
            gradient,
            np.zeros((inputs.shape[1], classes)),
            learning_rate=self.learning_rate,
            max_iterations=int(self.max_iterations),
            tolerance=self.tolerance,
        )

    def decision_function(self, X: Any) -> Any:
        """The logits W x + b, shape (n, C); for two classes their difference, shape (n,).

        The difference is the log-odds of the second class, which scikit-learn expects of a binary
        classifier.

        >>> SoftmaxRegression(l2=1.0).fit([[-1.0], [1.0]], [0, 1]).decision_function([[0.0]]).shape
        (1,)
        """
        scores = self._scores(X)
        return scores[:, 1] - scores[:, 0] if scores.shape[1] == 2 else scores

    def predict_proba(self, X: Any) -> Any:
        """P(Y = class | x), shape (n, C) in the order of ``classes_``; each row sums to one.

        >>> SoftmaxRegression(l2=1.0).fit([[-1.0], [1.0]], [0, 1]).predict_proba([[0.0]]).round(6)
        array([[0.5, 0.5]])
        """
        return softmax(self._scores(X))


def _separation_of_classes(inputs: Array, label: Array, weights: Array) -> str | None:
    """`separation` for several classes: a margin for each sample and each class but its own."""
    n, classes = len(inputs), weights.shape[1]
    sample, other = np.nonzero(np.arange(classes) != label[:, None])

    def margins(flat: Array) -> Array:
        scores = inputs @ flat.reshape(weights.shape)
        return scores[np.arange(n), label][sample] - scores[sample, other]

    def rows(index: Array) -> Array:
        made = np.zeros((len(index), *weights.shape))
        each = np.arange(len(index))
        made[each, :, label[sample[index]]] = inputs[sample[index]]
        made[each, :, other[index]] = -inputs[sample[index]]
        return made.reshape(len(index), -1)

    return separation(weights.ravel(), margins, rows)


def _sigmoid(u: Array) -> Array:
    # sigmoid() without its checks: the solver calls it with finite numbers of its own.
    return 1 / (1 + np.exp(-u))
