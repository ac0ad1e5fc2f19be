"""What the figures of the chapters on maximum likelihood and on training compute."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

import ce_lib as ce
from ce_lib.plotting import experiments, logistic_regression, maximum_likelihood

DRAWINGS = [
    getattr(chapter, name)
    for chapter in (maximum_likelihood, logistic_regression)
    for name in chapter.__all__
    if name != "separable_weights"
]


@pytest.mark.parametrize("draw", DRAWINGS, ids=lambda draw: draw.__name__)
def test_each_drawing_is_a_figure_with_something_in_it(draw):
    figure = draw()
    assert isinstance(figure, Figure)
    assert all(axes.has_data() for axes in figure.axes)


def test_both_days_have_the_probability_of_rain_and_only_the_product_is_independent():
    true, product = experiments.two_days(rain=0.3, again=0.6)
    assert true.sum() == pytest.approx(1)
    assert product.sum() == pytest.approx(1)
    assert true[2] + true[3] == pytest.approx(0.3) == true[1] + true[3]
    assert true[3] / 0.3 == pytest.approx(0.6)
    assert product[3] == pytest.approx(0.09)


def test_weights_settle_where_classes_overlap_and_grow_where_a_line_separates_them():
    overlap = experiments.weight_lengths(*experiments.iris_pair(1, 2)[:2], steps=5000)
    separable = experiments.weight_lengths(*experiments.iris_pair(0, 1)[:2], steps=5000)
    assert overlap[-1] == pytest.approx(overlap[-1000], rel=1e-4)
    assert separable[-1] > 1.02 * separable[-1000]


def test_both_descents_end_at_the_same_place():
    X, y = experiments.PRACTICE[0][:, None], experiments.PRACTICE[1]
    walk = experiments.descend(X, y, [-1.0, 1.6], learning_rate=0.4, max_iterations=2000)
    jump = experiments.descend(X, y, [-1.0, 1.6])
    assert jump.converged
    assert walk.x == pytest.approx(jump.x, abs=1e-6)


def model_of(weight):
    model = ce.LogisticRegression()
    model.classes_, model.n_features_in_ = np.array([0, 1]), 1
    model.coef_, model.intercept_ = np.array([[weight]]), np.array([0.0])
    return model


def test_refits_tells_draws_with_best_weights_from_those_without():
    X = np.linspace(-2, 2, 60)[:, None]
    # hardly any dependence on x: the drawn labels overlap
    weights, separable, touching = experiments.refits(model_of(0.5), X, 10)
    assert weights.shape == (10, 1)
    assert (separable, touching) == (0, 0)
    # as good as a step: each draw is separable
    weights, separable, touching = experiments.refits(model_of(1000.0), X, 3)
    assert len(weights) == 0
    assert (separable, touching) == (3, 0)


def test_refits_sees_samples_that_lie_on_the_separating_line():
    # twenty samples at 0 get either label, all others the label of their side
    X = np.repeat([-1.0, 0.0, 1.0], 20)[:, None]
    _, separable, touching = experiments.refits(model_of(1000.0), X, 3)
    assert (separable, touching) == (0, 3)
