# ruff: noqa: E501  (one step a line, so that a chain reads like a table)
"""The inner product, norm and angle: slides B1 to B17, and what they leave out."""

from .entries import Topic

t = Topic("inner product")
_UV = "i, j, k: 0..d-1; u, v, w: real[d]; a, b: real"
_NONZERO = "k: 0..d-1; u, v: nonzero[d]"
_UNIT = "k: 0..d-1; u, v: sphere[d]"

t.chain(
    "inner-product",
    "the inner product",
    "B1",
    "X",
    """
    u @ v
    = Sum(u[k]*v[k], k)
""",
    _UV,
)
t.hypothesis(
    "inner-product-real",
    "the inner product is a real number",
    "B2",
    "OK",
    "A sum of products of real numbers is real, so u·v needs no proof beyond its definition.",
    "definition",
)
t.chain(
    "inner-product-homogeneous",
    "constants come out of the inner product",
    "B3",
    "OK",
    """
    (a*u) @ v
    = Sum(a*u[k]*v[k], k)
    = a*Sum(u[k]*v[k], k)   ; constant factor
    = a*(u @ v)
""",
    _UV,
)
t.chain(
    "inner-product-additive",
    "the inner product of a sum",
    "B4",
    "OK",
    """
    (u + w) @ v
    = Sum((u[k] + w[k])*v[k], k)
    = Sum(u[k]*v[k], k) + Sum(w[k]*v[k], k)   ; expand and split the sum
    = u @ v + w @ v
""",
    _UV,
)
t.chain(
    "inner-product-linear",
    "the inner product is linear in its first argument",
    "B5",
    "OK",
    """
    (a*u + b*w) @ v
    = Sum((a*u[k] + b*w[k])*v[k], k)
    = Sum(a*u[k]*v[k], k) + Sum(b*w[k]*v[k], k)   ; expand and split the sum
    = a*(u @ v) + b*(w @ v)                       ; constant factors out
""",
    _UV,
)
t.chain(
    "inner-product-linear-second",
    "the inner product is linear in its second argument",
    "B6",
    "OK",
    """
    v @ (a*u + b*w)
    = (a*u + b*w) @ v         ; symmetry
    = a*(u @ v) + b*(w @ v)   ; linear in the first argument
    = a*(v @ u) + b*(v @ w)   ; symmetry
""",
    _UV,
)
t.chain(
    "inner-product-symmetric",
    "the inner product is symmetric",
    "B7",
    "OK",
    """
    u @ v
    = Sum(u[k]*v[k], k)
    = Sum(v[k]*u[k], k)   ; factors commute
    = v @ u
""",
    _UV,
)
t.chain(
    "inner-product-definite",
    "the inner product is definite",
    "B8",
    "OK",
    """
    v @ v
    = Sum(v[k]**2, k)
    > 0                ; positive, since v is not the zero vector
""",
    _NONZERO,
)
t.chain(
    "inner-product-zero",
    "the zero vector",
    "B9",
    "OK",
    """
    (0*v) @ u
    = 0*(v @ u)
    = 0
""",
    _UV,
)
t.chain(
    "norm-squared",
    "the inner product of a vector with itself",
    "B10",
    "S",
    """
    norm(v)**2
    = sqrt(v @ v)**2
    = v @ v
""",
    _UV,
)
t.chain(
    "norm-homogeneous",
    "a multiple of a vector",
    "B10",
    "new",
    """
    norm(a*v)
    = sqrt(a**2*(v @ v))   ; constant factors out
    = abs(a)*norm(v)       ; laws of exponents
""",
    "k: 0..d-1; v: nonzero[d]; a: real",
)
t.chain(
    "lagrange",
    "Lagrange's identity",
    "",
    "new",
    """
    (u @ v)**2
    <= (u @ v)**2 + Sum(Sum((u[i]*v[j] - u[j]*v[i])**2, j), i)/2   ; squares are never negative
    = (u @ u)*(v @ v)                                              ; expand and split the sum
""",
    _UV,
    lemma=True,
)
t.chain(
    "cauchy-schwarz",
    "Cauchy-Schwarz",
    "B11",
    "new",
    """
    u @ v
    <= norm(u)*norm(v)   ; take the square root in Lagrange's identity [Lagrange's identity: u = u, v = v]
""",
    _UV,
    needs="lagrange",
    lemma=True,
)
t.chain(
    "cauchy-schwarz-absolute",
    "Cauchy-Schwarz with absolute value",
    "B11",
    "new",
    """
    abs(u @ v)
    <= norm(u)*norm(v)   ; take the square root in Lagrange's identity [Lagrange's identity: u = u, v = v]
""",
    _UV,
    needs="lagrange",
)
t.chain(
    "triangle-inequality-squared",
    "the triangle inequality, squared",
    "B10",
    "new",
    """
    norm(u + v)**2
    = u @ u + 2*(u @ v) + v @ v               ; expand and split the sum
    <= u @ u + 2*norm(u)*norm(v) + v @ v      ; Cauchy-Schwarz [Cauchy-Schwarz: u = u, v = v, times 2]
    = (norm(u) + norm(v))**2                  ; collect the square
""",
    _UV,
    needs="cauchy-schwarz",
    lemma=True,
)
t.chain(
    "triangle-inequality",
    "the triangle inequality",
    "B10",
    "new",
    """
    norm(u + v)
    <= norm(u) + norm(v)   ; take the square root [the triangle inequality, squared: u = u, v = v]
""",
    _UV,
    needs="triangle-inequality-squared",
)
t.chain(
    "cosine-at-most-one",
    "the cosine is at most 1",
    "B11",
    "H",
    """
    angle(u, v)
    = u @ v/(norm(u)*norm(v))                     ; definition of the cosine
    <= norm(u)*norm(v)/(norm(u)*norm(v))          ; Cauchy-Schwarz [Cauchy-Schwarz: u = u, v = v, times 1/(norm(u)*norm(v))]
    = 1                                           ; cancel
""",
    _NONZERO,
    needs="cauchy-schwarz",
)
t.chain(
    "cosine-at-least-minus-one",
    "the cosine is at least -1",
    "B11",
    "H",
    """
    angle(u, v)
    = u @ v/(norm(u)*norm(v))                     ; definition of the cosine
    >= -norm(u)*norm(v)/(norm(u)*norm(v))         ; Cauchy-Schwarz for -u and v [Cauchy-Schwarz: u = -u, v = v, times 1/(norm(u)*norm(v))]
    = -1                                          ; cancel
""",
    _NONZERO,
    needs="cauchy-schwarz",
)
t.hypothesis(
    "plane",
    "the plane of two vectors",
    "B12",
    "H",
    "u and v span a plane if they are linearly independent; otherwise a line or a point.",
)
t.chain(
    "unit-vectors",
    "the inner product of unit vectors",
    "B13",
    "OK",
    """
    u @ v
    = 1 - norm(u - v)**2/2   ; expand; both have length one
    <= 1                     ; squares are never negative
""",
    _UNIT,
)
t.chain(
    "unit-vectors-below",
    "the inner product of unit vectors from below",
    "B13",
    "OK",
    """
    u @ v
    = norm(u + v)**2/2 - 1   ; expand; both have length one
    >= -1                    ; squares are never negative
""",
    _UNIT,
)
t.chain(
    "unit-vector-itself",
    "a unit vector with itself",
    "B13",
    "OK",
    """
    u @ u
    = 1   ; its length is one: norm one
""",
    _UNIT,
)
t.chain(
    "unit-vector-opposite",
    "a unit vector with its opposite",
    "B13",
    "OK",
    """
    u @ (-u)
    = -(u @ u)   ; linear
    = -1         ; unit length
""",
    _UNIT,
)
t.hypothesis(
    "sign-of-zero",
    "the sign of 0",
    "B14",
    "H",
    "sign(0) must be set; we take sign(0) = +1, so that sign(f(x)) is -1 or +1 for every x.",
    "convention",
)
t.chain(
    "score-by-angle",
    "the score of a linear classifier",
    "B15",
    "S",
    """
    w @ x + b
    = norm(w)*norm(x)*angle(w, x) + b   ; definition of the cosine
""",
    "k: 0..d-1; w, x: nonzero[d]; b: real",
)
t.chain(
    "score-with-bias-inside",
    "the bias as one more weight",
    "B16",
    "X",
    """
    Sum(wtilde[k]*xtilde[k], (k, 0, d))
    = Sum(wtilde[k]*xtilde[k], (k, 0, d - 1)) + wtilde[d]*xtilde[d]   ; split off the last term
""",
    "d: size; wtilde, xtilde: real[nat]",
)
t.hypothesis(
    "activation-argument",
    "the argument of the activation",
    "B17",
    "T",
    "Read y = sign(f(x)): the letter z is not defined on the slide.",
    "convention",
)
