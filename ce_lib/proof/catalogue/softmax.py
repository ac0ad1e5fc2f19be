# ruff: noqa: E501  (one step a line, so that a chain reads like a table)
"""Softmax and the cross-entropy of several classes: notes A1 to A6, A13, A22, A23, A30; slides B50 to
B56, which announce softmax and never define it.

Classes are counted from 0 to C - 1, as in the book; the notes count from 1 to n."""

from .entries import Topic

t = Topic("softmax")
_Z = "i, j, k: 0..C-1; z: real[C]"
_YZ = "i, j, k, m: 0..C-1; y: weights[C]; z: real[C]; p: positive[C]"
_HAT = "yhat[i] = softmax(z, i)"

t.hypothesis(
    "distributions",
    "labels and predictions of several classes",
    "A1",
    "S",
    "y is a distribution (components at least 0, of sum 1), and so is the prediction, with all its "
    "components positive, so that their logarithms exist.",
)
t.chain(
    "softmax-definition",
    "softmax",
    "A23 B56",
    "OK",
    """
    softmax(z, i)
    = exp(z[i])/Sum(exp(z[k]), k)   ; definition of softmax
""",
    _Z,
)
t.chain(
    "softmax-sums-to-one",
    "softmax is a distribution",
    "A22 B50",
    "S",
    """
    Sum(softmax(z, i), i)
    = Sum(exp(z[i]), i)/Sum(exp(z[k]), k)   ; definition of softmax, constant factor
    = 1                                     ; cancel
""",
    _Z,
)
t.chain(
    "softmax-positive",
    "softmax is positive",
    "A22",
    "S",
    """
    softmax(z, i)
    = exp(z[i])/Sum(exp(z[k]), k)   ; definition of softmax
    > 0                             ; all terms are positive
""",
    _Z,
)
t.chain(
    "softmax-at-most-one",
    "softmax is at most 1",
    "A22",
    "S",
    """
    softmax(z, i)
    <= softmax(z, i) + Sum(softmax(z, k)*(1 - delta(k, i)), k)   ; the other components are positive
    = Sum(softmax(z, k), k)                                      ; split the sum: one term survives
    = 1                                                          ; definition of softmax
""",
    _Z,
)
t.chain(
    "softmax-shift",
    "softmax does not see a shift",
    "",
    "new",
    """
    softmax(z + c*ones, i)
    = exp(z[i] + c)/Sum(exp(z[k] + c), k)                  ; definition of softmax
    = (exp(c)*exp(z[i]))/(exp(c)*Sum(exp(z[k]), k))        ; laws of exponents, constant factor
    = softmax(z, i)                                        ; cancel, definition of softmax
""",
    _Z + "; c: real",
)
t.chain(
    "lse-shift",
    "log-sum-exp and a shift",
    "",
    "new",
    """
    lse(z + c*ones)
    = ln(Sum(exp(z[k] + c), k))                ; definition of log-sum-exp
    = ln(exp(c)*Sum(exp(z[k]), k))             ; laws of exponents, constant factor
    = c + ln(Sum(exp(z[k]), k))                ; laws of logarithms
    = c + lse(z)                               ; definition of log-sum-exp
""",
    _Z + "; c: real",
)
t.chain(
    "log-softmax",
    "the logarithm of softmax",
    "",
    "new",
    """
    ln(softmax(z, i))
    = ln(exp(z[i])) - ln(Sum(exp(z[k]), k))    ; definition of softmax, logarithm of a quotient
    = z[i] - lse(z)                            ; logarithm of an exponential, definition of log-sum-exp
""",
    _Z,
)
t.chain(
    "sigmoid-is-softmax",
    "softmax generalises the sigmoid",
    "B56",
    "new",
    """
    softmax(z, 1)
    = exp(z[1])/(exp(z[0]) + exp(z[1]))        ; definition of softmax, written out
    = 1/(1 + exp(-(z[1] - z[0])))              ; divide by {exp(z[1])}, laws of exponents
    = sigma(z[1] - z[0])                       ; definition of the sigmoid
""",
    "k: 0..1; z: real[2]",
)
t.chain(
    "softmax-jacobian",
    "the derivative of softmax",
    "A5 A13",
    "X",
    """
    D(softmax(z, i), z[j])
    = D(exp(z[i])/Sum(exp(z[k]), k), z[j])                                                          ; definition of softmax
    = D(exp(z[i]), z[j])*(1/Sum(exp(z[k]), k)) + exp(z[i])*D(1/Sum(exp(z[k]), k), z[j])             ; product rule
    = softmax(z, j)*delta(i, j) + (-exp(z[i]))/Sum(exp(z[k]), k)**2*D(Sum(exp(z[k]), k), z[j])      ; chain rule
    = softmax(z, j)*delta(i, j) + (-exp(z[i]))/Sum(exp(z[k]), k)**2*exp(z[j])                       ; derivative of the sum: only k = j depends on {z[j]}
    = softmax(z, j)*delta(i, j) - softmax(z, j)*softmax(z, i)                                       ; definition of softmax
    = softmax(z, i)*(delta(i, j) - softmax(z, j))                                                   ; factor; both cases, i = j or not
""",
    _Z,
)
t.chain(
    "softmax-jacobian-same",
    "the derivative of softmax, the same component",
    "A13",
    "OK",
    """
    D(softmax(z, j), z[j])
    = softmax(z, j)*(1 - softmax(z, j))   ; derivative of softmax, by its definition
""",
    _Z,
)
t.chain(
    "softmax-jacobian-other",
    "the derivative of softmax, another component",
    "A13",
    "OK",
    """
    (1 - delta(i, j))*D(softmax(z, i), z[j])
    = (1 - delta(i, j))*(-softmax(z, j)*softmax(z, i))   ; derivative of softmax, by its definition
""",
    _Z,
)
t.chain(
    "cross-entropy-loss",
    "the cross-entropy loss",
    "A2a B54",
    "OK",
    """
    crossentropy(y, yhat)
    = -Sum(y[k]*ln(yhat[k]), k)   ; definition of cross-entropy
""",
    "k: 0..C-1; y, yhat: simplex[C]",
)
t.chain(
    "cross-entropy-one-hot",
    "the loss of a one-hot label",
    "A2b B52 B54 B55",
    "H",
    """
    crossentropy(y, yhat)
    = -Sum(y[k]*ln(yhat[k]), k)   ; definition of cross-entropy
    = -ln(yhat[c])                ; one-hot: one term survives
""",
    "k, c: 0..C-1; y: onehot[C] at c; yhat: positive[C]",
)
t.chain(
    "cross-entropy-partial",
    "the derivative in the prediction",
    "A6",
    "X",
    """
    D(-Sum(y[k]*ln(p[k]), k), p[i])
    = -Sum(D(y[k]*ln(p[k]), p[i]), k)     ; derivative of a sum
    = -Sum(y[k]/p[k]*delta(k, i), k)      ; derivative of the logarithm
    = -y[i]/p[i]                          ; one term survives
""",
    "i, k: 0..C-1; y: real[C]; p: positive[C]",
)
t.chain(
    "cross-entropy-gradient",
    "the gradient in the logits",
    "A4 A30",
    "X",
    """
    D(-Sum(y[i]*ln(yhat[i]), i), z[j])
    = Sum(at(D(-Sum(y[k]*ln(p[k]), k), p[i]), p[m], yhat[m])*D(yhat[i], z[j]), i)   ; chain rule
    = -Sum(y[i]/yhat[i]*yhat[i]*(delta(i, j) - yhat[j]), i)        ; the two derivatives, by definition
    = Sum(y[i]*yhat[j] - y[i]*delta(i, j), i)                      ; cancel and expand
    = Sum(y[i]*yhat[j], i) - Sum(y[i]*delta(i, j), i)              ; split the sum
    = yhat[j]*Sum(y[i], i) - y[j]                                  ; constant factor; one term survives
    = yhat[j] - y[j]                                               ; the labels sum to one
""",
    _YZ,
    _HAT,
)
t.chain(
    "cross-entropy-from-logits",
    "the loss from the logits",
    "",
    "new",
    """
    -Sum(y[i]*ln(softmax(z, i)), i)
    = -Sum(y[i]*(z[i] - lse(z)), i)            ; definitions, laws of logarithms
    = lse(z)*Sum(y[i], i) - y @ z              ; split the sum, constant factor
    = lse(z) - y @ z                           ; the labels sum to one
""",
    _YZ,
)
t.chain(
    "lse-gradient",
    "the gradient of log-sum-exp",
    "",
    "new",
    """
    D(lse(z), z[j])
    = D(Sum(exp(z[k]), k), z[j])/Sum(exp(z[k]), k)   ; chain rule, definition of log-sum-exp
    = exp(z[j])/Sum(exp(z[k]), k)                    ; derivative of the sum: one term survives
    = softmax(z, j)                                  ; definition of softmax
""",
    _Z,
)
t.chain(
    "cross-entropy-gradient-all",
    "the gradient of the loss, all components at once",
    "A3",
    "H",
    """
    grad(lse(z) - y @ z, z)
    = grad(lse(z), z) - y   ; the derivative of y·z is y
""",
    _YZ,
)
t.chain(
    "cross-entropy-hessian",
    "the second derivative of the loss",
    "",
    "new",
    """
    D(D(-Sum(y[k]*ln(softmax(z, k)), k), z[i]), z[j])
    = D(softmax(z, i) - y[i], z[j])                     ; the gradient, by definition; the labels sum to one
    = softmax(z, i)*(delta(i, j) - softmax(z, j))       ; derivative of softmax, by its definition
""",
    _YZ,
)
t.chain(
    "softmax-hessian-positive",
    "the loss is convex in the logits",
    "",
    "new",
    """
    v @ ((diag(p) - outer(p, p)) @ v)
    = Sum(p[i]*v[i]**2, i) - Sum(p[i]*v[i], i)**2                 ; split the sum; one term survives
    = Sum(Sum(p[i]*p[j]*(v[i] - v[j])**2, j), i)/2                ; expand; the probabilities sum to one
    >= 0                                                          ; squares are never negative
""",
    "i, j: 0..C-1; p: simplex[C]; v: real[C]",
)
t.hypothesis(
    "classes-exclude-each-other",
    "classes exclude each other",
    "B50",
    "OK",
    "Each sample has exactly one label of the C classes, so that the model's probabilities of the "
    "labels sum to one.",
)
t.hypothesis(
    "one-hot-definition",
    "one-hot labels",
    "B51",
    "X",
    "The one-hot vector of the label y has C components (not c): a 1 at the place y, else 0.",
    "definition",
)
t.chain(
    "one-hot-product",
    "the probability of the label as a product",
    "B52",
    "OK",
    """
    Prod(p[k]**y[k], k)
    = p[c]   ; one-hot: only k = c contributes
""",
    "k, c: 0..C-1; y: onehot[C] at c; p: unit[C]",
)
t.chain(
    "one-hot-loss",
    "the loss of a one-hot label, from the product",
    "B52 B53",
    "OK",
    """
    -ln(Prod(p[k]**y[k], k))
    = Sum(-ln(p[k]**y[k]), k)       ; logarithm of a product
    = Sum(-y[k]*ln(p[k]), k)        ; logarithm of a power
    = -ln(p[c])                     ; one-hot: one term survives
""",
    "k, c: 0..C-1; y: onehot[C] at c; p: unit[C]",
)
t.chain(
    "multiclass-likelihood-to-loss",
    "most likely means least cross-entropy",
    "B53",
    "OK",
    """
    argmax(Prod(Prod(P(i, k, theta)**y[i, k], k), i), theta)
    = argmin(-ln(Prod(Prod(P(i, k, theta)**y[i, k], k), i)), theta)    ; -ln is strictly decreasing
    = argmin(Sum(-ln(Prod(P(i, k, theta)**y[i, k], k)), i), theta)     ; logarithm of a product
    = argmin(Sum(Sum(-ln(P(i, k, theta)**y[i, k]), k), i), theta)      ; logarithm of a product
    = argmin(Sum(Sum(-y[i, k]*ln(P(i, k, theta)), k), i), theta)       ; logarithm of a power
""",
    "i: 0..n-1; k: 0..C-1; P: positive function; y: real[n, C]; theta: real",
)
