# ruff: noqa: E501  (one step a line, so that a chain reads like a table)
"""Binary cross-entropy: notes A7 to A12, slides B27 to B33, B48, B49, B55."""

from .entries import Topic

t = Topic("binary cross-entropy")

t.hypothesis(
    "binary-labels",
    "labels and predictions of two classes",
    "A7",
    "S",
    "y is 0 or 1 (or a probability, in [0, 1]) and the prediction lies in (0, 1).",
)
t.chain(
    "bce-definition",
    "the binary cross-entropy",
    "A8 B27 B30",
    "OK",
    """
    bce(y, yhat)
    = -y*ln(yhat) - (1 - y)*ln(1 - yhat)   ; definition of the loss
""",
    "y: real; yhat: unit",
)
t.chain(
    "bce-label-one",
    "the loss for the label 1",
    "B28",
    "OK",
    """
    bce(1, s)
    = -1*ln(s) - (1 - 1)*ln(1 - s)   ; definition of the loss
    = -ln(s)
""",
    "s: unit",
)
t.chain(
    "bce-label-zero",
    "the loss for the label 0",
    "B28",
    "OK",
    """
    bce(0, s)
    = -0*ln(s) - (1 - 0)*ln(1 - s)   ; definition of the loss
    = -ln(1 - s)
""",
    "s: unit",
)
t.chain(
    "bce-indicators",
    "the loss with indicators",
    "B29",
    "OK",
    """
    bce(y, s)
    = -ln(s)*delta(y, 1) - ln(1 - s)*delta(y, 0)   ; both cases, definition of the loss
""",
    "y: bit; s: unit",
)
t.chain(
    "bernoulli-two-forms",
    "two forms of the model",
    "B33",
    "OK",
    """
    s*y + (1 - s)*(1 - y)
    = s**y*(1 - s)**(1 - y)   ; both cases, y = 0 and y = 1
    = bernoulli(y, s)         ; definition of the model
""",
    "y: bit; s: unit",
)
t.chain(
    "bce-is-negative-log-likelihood",
    "the loss is a negative log-likelihood",
    "B30 B48",
    "OK",
    """
    -ln(bernoulli(y, s))
    = -ln(s**y*(1 - s)**(1 - y))               ; definition of the model
    = -ln(s**y) - ln((1 - s)**(1 - y))         ; logarithm of a product
    = y*(-ln(s)) + (1 - y)*(-ln(1 - s))        ; logarithm of a power
    = bce(y, s)                                ; definition of the loss
""",
    "y: real; s: unit",
)
t.chain(
    "bce-as-sum-over-labels",
    "the loss as a sum over the labels",
    "B49",
    "OK",
    """
    bce(y, s)
    = Sum(-ln(bernoulli(m, s))*delta(m, y), (m, 0, 1))   ; both cases, definitions
""",
    "y: bit; s: unit",
)
t.chain(
    "loss-of-certainty",
    "no loss for certainty",
    "B31 B55",
    "OK",
    """
    -ln(1)
    = 0   ; laws of logarithms
""",
)
t.chain(
    "loss-of-impossibility",
    "the loss has no bound",
    "B31 B55",
    "OK",
    """
    lim(-ln(x), x, 0)
    = oo   ; limit of the logarithm
""",
    "x: positive",
)
t.chain(
    "loss-decreases",
    "the loss falls with the probability of the label",
    "B32",
    "OK",
    """
    D(-ln(p), p)
    = -1/p         ; derivative of the logarithm
    < 0            ; p is positive
""",
    "p: unit",
)
t.chain(
    "bce-derivative",
    "the derivative of the loss",
    "A11",
    "OK",
    """
    D(bce(y, yhat), yhat)
    = D(-y*ln(yhat) - (1 - y)*ln(1 - yhat), yhat)              ; definition of the loss
    = -y/yhat + (1 - y)/(1 - yhat)                             ; derivative of the logarithm
    = (yhat*(1 - y) - y*(1 - yhat))/(yhat*(1 - yhat))          ; common denominator
    = (yhat - y*yhat - y + y*yhat)/(yhat*(1 - yhat))           ; expand
    = (yhat - y)/(yhat*(1 - yhat))                             ; cancel
""",
    "y: real; yhat: unit",
)
t.chain(
    "bce-gradient",
    "the gradient in the logit",
    "A9 A10",
    "OK",
    """
    D(bce(y, sigma(z)), z)
    = at(D(bce(y, yhat), yhat), yhat, sigma(z))*D(sigma(z), z)                       ; chain rule, definitions
    = (sigma(z) - y)/(sigma(z)*(1 - sigma(z)))*(sigma(z)*(1 - sigma(z)))             ; the two derivatives, by definition
    = sigma(z) - y                                                                   ; cancel
""",
    "y, z: real; yhat: unit",
)
t.chain(
    "bce-curvature",
    "the loss is convex in the logit",
    "",
    "new",
    """
    D(D(bce(y, sigma(z)), z), z)
    = D(sigma(z) - y, z)            ; the gradient in the logit, by definition
    = sigma(z)*(1 - sigma(z))       ; derivative of the sigmoid, by its definition
    > 0                             ; both factors are positive
""",
    "y, z: real",
)
t.chain(
    "bce-with-logits",
    "the loss from the logit",
    "",
    "new",
    """
    bce(y, sigma(z))
    = y*ln(1 + exp(-z)) + (1 - y)*ln(1 + exp(z))   ; definitions, laws of logarithms
    = ln(1 + exp(z)) - y*z                         ; laws of logarithms
""",
    "y, z: real",
)
t.chain(
    "bce-weight-gradient",
    "the gradient in the weights",
    "",
    "new",
    """
    D(bce(y, sigma(w @ x + b)), w[j])
    = (sigma(w @ x + b) - y)*D(w @ x + b, w[j])    ; chain rule, definitions
    = (sigma(w @ x + b) - y)*x[j]                  ; derivative of the score: only one term
""",
    "j, k: 0..d-1; w, x: real[d]; b, y: real",
)
t.chain(
    "bce-weight-hessian",
    "the loss is convex in the weights",
    "",
    "new",
    """
    Sum(Sum(v[i]*D(D(bce(y, sigma(w @ x)), w[i]), w[j])*v[j], j), i)
    = Sum(Sum(v[i]*sigma(w @ x)*(1 - sigma(w @ x))*x[i]*x[j]*v[j], j), i)   ; differentiate twice, definitions
    = sigma(w @ x)*(1 - sigma(w @ x))*(v @ x)**2                            ; constant factors out
    >= 0                                                                    ; squares are never negative
""",
    "i, j, k: 0..d-1; w, x, v: real[d]; y: real",
)
