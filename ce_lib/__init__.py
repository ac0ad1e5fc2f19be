"""Cross-entropy, from the inner product to softmax.

>>> import ce_lib as ce
>>> ce.sigmoid(0.0)
np.float64(0.5)
"""

from ce_lib.logistic import log_sigmoid, logit, sigmoid, sigmoid_derivative

__all__ = ["log_sigmoid", "logit", "sigmoid", "sigmoid_derivative"]
