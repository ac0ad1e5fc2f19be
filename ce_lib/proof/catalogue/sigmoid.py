# ruff: noqa: E501  (one step a line, so that a chain reads like a table)
"""The logistic sigmoid: notes A14 and A24 to A29, slides B18 to B26."""

from .entries import Topic

t = Topic("sigmoid")

t.chain(
    "sigmoid-two-forms",
    "two forms of the sigmoid",
    "B22",
    "OK",
    """
    exp(u)/(1 + exp(u))
    = 1/(exp(-u) + 1)*(exp(u)/exp(u))   ; factor out by the laws of exponents
    = 1/(exp(-u) + 1)                   ; cancel
    = sigma(u)                          ; definition of the sigmoid
""",
    "u: real",
)
t.chain(
    "sigmoid-scaled",
    "the scaled sigmoid",
    "B23",
    "OK",
    """
    sigma(c*u)
    = 1/(exp(-c*u) + 1)           ; definition of the sigmoid
    = exp(c*u)/(1 + exp(c*u))     ; multiply by {exp(c*u)}, laws of exponents
""",
    "u: real; c: positive",
)
t.chain(
    "sigmoid-at-zero",
    "the sigmoid at 0",
    "A26 B24",
    "OK",
    """
    sigma(0)
    = 1/(1 + exp(-0))   ; definition of the sigmoid
    = 1/(1 + 1)         ; laws of exponents
    = 1/2
""",
)
t.chain(
    "sigmoid-limit-right",
    "the sigmoid far to the right",
    "A27 B19 B24",
    "OK",
    """
    lim(sigma(u), u, oo)
    = lim(1/(exp(-u) + 1), u, oo)   ; definition of the sigmoid
    = 1/(0 + 1)                     ; limit of each term
    = 1
""",
    "u: real",
)
t.chain(
    "sigmoid-limit-left",
    "the sigmoid far to the left",
    "A27 B19 B24",
    "OK",
    """
    lim(sigma(u), u, -oo)
    = lim(exp(u)/(1 + exp(u)), u, -oo)   ; definition of the sigmoid, laws of exponents
    = 0/(1 + 0)                          ; limit of each term
    = 0
""",
    "u: real",
)
t.chain(
    "sigmoid-reflection",
    "the reflection of the sigmoid",
    "A28 A29",
    "OK",
    """
    1 - sigma(u)
    = 1 - 1/(1 + exp(-u))                              ; definition of the sigmoid
    = (1 + exp(-u))/(1 + exp(-u)) - 1/(1 + exp(-u))    ; common denominator
    = exp(-u)/(1 + exp(-u))                            ; subtract
    = 1/(1/exp(-u) + exp(-u)/exp(-u))                  ; divide by {exp(-u)}
    = 1/(exp(u) + 1)                                   ; laws of exponents
    = sigma(-u)                                        ; definition of the sigmoid
""",
    "u: real",
)
t.chain(
    "sigmoid-derivative",
    "the derivative of the sigmoid",
    "A12 A14",
    "OK",
    """
    D(sigma(u), u)
    = D(1/(1 + exp(-u)), u)                                          ; definition of the sigmoid
    = (-1)/(1 + exp(-u))**2*exp(-u)*(-1)                             ; chain rule
    = exp(-u)/(1 + exp(-u))*(1/(1 + exp(-u)))                        ; split the square
    = exp(-u)/(1 + exp(-u))*sigma(u)                                 ; definition of the sigmoid
    = (exp(-u)/exp(-u))/(1/exp(-u) + exp(-u)/exp(-u))*sigma(u)       ; divide by {exp(-u)}
    = 1/(exp(u) + 1)*sigma(u)                                        ; laws of exponents
    = sigma(-u)*sigma(u)                                             ; definition of the sigmoid
    = (1 - sigma(u))*sigma(u)                                        ; reflection, by definition
""",
    "u: real",
)
t.chain(
    "sigmoid-increasing",
    "the sigmoid increases",
    "B32",
    "OK",
    """
    D(sigma(u), u)
    = sigma(u)*(1 - sigma(u))   ; derivative of the sigmoid, by its definition
    > 0                         ; both factors are positive
""",
    "u: real",
)
t.chain(
    "sigmoid-above-zero",
    "the sigmoid is positive",
    "B18",
    "X",
    """
    sigma(u)
    = 1/(1 + exp(-u))   ; definition of the sigmoid
    > 0                 ; all terms are positive
""",
    "u: real",
)
t.chain(
    "sigmoid-below-one",
    "the sigmoid stays below 1",
    "A24 B25",
    "S",
    """
    sigma(u)
    = 1 - sigma(-u)   ; reflection, by definition
    < 1               ; sigma is positive
""",
    "u: real",
)
t.chain(
    "sigmoid-inverts-logit",
    "the sigmoid undoes the logit",
    "A24",
    "OK",
    """
    sigma(logit(p))
    = 1/(1 + exp(-ln(p/(1 - p))))   ; definitions
    = 1/(1 + (1 - p)/p)             ; laws of exponents
    = p                             ; common denominator
""",
    "p: unit",
)
t.chain(
    "logit-inverts-sigmoid",
    "the logit undoes the sigmoid",
    "A24",
    "OK",
    """
    logit(sigma(u))
    = ln(sigma(u)/(1 - sigma(u)))   ; definition of logit
    = ln(exp(u))                    ; definition of the sigmoid
    = u                             ; logarithm of an exponential: laws of logarithms
""",
    "u: real",
)
t.hypothesis(
    "probability-of-a-label",
    "what the sigmoid's value means",
    "B20",
    "X",
    "s(f(x)) is read as the probability of the label Y = 1 given the input x. It is no distribution "
    "over inputs: nothing sums to one over u.",
    "convention",
)
t.hypothesis(
    "cdf-median",
    "a distribution function as activation",
    "B21",
    "S",
    "F is the distribution function of a continuous random variable with median 0, that is, "
    "F(0) = 1/2. Its derivative is the density; PDF stands for probability density function.",
)
t.chain(
    "logistic-model",
    "the logistic regression model",
    "B25",
    "OK",
    """
    sigma(w @ x + b)
    = 1/(exp(-(w @ x) - b) + 1)               ; definition of the sigmoid
    = exp(w @ x + b)/(1 + exp(w @ x + b))     ; multiply above and below, laws of exponents
""",
    "k: 0..d-1; w, x: real[d]; b: real",
)
t.chain(
    "logistic-complement",
    "the probability of the other class",
    "B26",
    "OK",
    """
    1 - sigma(w @ x + b)
    = sigma(-(w @ x + b))   ; reflection, by definition
""",
    "k: 0..d-1; w, x: real[d]; b: real",
)
t.chain(
    "sigmoid-second-derivative",
    "the second derivative of the sigmoid",
    "",
    "new",
    """
    D(D(sigma(u), u), u)
    = D(sigma(u)*(1 - sigma(u)), u)             ; derivative of the sigmoid, by its definition
    = sigma(u)*(1 - sigma(u))*(1 - 2*sigma(u))  ; product rule, definition
""",
    "u: real",
)
