# Right solutions that look different: each must get full marks.
# %% inner: loop
def inner(u, v):
    total = 0.0
    for a, b in zip(u, v):
        total += a * b
    return total
# %% inner: generator
def inner(u, v):
    return sum(u[k] * v[k] for k in range(len(u)))
# %% inner: math.fsum
import math
def inner(u, v):
    return math.fsum(a * b for a, b in zip(u, v))
# %% inner: multiply and sum
def inner(u, v):
    return np.multiply(u, v).sum()
# %% inner: einsum
def inner(u, v):
    return np.einsum("k,k->", np.asarray(u), np.asarray(v))
# %% inner: matrix product
def inner(u, v):
    return np.asarray(u) @ np.asarray(v)
# %% inner: row times column
def inner(u, v):
    return (np.reshape(u, (1, -1)) @ np.reshape(v, (-1, 1)))[0, 0]
# %% inner: recursion
def inner(u, v):
    return u[0] * v[0] + inner(u[1:], v[1:]) if len(u) else 0
# %% inner: zero-dimensional array
def inner(u, v):
    return np.array(np.sum(np.asarray(u, float) * np.asarray(v, float)))
# %% inner: polarisation
def inner(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    return (np.sum((u + v) ** 2) - np.sum((u - v) ** 2)) / 4
# %% norm: root of a sum
import math
def norm(v):
    return math.sqrt(sum(x * x for x in v))
# %% norm: power one half
def norm(v):
    return np.sum(np.asarray(v, float) ** 2) ** 0.5
# %% norm: math.hypot
import math
def norm(v):
    return math.hypot(*v)
# %% norm: own inner product
def norm(v):
    return np.sqrt(inner(v, v))
# %% norm: the course's inner product
def norm(v):
    return np.sqrt(ce.inner(v, v))
# %% norm: scaled first
def norm(v):
    v = np.abs(np.asarray(v, float))
    top = v.max()
    return top * np.sqrt(np.sum((v / top) ** 2)) if top else 0.0
# %% norm: accumulated hypot
def norm(v):
    length = 0.0
    for x in v:
        length = np.hypot(length, x)
    return length
# %% norm: matrix product
def norm(v):
    v = np.asarray(v, float)
    return np.sqrt(v @ v)
# %% norm: absolute squares
def norm(v):
    return np.sqrt(np.square(np.abs(v)).sum())
# %% norm: exp of half a logarithm
def norm(v):
    with np.errstate(divide="ignore"):
        return np.exp(0.5 * np.log(np.sum(np.square(np.asarray(v, float)))))
# %% cosine_similarity: own helpers
def cosine_similarity(u, v):
    return inner(u, v) / norm(u) / norm(v)
# %% cosine_similarity: unit vectors first
def cosine_similarity(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    return (u / ce.norm(u)) @ (v / ce.norm(v))
# %% cosine_similarity: one root
def cosine_similarity(u, v):
    return ce.inner(u, v) / np.sqrt(ce.inner(u, u) * ce.inner(v, v))
# %% cosine_similarity: loops
import math
def cosine_similarity(u, v):
    dot = uu = vv = 0.0
    for a, b in zip(u, v):
        dot += a * b
        uu += a * a
        vv += b * b
    return dot / math.sqrt(uu) / math.sqrt(vv)
# %% cosine_similarity: clipped
def cosine_similarity(u, v):
    return np.clip(ce.inner(u, v) / (ce.norm(u) * ce.norm(v)), -1, 1)
# %% cosine_similarity: from the distance of unit vectors
def cosine_similarity(u, v):
    a = np.asarray(u, float) / ce.norm(u)
    b = np.asarray(v, float) / ce.norm(v)
    return 1 - np.sum((a - b) ** 2) / 2
# %% cosine_similarity: einsum
def cosine_similarity(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    return np.einsum("i,i", u, v) / np.sqrt(np.einsum("i,i", u, u) * np.einsum("i,i", v, v))
# %% cosine_similarity: np.linalg.norm
def cosine_similarity(u, v):
    return np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))
# %% cosine_similarity: logarithms of the lengths
def cosine_similarity(u, v):
    return ce.inner(u, v) * np.exp(-np.log(ce.norm(u)) - np.log(ce.norm(v)))
# %% cosine_similarity: hypot
import math
def cosine_similarity(u, v):
    return sum(a * b for a, b in zip(u, v)) / (math.hypot(*u) * math.hypot(*v))
# %% angle: min and max
import math
def angle(u, v):
    c = ce.inner(u, v) / (ce.norm(u) * ce.norm(v))
    return math.acos(max(-1.0, min(1.0, c)))
# %% angle: own cosine, clipped
def angle(u, v):
    return np.arccos(np.clip(cosine_similarity(u, v), -1, 1))
# %% angle: atan2 of sum and difference
def angle(u, v):
    a = np.asarray(u, float) / ce.norm(u)
    b = np.asarray(v, float) / ce.norm(v)
    return 2 * np.arctan2(ce.norm(a - b), ce.norm(a + b))
# %% angle: cases
import math
def angle(u, v):
    c = ce.inner(u, v) / (ce.norm(u) * ce.norm(v))
    if c >= 1:
        return 0.0
    if c <= -1:
        return math.pi
    return math.acos(c)
# %% angle: degrees and back
def angle(u, v):
    c = np.clip(ce.inner(u, v) / (ce.norm(u) * ce.norm(v)), -1, 1)
    return np.radians(np.degrees(np.arccos(c)))
# %% angle: complement of the arc sine
def angle(u, v):
    c = np.clip(ce.inner(u, v) / (ce.norm(u) * ce.norm(v)), -1, 1)
    return np.pi / 2 - np.arcsin(c)
# %% angle: atan2 with the rejected part
def angle(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    along = ce.inner(u, v) / ce.norm(v)
    across = np.sqrt(max(ce.inner(u, u) - along**2, 0.0))
    return np.arctan2(across, along)
# %% angle: np.where on the cosine
def angle(u, v):
    c = cosine_similarity(u, v)
    return np.arccos(np.where(np.abs(c) > 1, np.sign(c), c))
# %% angle: rounded a little
def angle(u, v):
    return np.arccos(np.round(ce.inner(u, v) / (ce.norm(u) * ce.norm(v)), 14))
# %% angle: zero-dimensional array
def angle(u, v):
    return np.asarray(np.arccos(np.clip(cosine_similarity(u, v), -1.0, 1.0)))
# %% project: own inner product
def project(u, v):
    return np.asarray(v) * (inner(u, v) / inner(v, v))
# %% project: list
def project(u, v):
    c = sum(a * b for a, b in zip(u, v)) / sum(b * b for b in v)
    return [c * b for b in v]
# %% project: unit vector
def project(u, v):
    e = np.asarray(v, float) / ce.norm(v)
    return ce.inner(u, e) * e
# %% project: projection matrix
def project(u, v):
    v = np.asarray(v, float)
    return np.outer(v, v) / (v @ v) @ np.asarray(u, float)
# %% project: by the angle
def project(u, v):
    v = np.asarray(v, float)
    return ce.norm(u) * np.cos(angle(u, v)) * v / ce.norm(v) if ce.inner(u, v) else 0 * v
# %% project: least squares
def project(u, v):
    v = np.asarray(v, float)
    c = np.linalg.lstsq(v[:, None], np.asarray(u, float), rcond=None)[0][0]
    return c * v
# %% project: tuple
def project(u, v):
    c = np.dot(u, v) / np.dot(v, v)
    return tuple(c * b for b in v)
# %% project: what is left after the rest is taken away
def project(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    rest = u - (u @ v) / (v @ v) * v
    return u - rest
# %% project: loop into a new array
def project(u, v):
    out = np.zeros(len(v))
    c = ce.inner(u, v) / ce.norm(v) ** 2
    for k in range(len(v)):
        out[k] = c * v[k]
    return out
# %% project: einsum
def project(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    return np.einsum("i,i,j->j", u, v, v) / np.einsum("i,i", v, v)
# %% classify: loop
def classify(X, w, b):
    out = []
    for x in X:
        out.append(1 if ce.inner(x, w) + b >= 0 else -1)
    return out
# %% classify: two times a truth value minus one
def classify(X, w, b):
    return 2 * (X @ w + b >= 0) - 1
# %% classify: sign, then the zeros
def classify(X, w, b):
    s = np.sign(np.dot(X, w) + b)
    s[s == 0] = 1
    return s
# %% classify: sum of products
def classify(X, w, b):
    return np.where((X * w).sum(axis=1) + b < 0, -1, 1)
# %% classify: a column of ones
def classify(X, w, b):
    X1 = np.hstack([X, np.ones((len(X), 1))])
    return np.where(X1 @ np.append(w, b) >= 0, 1.0, -1.0)
# %% classify: threshold moved
def classify(X, w, b):
    return np.where(X @ w >= -b, 1, -1)
# %% classify: einsum and copysign
def classify(X, w, b):
    return np.copysign(1, np.einsum("nd,d->n", X, w) + b + 0.0)
# %% classify: choose by index
def classify(X, w, b):
    return np.array([-1, 1])[(X @ w + b >= 0).astype(int)]
# %% classify: list of comparisons
def classify(X, w, b):
    return [(+1 if s >= 0 else -1) for s in (X @ w + b).tolist()]
# %% classify: bool arithmetic
def classify(X, w, b):
    s = X @ w + b
    return (s >= 0).astype(int) - (s < 0).astype(int)
# %% derivation: by linearity
derivation = """
(u + v) @ (u + v)
= u @ (u + v) + v @ (u + v)
= u @ u + u @ v + v @ (u + v)
= u @ u + u @ v + v @ u + v @ v
= u @ u + 2*(u @ v) + v @ v
"""
