# ruff: noqa: E501  (one step a line, so that a chain reads like a table)
"""Maximum likelihood: slides B34 to B47."""

from .entries import Topic

t = Topic("maximum likelihood")
_BITS = "n: natural; s: unit[nat]"
_ONE = "s[k]**y[k]*(1 - s[k])**(1 - y[k])"

t.hypothesis(
    "model-of-a-sample",
    "the model of a sample",
    "B34 B43",
    "H",
    "The labels are independent given the inputs, and each label depends on its own input only. "
    "Then the probability of a sample is the product of the probabilities of its labels.",
)
t.hypothesis(
    "bit-strings",
    "the outcomes of n labels",
    "B35",
    "OK",
    "The values of (Y_0, ..., Y_{n-1}) are the 2^n strings of n zeros and ones.",
    "definition",
)
t.chain(
    "likelihood-above-zero",
    "a product of probabilities is not negative",
    "B36",
    "OK",
    """
    Prod(p[k], k)
    >= 0   ; all factors are non-negative
""",
    "k: 0..n-1; p: closed[n]",
)
t.chain(
    "likelihood-at-most-one",
    "a product of probabilities is at most 1",
    "B36",
    "OK",
    """
    Prod(p[k], k)
    <= 1   ; all factors lie between 0 and 1, the rest is positive
""",
    "k: 0..n-1; p: closed[n]",
)
t.chain(
    "sum-over-last-label",
    "summing over the labels one by one",
    "B37",
    "OK",
    f"""
    BitSum(Prod({_ONE}, (k, 0, n)), y, n + 1)
    = BitSum(Sum(Prod({_ONE}, (k, 0, n - 1))*s[n]**c*(1 - s[n])**(1 - c), (c, 0, 1)), y, n)   ; split off the last label
""",
    _BITS,
)
t.chain(
    "pull-out-a-constant",
    "pulling out a constant",
    "B38",
    "OK",
    """
    Sum(Sum(Sum(c[i]*f[j, k], k), j), i)
    = Sum(c[i]*Sum(Sum(f[j, k], k), j), i)     ; constant factor
    = Sum(c[i], i)*Sum(Sum(f[j, k], k), j)     ; constant factor
""",
    "i, j, k: 0..n-1; c: real[n]; f: real[n, n]",
)
t.induction(
    "model-is-a-distribution",
    "the model is a distribution",
    "B39 B40",
    "OK",
    given=_BITS,
    left=f"BitSum(Prod({_ONE}, (k, 0, n - 1)), y, n)",
    right="1",
    base=f"""
    BitSum(Prod({_ONE}, (k, 0, 0 - 1)), y, 0)
    = 1                                                                         ; an empty product
""",
    step=f"""
    BitSum(Prod({_ONE}, (k, 0, n)), y, n + 1)
    = BitSum(Sum(Prod({_ONE}, (k, 0, n - 1))*s[n]**c*(1 - s[n])**(1 - c), (c, 0, 1)), y, n)   ; split off the last label
    = BitSum(Prod({_ONE}, (k, 0, n - 1))*Sum(s[n]**c*(1 - s[n])**(1 - c), (c, 0, 1)), y, n)   ; constant factor
    = BitSum(Prod({_ONE}, (k, 0, n - 1))*((1 - s[n]) + s[n]), y, n)                           ; the two labels written out
    = BitSum(Prod({_ONE}, (k, 0, n - 1)), y, n)                                               ; add up
    = 1                                                                                       ; induction hypothesis
""",
)
t.hypothesis(
    "maximiser-exists",
    "there is a best parameter",
    "B41",
    "H",
    "The likelihood attains its maximum. For separable data it does not: it comes as close to 1 as "
    "you like, and never reaches it. Where it does, there may be several maximisers, so that the "
    "best parameter is an element of arg max.",
)
t.chain(
    "separable-increases",
    "on separable data the likelihood grows for ever",
    "B41",
    "new",
    """
    D(Sum(ln(sigma(t*m[i])), i), t)
    = Sum(m[i]*sigma(-t*m[i]), i)   ; chain rule, definition of the sigmoid
    > 0                             ; all terms are positive
""",
    "i: 0..n-1; m: positive[n]; t: real",
)
t.chain(
    "separable-supremum",
    "and comes close to 1",
    "B41",
    "new",
    """
    lim(sigma(t*m), t, oo)
    = lim(1/(1 + exp(-t*m)), t, oo)   ; definition of the sigmoid
    = 1                               ; limit of an exponential
""",
    "m: positive; t: real",
)
t.chain(
    "separable-never-attained",
    "and stays below 1",
    "B41",
    "new",
    """
    Sum(ln(sigma(t*m[i])), i)
    < 0    ; each term is negative because the sigmoid is positive and below 1
""",
    "i: 0..n-1; m: positive[n]; t: real",
)
t.chain(
    "bernoulli-score",
    "the derivative of the log-likelihood of a coin",
    "B41",
    "new",
    """
    D(k*ln(p) + m*ln(1 - p), p)
    = k/p - m/(1 - p)                           ; derivative of the logarithm
    = (k*(1 - p) - m*p)/(p*(1 - p))             ; common denominator
    = (k - (k + m)*p)/(p*(1 - p))               ; expand
""",
    "p: unit; k, m: real",
)
t.chain(
    "bernoulli-estimate",
    "the estimate for a coin",
    "B41",
    "new",
    """
    at(D(k*ln(p) + m*ln(1 - p), p), p, k/(k + m))
    = k/(k/(k + m)) - m/(1 - k/(k + m))           ; derivative of the logarithm
    = 0                                           ; cancel
""",
    "p: unit; k, m: positive",
)
t.chain(
    "bernoulli-concave",
    "the log-likelihood of a coin is strictly concave",
    "B41",
    "new",
    """
    D(D(k*ln(p) + m*ln(1 - p), p), p)
    = -k/p**2 - m/(1 - p)**2               ; differentiate twice
    < 0                                    ; both terms are negative, since k and m are positive
""",
    "p: unit; k, m: positive",
)
t.chain(
    "bernoulli-no-estimate",
    "after successes only, there is no best coin",
    "B41",
    "new",
    """
    D(k*ln(p) + 0*ln(1 - p), p)
    = k/p                           ; derivative of the logarithm
    > 0                             ; k and p are positive
""",
    "p: unit; k: positive",
)
t.hypothesis(
    "maximum-likelihood",
    "the principle of maximum likelihood",
    "B42",
    "T",
    "Choose the parameter for which the observed data are most probable (for continuous data: have "
    "the greatest density).",
    "definition",
)
t.chain(
    "likelihood-to-loss",
    "most likely means least loss",
    "B44",
    "H",
    """
    argmax(Prod(p(i, theta), i), theta)
    = argmin(-ln(Prod(p(i, theta), i)), theta)      ; -ln is strictly decreasing
    = argmin(Sum(-ln(p(i, theta)), i), theta)       ; logarithm of a product
""",
    "i: 0..n-1; p: positive function; theta: real",
)
t.hypothesis(
    "model-of-labels-only",
    "what can be simulated",
    "B45",
    "S",
    "Logistic regression models the label given the input; it does not model the inputs, so it can "
    "simulate labels for given inputs only.",
)
t.chain(
    "log-of-product",
    "the logarithm of a product",
    "B46",
    "OK",
    """
    -ln(Prod(p[i], i))
    = Sum(-ln(p[i]), i)   ; logarithm of a product
""",
    "i: 0..n-1; p: unit[n]",
)
t.chain(
    "joint-and-conditional",
    "the inputs do not matter for the best parameter",
    "B47",
    "X",
    """
    argmax(Prod(p(i, theta)*q(i), i), theta)
    = argmax(Prod(p(i, theta), i), theta)      ; multiplying by what is free of theta is increasing
""",
    "i: 0..n-1; p, q: positive function; theta: real",
)
t.chain(
    "sample-loss",
    "the loss of a sample is its negative log-likelihood",
    "B48",
    "OK",
    """
    -ln(Prod(bernoulli(y[i], s[i]), i))
    = Sum(-ln(bernoulli(y[i], s[i])), i)                        ; logarithm of a product
    = Sum(-y[i]*ln(s[i]) - (1 - y[i])*ln(1 - s[i]), i)          ; definition of the model, logarithm of a power
    = Sum(bce(y[i], s[i]), i)                                   ; definition of the loss
""",
    "i: 0..n-1; s: unit[n]; y: bit[n]",
)
t.chain(
    "sample-gradient",
    "the gradient of logistic regression",
    "",
    "new",
    """
    D(Sum(bce(y[i], sigma(Sum(X[i, k]*w[k], k))), i), w[j])
    = Sum((sigma(Sum(X[i, k]*w[k], k)) - y[i])*X[i, j], i)      ; chain rule, definitions
""",
    "i: 0..n-1; j, k: 0..d-1; X: real[n, d]; y: real[n]; w: real[d]",
)
