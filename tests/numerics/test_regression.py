"""The two models: the right optimum, scikit-learn's conventions, clear words on bad data."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from threadpoolctl import threadpool_limits  # comes with scikit-learn

import ce_lib as ce

RNG = np.random.default_rng(27)


@pytest.fixture(autouse=True)
def one_thread():
    """Matrices this small gain nothing from threads, and lose much on a busy machine."""
    with threadpool_limits(1):
        yield


def standardised(X):
    spread = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(spread == 0, 1, spread)


def overlapping_flowers():
    flowers = ce.load_iris()
    return flowers.X[50:], flowers.y[50:] - 1


def objective(model, X, y, l2):
    """Penalised mean loss, from the published functions alone."""
    index = np.searchsorted(model.classes_, y)
    scores = np.asarray(X) @ model.coef_.T + model.intercept_
    if scores.shape[1] == 1:
        loss = ce.binary_cross_entropy_with_logits(index, scores[:, 0])
    else:
        loss = ce.cross_entropy_with_logits(index, scores)
    return loss + l2 / 2 * np.sum(model.coef_**2)


DATA = {
    "iris": (ce.SoftmaxRegression, lambda: (ce.load_iris().X, ce.load_iris().y)),
    "iris of two classes": (ce.LogisticRegression, overlapping_flowers),
    "digits": (
        ce.SoftmaxRegression,
        lambda: (standardised(ce.load_digits().X), ce.load_digits().y),
    ),
    "breast cancer": (
        ce.LogisticRegression,
        lambda: (standardised(ce.load_breast_cancer().X), ce.load_breast_cancer().y),
    ),
}


@pytest.mark.parametrize("name", DATA)
def test_scikit_learns_optimum_is_reached_to_1e_8(name):
    from sklearn.linear_model import LogisticRegression

    ours, data = DATA[name]
    X, y = data()
    l2 = 1 / len(X)
    model = ours(l2=l2).fit(X, y)
    peer = LogisticRegression(C=1.0, tol=1e-7, max_iter=100_000).fit(X, y)
    reached, best = objective(model, X, y, l2), objective(peer, X, y, l2)
    assert abs(reached - best) < 1e-8
    assert model.loss_history_[-1] == pytest.approx(reached, rel=1e-12)
    np.testing.assert_allclose(model.predict_proba(X), peer.predict_proba(X), atol=1e-3)
    assert model.score(X, y) == pytest.approx(peer.score(X, y), abs=2 / len(X))
    assert model.converged_


@pytest.mark.parametrize("name", ["iris", "iris of two classes"])
def test_gradient_descent_goes_to_the_same_place_as_newton(name):
    ours, data = DATA[name]
    X, y = data()
    X = standardised(X)
    quick = ours(l2=0.05).fit(X, y)
    slow = ours(l2=0.05, solver="gradient_descent", max_iterations=5000).fit(X, y)
    np.testing.assert_allclose(slow.coef_, quick.coef_, atol=1e-4)
    assert slow.n_iter_ > quick.n_iter_
    assert len(slow.loss_history_) == slow.n_iter_ + 1
    assert np.all(np.diff(slow.loss_history_) <= 1e-12)
    fixed = ours(
        l2=0.05, solver="gradient_descent", learning_rate=0.5, max_iterations=20000, tolerance=1e-6
    ).fit(X, y)
    np.testing.assert_allclose(fixed.coef_, quick.coef_, atol=1e-4)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_gradients_and_hessians_with_respect_to_weights(reduction):
    X, kept = RNG.normal(size=(7, 3)), {"reduction": reduction}
    y, w, b = RNG.integers(0, 2, 7), RNG.normal(size=3), 0.3

    def binary(v):
        return ce.binary_cross_entropy_with_logits(y, X @ v[:-1] + v[-1], **kept)

    def binary_slope(v):
        return np.append(*ce.binary_cross_entropy_weight_gradient(y, X, v[:-1], v[-1], **kept))

    v = np.append(w, b)
    assert ce.check_gradient(binary, binary_slope, v).verdict == "right"
    hessian = ce.binary_cross_entropy_weight_hessian(X, w, b, **kept)
    for k in range(4):
        row = ce.numeric_gradient(lambda a, k=k: binary_slope(a)[k], v)
        np.testing.assert_allclose(hessian[k], row, atol=1e-7)
    assert np.linalg.eigvalsh(hessian).min() > -1e-12

    y, V = RNG.integers(0, 4, 7), RNG.normal(size=(4, 4))

    def loss(v):
        return ce.cross_entropy_with_logits(y, X @ v[:-1] + v[-1], **kept)

    def slope(v):
        return np.vstack(ce.cross_entropy_weight_gradient(y, X, v[:-1], v[-1], **kept))

    assert ce.check_gradient(loss, slope, V).verdict == "right"
    hessian = ce.cross_entropy_weight_hessian(X, V[:-1], V[-1], **kept)
    for k in range(16):
        row = ce.numeric_gradient(lambda a, k=k: slope(a).ravel()[k], V)
        np.testing.assert_allclose(hessian[k], row.ravel(), atol=1e-7)
    assert np.linalg.eigvalsh(hessian).min() > -1e-12


def test_bad_input_to_the_weight_gradients_is_named():
    X = np.ones((3, 2))
    with pytest.raises(ValueError, match=r"X must have shape \(n, d\) and w \(d,\)"):
        ce.binary_cross_entropy_weight_gradient([0, 1, 1], X, [1.0])
    with pytest.raises(ValueError, match="y must have one label for each of 3 rows"):
        ce.binary_cross_entropy_weight_gradient([0, 1], X, [1.0, 1.0])
    with pytest.raises(ValueError, match=r"b must have shape \(2,\)"):
        ce.cross_entropy_weight_gradient([0, 1, 1], X, np.ones((2, 2)), [1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="reduction must be one of 'mean', 'sum'"):
        ce.binary_cross_entropy_weight_hessian(X, [1.0, 1.0], reduction="none")
    with pytest.raises(ValueError, match="empty batch"):
        ce.cross_entropy_weight_hessian(np.ones((0, 2)), np.ones((2, 2)))


@pytest.mark.parametrize("solver", ["newton", "gradient_descent"])
def test_separable_data_are_named(solver):
    X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    for model in (ce.LogisticRegression, ce.SoftmaxRegression):
        with pytest.warns(ce.SeparableDataWarning, match="separable.*l2 > 0") as caught:
            fitted = model(solver=solver, max_iterations=50).fit(X, y)
        assert caught[0].filename == __file__
        assert fitted.score(X, y) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert model(l2=0.1, solver=solver).fit(X, y).converged_


QUASI = [
    # samples of both classes at the one place that separates the others
    ([[0.0], [1.0], [1.0], [2.0]], [0, 0, 1, 1]),
    # two of one class on the line x0 = 0, one of the other between them
    ([[-1.0, 0.0], [0.0, -1.0], [0.0, 0.0], [0.0, 1.0], [1.0, 0.5]], [0, 1, 0, 1, 1]),
    # a feature that one class alone has
    ([[0.0, 0.1], [0.0, 0.9], [0.0, 0.4], [1.0, 0.2], [1.0, 0.8]], [0, 0, 1, 1, 1]),
]


@pytest.mark.parametrize("model", [ce.LogisticRegression, ce.SoftmaxRegression])
@pytest.mark.parametrize(("X", "y"), QUASI)
def test_samples_on_the_separating_line_are_no_way_out(model, X, y):
    with pytest.warns(ce.SeparableDataWarning, match="but for samples that lie on it.*l2 > 0"):
        model().fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model(l2=0.1).fit(X, y)


def test_three_classes_of_which_two_touch():
    X = [[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 5.0], [2.0, 5.0]]
    with pytest.warns(ce.SeparableDataWarning, match="but for samples that lie on it"):
        ce.SoftmaxRegression().fit(X, [0, 0, 1, 1, 2, 2])


@pytest.mark.parametrize("model", [ce.LogisticRegression, ce.SoftmaxRegression])
@pytest.mark.parametrize("off", [1e-3, 0.1])
def test_a_sample_beyond_the_line_is_a_maximum_again(model, off):
    # The likelihood has a maximum, however far away: nobody may be told that it has none.
    X, y = [[0.0], [1.0 + off], [1.0], [2.0]], [0, 0, 1, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("error", ce.SeparableDataWarning)
        model().fit(X, y)


def test_no_false_alarm_on_overlapping_samples():
    for seed in range(60):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(30, 2)) * [1.0, 10.0]
        y = (X[:, 0] * 4 + rng.normal(size=30) > 0).astype(int)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            ce.LogisticRegression().fit(X, y)
            ce.SoftmaxRegression().fit(X, y)
        assert bool(caught) == has_no_maximum(X, y), seed


@pytest.mark.parametrize("model", [ce.LogisticRegression, ce.SoftmaxRegression])
def test_on_a_line_the_warning_comes_exactly_where_one_point_parts_the_classes(model):
    seen = set()
    for seed in range(80):
        rng = np.random.default_rng(seed)
        x = rng.integers(0, 5, size=12)
        y = (x + rng.normal(scale=0.7, size=12) > 2).astype(int)
        if len(set(y)) < 2:
            continue
        zero, one = x[y == 0], x[y == 1]
        parted = zero.max() <= one.min() or one.max() <= zero.min()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model().fit(x[:, None].astype(float), y)
        assert bool(caught) == parted, seed
        seen.add((parted, parted and zero.max() == one.min()))
    assert len(seen) == 3  # apart, touching, overlapping


def has_no_maximum(X, y):
    """Whether a line separates points of the plane in general position: one through two of them.

    A separating line can be turned until it touches two points; those may be on either side.
    """
    A = np.column_stack([X, np.ones(len(X))]) * (2 * y - 1)[:, None]
    for i in range(len(A)):
        for j in range(i):
            for v in (np.cross(A[i], A[j]), np.cross(A[j], A[i])):
                others = np.delete(A @ v, [i, j])
                if np.all(others > 0):
                    return True
    return False


def test_overlapping_data_give_no_warning_without_a_penalty():
    X, y = overlapping_flowers()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ce.LogisticRegression().fit(X, y).converged_
        soft = ce.SoftmaxRegression().fit(X, y)
    binary = ce.LogisticRegression().fit(X, y)
    np.testing.assert_allclose(soft.predict_proba(X), binary.predict_proba(X), atol=1e-5)
    np.testing.assert_allclose(soft.coef_.sum(axis=0), 0, atol=1e-9)


def test_too_few_steps_are_named():
    X, y = overlapping_flowers()
    with pytest.warns(UserWarning, match="no convergence after 3 steps"):
        ce.LogisticRegression(solver="gradient_descent", max_iterations=3).fit(X, y)


def test_labels_of_any_kind_come_back():
    X = RNG.normal(size=(40, 2))
    score = X[:, 0] + 0.5 * RNG.normal(size=40)
    for yes, no in (("spam", "ham"), (7, -3), (True, False), (1.0, 0.0)):
        y = np.where(score > 0, yes, no)
        model = ce.LogisticRegression(l2=0.01).fit(X, y)
        np.testing.assert_array_equal(model.classes_, np.unique(y))
        assert model.predict(X).dtype == y.dtype
        assert model.score(X, y) > 0.7
        p = model.predict_proba(X)
        np.testing.assert_allclose(p.sum(axis=1), 1)
        np.testing.assert_allclose(ce.logit(p[:, 1]), model.decision_function(X), rtol=1e-9)


def test_weights_are_recovered_from_samples_of_the_model():
    X = RNG.normal(size=(20000, 2))
    y = ce.sample_logistic(X, [1.5, -0.5], 0.25, seed=5)
    model = ce.LogisticRegression().fit(X, y)
    np.testing.assert_allclose(model.coef_, [[1.5, -0.5]], atol=0.06)
    np.testing.assert_allclose(model.intercept_, [0.25], atol=0.05)


@pytest.mark.parametrize("model", [ce.LogisticRegression, ce.SoftmaxRegression])
def test_scikit_learn_can_use_them(model):
    from sklearn.base import clone, is_classifier
    from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.utils.validation import check_is_fitted

    X, y = overlapping_flowers()
    pipeline = make_pipeline(StandardScaler(), model(l2=0.01))
    scores = cross_val_score(pipeline, X, y, cv=StratifiedKFold(5))
    assert scores.mean() > 0.9
    assert pipeline.fit(X, y).score(X, y) > 0.9
    assert pipeline.predict_proba(X).shape == (100, 2)
    assert is_classifier(pipeline)
    assert is_classifier(model())
    copy = clone(model(l2=0.5, tolerance=1e-5))
    assert copy.get_params()["l2"] == 0.5
    assert not hasattr(copy, "coef_")
    with pytest.raises(Exception, match="not fitted"):
        check_is_fitted(copy)
    check_is_fitted(copy.fit(X, y))
    # Stratified by itself, because scikit-learn sees a classifier; ranked by probabilities.
    assert cross_val_score(pipeline, X, y, scoring="neg_log_loss").mean() > -0.4
    assert cross_val_score(pipeline, X, y, scoring="roc_auc").mean() > 0.9
    search = GridSearchCV(pipeline, {f"{model.__name__.lower()}__l2": [0.001, 10.0]}, cv=3)
    assert search.fit(X, y).best_params_ == {f"{model.__name__.lower()}__l2": 0.001}


def test_the_library_itself_never_imports_scikit_learn():
    program = (
        "import sys, ce_lib as ce\n"
        "d = ce.load_iris()\n"
        "ce.SoftmaxRegression(l2=0.1).fit(d.X, d.y).score(d.X, d.y)\n"
        "print('sklearn' in sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "False"


def test_parameters():
    model = ce.SoftmaxRegression(l2=0.5)
    assert repr(model) == "SoftmaxRegression(l2=0.5)"
    assert model.set_params(l2=0.25, solver="gradient_descent") is model
    assert model.get_params() == {
        "l2": 0.25,
        "solver": "gradient_descent",
        "learning_rate": None,
        "max_iterations": 1000,
        "tolerance": 1e-6,
    }
    with pytest.raises(ValueError, match="'C' is no parameter of SoftmaxRegression; it has l2"):
        model.set_params(C=1)


@pytest.mark.parametrize("model", [ce.LogisticRegression, ce.SoftmaxRegression])
@pytest.mark.parametrize(
    ("X", "y", "exception", "message"),
    [
        ([[1.0], [np.nan]], [0, 1], ValueError, "X holds nan"),
        ([[1.0], [np.inf]], [0, 1], ValueError, "X must be finite"),
        ([1.0, 2.0], [0, 1], ValueError, r"X must have shape \(n, d\)"),
        (np.zeros((0, 2)), [], ValueError, r"X must have shape \(n, d\)"),
        ([["a"], ["b"]], [0, 1], TypeError, "X must hold real numbers"),
        ([[1.0], [2.0]], [0], ValueError, "y must have one label for each row"),
        ([[1.0], [2.0]], [0, 0], ValueError, "at least two classes"),
        ([[1.0], [2.0]], [0.5, 1.0], ValueError, "y must hold class labels, but holds fractions"),
        ([[1.0], [2.0]], [0, np.nan], ValueError, "y must hold class labels"),
        ([[1.0], [2.0]], [1j, 0], TypeError, "y must hold class labels"),
    ],
)
def test_bad_data_are_named(model, X, y, exception, message):
    with pytest.raises(exception, match=message):
        model().fit(X, y)


def test_other_bad_input_is_named():
    X = [[0.0], [1.0], [2.0]]
    with pytest.raises(ValueError, match="use SoftmaxRegression"):
        ce.LogisticRegression().fit(X, [0, 1, 2])
    with pytest.raises(ValueError, match="solver must be one of"):
        ce.LogisticRegression(solver="lbfgs").fit(X, [0, 1, 0])
    with pytest.raises(ValueError, match="l2 must be a non-negative number"):
        ce.LogisticRegression(l2=-1).fit(X, [0, 1, 0])
    with pytest.raises(ValueError, match="not fitted yet"):
        ce.LogisticRegression().predict(X)
    model = ce.LogisticRegression(l2=1.0).fit(X, [0, 1, 1])
    with pytest.raises(ValueError, match="X has 2 features, expected 1"):
        model.predict([[1.0, 2.0]])
    with pytest.raises(ValueError, match="y must have shape"):
        model.score(X, [0, 1])
