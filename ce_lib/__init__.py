"""Cross-entropy, from the inner product to softmax.

>>> import ce_lib as ce
>>> ce.sigmoid(0.0)
np.float64(0.5)
>>> ce.cross_entropy([0, 1], [[0.5, 0.5], [0.25, 0.75]]).round(6)
np.float64(0.490415)

One idea a module, and every function of `vectors`, `logistic`, `bernoulli`, `categorical`,
`losses`, `gradients`, `regression`, `optimize` and `datasets` is here under its own name.

One name stands for two things in the field, and is settled so: ``ce.cross_entropy`` is the loss of
labels ``y`` and predicted probabilities ``p`` (`ce_lib.losses.cross_entropy`), since that is what
every chapter and every exercise computes; the cross-entropy of two distributions, in nats or bits,
is ``ce.information.cross_entropy``, beside ``ce.entropy`` and ``ce.kl_divergence``. The two agree
where both are defined: on a single pair of probability vectors, in nats.

Rules that hold throughout. Arguments are numbers, lists or arrays of real numbers and are never
changed. float16, float32 and float64 keep their type; booleans, integers and lists become float64;
the arithmetic is done in float64 and rounded once, so float32 results are right to half an ulp or
little more. longdouble and complex numbers are refused, and so are nan, strings and objects, with
an error that names the argument and the place. inf is a legal logit. A 0-d argument gives a NumPy
scalar. No warning is raised on legal input.

Importing this package loads NumPy and nothing else.
"""

from ce_lib import (
    bernoulli,
    categorical,
    datasets,
    gradients,
    information,
    logistic,
    losses,
    optimize,
    regression,
    vectors,
)
from ce_lib.bernoulli import enumerate_outcomes, likelihood, negative_log_likelihood, pmf
from ce_lib.categorical import log_softmax, logsumexp, one_hot, softmax, softmax_jacobian
from ce_lib.datasets import (
    Dataset,
    load_breast_cancer,
    load_digits,
    load_iris,
    sample_logistic,
)
from ce_lib.gradients import (
    binary_cross_entropy_weight_gradient,
    binary_cross_entropy_weight_hessian,
    cross_entropy_weight_gradient,
    cross_entropy_weight_hessian,
)
from ce_lib.information import (
    divergence_terms,
    entropy,
    gaussian_cross_entropy,
    kl_divergence,
    product_distribution,
)
from ce_lib.logistic import (
    log_sigmoid,
    logit,
    normal_cdf,
    probit,
    sigmoid,
    sigmoid_derivative,
)
from ce_lib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_gradient,
    binary_cross_entropy_with_logits_hessian,
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_with_logits,
    cross_entropy_with_logits_and_gradient,
    cross_entropy_with_logits_gradient,
    cross_entropy_with_logits_hessian,
)
from ce_lib.optimize import (
    GradientCheck,
    Minimum,
    check_gradient,
    gradient_descent,
    newton,
    numeric_gradient,
)
from ce_lib.regression import LogisticRegression, SeparableDataWarning, SoftmaxRegression
from ce_lib.vectors import (
    Hyperplane,
    angle,
    cosine_similarity,
    decision_boundary,
    inner,
    linear_classifier,
    linear_score,
    norm,
    plane_basis,
    project,
)

__all__ = [
    "Dataset",
    "GradientCheck",
    "Hyperplane",
    "LogisticRegression",
    "Minimum",
    "SeparableDataWarning",
    "SoftmaxRegression",
    "angle",
    "bernoulli",
    "binary_cross_entropy",
    "binary_cross_entropy_gradient",
    "binary_cross_entropy_weight_gradient",
    "binary_cross_entropy_weight_hessian",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_gradient",
    "binary_cross_entropy_with_logits_hessian",
    "categorical",
    "check_gradient",
    "cosine_similarity",
    "cross_entropy",
    "cross_entropy_gradient",
    "cross_entropy_weight_gradient",
    "cross_entropy_weight_hessian",
    "cross_entropy_with_logits",
    "cross_entropy_with_logits_and_gradient",
    "cross_entropy_with_logits_gradient",
    "cross_entropy_with_logits_hessian",
    "datasets",
    "decision_boundary",
    "divergence_terms",
    "entropy",
    "enumerate_outcomes",
    "gaussian_cross_entropy",
    "gradient_descent",
    "gradients",
    "information",
    "inner",
    "kl_divergence",
    "likelihood",
    "linear_classifier",
    "linear_score",
    "load_breast_cancer",
    "load_digits",
    "load_iris",
    "log_sigmoid",
    "log_softmax",
    "logistic",
    "logit",
    "logsumexp",
    "losses",
    "negative_log_likelihood",
    "newton",
    "norm",
    "normal_cdf",
    "numeric_gradient",
    "one_hot",
    "optimize",
    "plane_basis",
    "pmf",
    "probit",
    "product_distribution",
    "project",
    "regression",
    "sample_logistic",
    "sigmoid",
    "sigmoid_derivative",
    "softmax",
    "softmax_jacobian",
    "vectors",
]
