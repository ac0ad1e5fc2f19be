# ruff: noqa: E501  (one step a line, so that a chain reads like a table)
"""What cross-entropy measures, and matching distributions: notes A15 to A21, Gibbs' inequality."""

from .entries import Topic

t = Topic("information")
_PQ = "i: 1..n; p, q: simplex[n]"

t.chain(
    "nats-and-bits",
    "nats and bits",
    "A15",
    "S",
    """
    -Sum(p[i]*(ln(q[i])/ln(2)), i)
    = -Sum(p[i]*ln(q[i]), i)/ln(2)    ; constant factor
    = crossentropy(p, q)/ln(2)        ; definition of cross-entropy
""",
    _PQ,
)
t.hypothesis(
    "expected-code-length",
    "cross-entropy as a code length",
    "A15",
    "S",
    "Cross-entropy is an expected number of bits if the logarithm has base 2 and the distributions "
    "are discrete; with the natural logarithm, which we use elsewhere, it is measured in nats.",
)
t.hypothesis(
    "densities",
    "cross-entropy of densities",
    "A16",
    "H",
    "P and Q have densities p and q, and the integral of p(x) ln q(x) exists; it may be of either "
    "sign, or infinite. Integrals are taken to be linear and their order to be immaterial (Fubini).",
)
t.chain(
    "cross-entropy-discrete",
    "cross-entropy of discrete distributions",
    "A17",
    "X",
    """
    crossentropy(p, q)
    = -Sum(p[i]*ln(q[i]), i)   ; definition of cross-entropy
""",
    _PQ,
)
t.tangent("logarithm-below-tangent", "tangent of the logarithm", "", "new", "ln(x)", "x - 1")
t.chain(
    "gibbs",
    "Gibbs' inequality",
    "A18 A19",
    "H",
    """
    entropy(p) - crossentropy(p, q)
    = Sum(p[i]*ln(q[i]/p[i]), i)          ; definitions, logarithm of a quotient
    <= Sum(p[i]*(q[i]/p[i] - 1), i)       ; the logarithm lies below its tangent [tangent of the logarithm: x = q[i]/p[i], times p[i]]
    = Sum(q[i], i) - Sum(p[i], i)         ; expand and split the sum
    = 0                                   ; both sum to one
""",
    _PQ,
    needs="logarithm-below-tangent",
)
t.chain(
    "cross-entropy-at-least-entropy",
    "cross-entropy is at least the entropy",
    "A18",
    "H",
    """
    entropy(p)
    <= entropy(p) + Sum(p[i]*(q[i]/p[i] - 1 - ln(q[i]/p[i])), i)   ; the logarithm lies below its tangent [tangent of the logarithm: x = q[i]/p[i], times p[i]]
    = crossentropy(p, q)                                           ; definitions, laws of logarithms; both sum to one
""",
    _PQ,
    needs="logarithm-below-tangent",
)
t.chain(
    "entropy-is-own-cross-entropy",
    "the minimum is the entropy",
    "A18 A19",
    "H",
    """
    crossentropy(p, p)
    = -Sum(p[i]*ln(p[i]), i)   ; definition of cross-entropy
    = entropy(p)               ; definition of entropy
""",
    _PQ,
)
t.hypothesis(
    "gibbs-equality",
    "when cross-entropy equals entropy",
    "A19",
    "H",
    "H(P, Q) = H(P) holds if and only if P = Q (almost everywhere), provided that H(P) is finite: "
    "the logarithm touches its tangent at 1 only.",
)
t.chain(
    "divergence",
    "the divergence",
    "",
    "new",
    """
    KL(p, q)
    = Sum(p[i]*(ln(p[i]) - ln(q[i])), i)                 ; definition of divergence, logarithm of a quotient
    = Sum(p[i]*ln(p[i]), i) - Sum(p[i]*ln(q[i]), i)      ; expand and split the sum
    = crossentropy(p, q) - entropy(p)                    ; definitions
""",
    _PQ,
)
t.hypothesis(
    "infinite-cross-entropy",
    "when cross-entropy is infinite",
    "A20",
    "H",
    "If p is positive somewhere (with positive probability) where q is 0, cross-entropy is infinite; "
    "read log 0 = -infinity as a limit. The converse fails: both may be positive everywhere and "
    "cross-entropy infinite, as for p_k proportional to 1/k^2 and q_k to 2^(-k^2).",
)
t.chain(
    "cross-entropy-of-product",
    "cross-entropy of independent variables",
    "A21",
    "X",
    """
    -Sum(Sum(p[i]*r[j]*ln(q[i]*s[j]), j), i)
    = -Sum(Sum(p[i]*r[j]*(ln(q[i]) + ln(s[j])), j), i)                                       ; logarithm of a product
    = -Sum(Sum(p[i]*r[j]*ln(q[i]), j), i) - Sum(Sum(p[i]*r[j]*ln(s[j]), j), i)               ; expand and split the sum
    = -Sum(r[j], j)*Sum(p[i]*ln(q[i]), i) - Sum(p[i], i)*Sum(r[j]*ln(s[j]), j)               ; constant factors out
    = -Sum(p[i]*ln(q[i]), i) - Sum(r[j]*ln(s[j]), j)                                         ; the probabilities sum to one
    = crossentropy(p, q) + crossentropy(r, s)                                                ; definition of cross-entropy
""",
    "i: 1..n; j: 1..m; p, q: simplex[n]; r, s: simplex[m]",
)
t.chain(
    "cross-entropy-of-product-densities",
    "cross-entropy of independent variables with densities",
    "A21",
    "X",
    """
    -Int(Int(p(x)*r(y)*ln(q(x)*s(y)), y), x)
    = -Int(Int(p(x)*r(y)*ln(q(x)) + p(x)*r(y)*ln(s(y)), y), x)      ; logarithm of a product
    = -Int(p(x)*ln(q(x)), x) - Int(r(y)*ln(s(y)), y)                ; split the sum; the densities sum to one: total probability
""",
    "p, q, r, s: density",
)
