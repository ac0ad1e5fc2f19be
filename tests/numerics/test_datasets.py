"""The shipped data are what they say, and sampling follows the model."""

import numpy as np
import pytest

import ce_lib as ce


@pytest.mark.parametrize(
    ("load", "shape", "counts"),
    [
        (ce.load_iris, (150, 4), [50, 50, 50]),
        (ce.load_digits, (1797, 64), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
        (ce.load_breast_cancer, (569, 30), [212, 357]),
    ],
)
def test_shapes_classes_and_licence(load, shape, counts):
    data = load()
    assert data.X.shape == shape
    assert data.X.dtype == np.float64
    assert data.y.dtype == np.int64
    np.testing.assert_array_equal(np.bincount(data.y), counts)
    assert len(data.feature_names) == shape[1]
    assert len(data.class_names) == len(counts)
    assert "CC BY 4.0" in data.source
    assert "doi.org" in data.source
    assert np.all(np.isfinite(data.X))
    data.X[:] = 0
    assert load().X.any(), "each call gives fresh arrays"


def test_they_are_the_published_ones():
    """scikit-learn ships copies of the same three."""
    from sklearn import datasets

    for load, peer in (
        (ce.load_iris, datasets.load_iris),
        (ce.load_digits, datasets.load_digits),
        (ce.load_breast_cancer, datasets.load_breast_cancer),
    ):
        theirs = peer()
        np.testing.assert_array_equal(load().X, theirs.data)
        np.testing.assert_array_equal(load().y, theirs.target)


def test_sampled_labels_follow_the_model():
    x = np.repeat([-1.0, 0.0, 2.0], 20000)[:, None]
    y = ce.sample_logistic(x, [0.7], 0.1, seed=3)
    assert y.dtype == np.int64
    rates = y.reshape(3, -1).mean(axis=1)
    np.testing.assert_allclose(rates, ce.sigmoid([-0.6, 0.1, 1.5]), atol=0.015)
    np.testing.assert_array_equal(y, ce.sample_logistic(x, [0.7], 0.1, seed=3))
    assert np.any(y != ce.sample_logistic(x, [0.7], 0.1, seed=4))
    generator = np.random.default_rng(3)
    np.testing.assert_array_equal(y, ce.sample_logistic(x, [0.7], 0.1, seed=generator))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"X must have shape \(n, d\) and w \(d,\)"):
        ce.sample_logistic([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="b must be a single number"):
        ce.sample_logistic([[1.0]], [1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="X holds nan"):
        ce.sample_logistic([[np.nan]], [1.0])
