# Right solutions that look different: each must get full marks.
# %% entropy: np.where with its warnings
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    nats = -np.where(p > 0, p * np.log(p), 0.0).sum()
    return nats if base is None else nats / np.log(base)
# %% entropy: loop with math
import math
def entropy(p, base=None):
    total = 0.0
    for x in p:
        if x > 0:
            total -= x * (math.log(x) if base is None else math.log(x, base))
    return total
# %% entropy: zeros replaced by ones
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    nats = p @ -np.log(np.where(p == 0, 1, p))
    return nats if base is None else nats / np.log(base)
# %% entropy: nansum
def entropy(p, base=None):
    p = np.array(p, dtype=float)
    with np.errstate(all="ignore"):
        nats = -np.nansum(p * np.log(p))
    return nats / (1 if base is None else np.log(base))
# %% entropy: nan_to_num and a print
def entropy(p, base=None):
    print("outcomes:", len(p))
    surprise = np.nan_to_num(-np.log(np.asarray(p, dtype=float)), posinf=0.0)
    mean = float(np.dot(p, surprise))
    if base:
        mean /= np.log(base)
    return mean
# %% entropy: a tiny epsilon
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    return -np.sum(p * np.log(p + 1e-300)) / np.log(np.e if base is None else base)
# %% entropy: a helper for one term
def term(x):
    return 0.0 if x == 0 else -x * np.log(x)
def entropy(p, base=None):
    return sum(map(term, p)) / np.log(np.exp(1) if base is None else base)
# %% entropy: in bits first
def entropy(p, base=None):
    bits = sum(x * np.log2(1 / x) for x in p if x)
    return bits * np.log(2) if base is None else bits / np.log2(base)
# %% entropy: np.log with where
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    logs = np.zeros_like(p)
    np.log(p, out=logs, where=p > 0)
    h = -(p * logs).sum(keepdims=False)
    return np.float64(h if base is None else h / np.log(base))
# %% entropy: product of powers
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    return -np.log(np.prod(p**p)) / (1.0 if base is None else np.log(base))
# %% entropy: sorted and masked
def entropy(p, base=None):
    p = np.sort(np.ravel(p).astype(float))
    p = p[np.flatnonzero(p)]
    h = -np.einsum("i,i->", p, np.log(p))
    return h if base is None else np.divide(h, np.log(base))
# %% entropy: a zero-dimensional array
def entropy(p, base=None):
    x = [float(v) for v in p if v != 0]
    return np.array(-np.sum(x * np.log(x)) / np.log(base or np.e))
# %% cross_entropy: loop with math
import math
def cross_entropy(p, q, base=None):
    total = 0.0
    for x, y in zip(p, q):
        if x == 0:
            continue
        if y == 0:
            return math.inf
        total -= x * math.log(y)
    return total if base is None else total / math.log(base)
# %% cross_entropy: np.where with its warnings
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    h = np.where(p > 0, -p * np.log(q), 0).sum()
    return h if base is None else h / np.log(base)
# %% cross_entropy: q replaced where p is nought
def cross_entropy(p, q, base=None):
    p = np.array(p, dtype=float)
    q = np.where(p == 0, 1.0, q)
    h = -p.dot(np.log(q))
    return h / np.log(np.e if base is None else base)
# %% cross_entropy: supports first
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    if np.any((p > 0) & (q == 0)):
        return np.inf
    both = (p > 0) & (q > 0)
    return float(-(p[both] * np.log(q[both])).sum() / (np.log(base) if base is not None else 1))
# %% cross_entropy: nan counted as nought
def cross_entropy(p, q, base=None):
    with np.errstate(all="ignore"):
        terms = -np.asarray(p, dtype=float) * np.log(np.asarray(q, dtype=float))
    terms[np.isnan(terms)] = 0
    return terms.sum() if base is None else terms.sum() / np.log(base)
# %% cross_entropy: generator
def cross_entropy(p, q, base=None):
    unit = 1.0 if base is None else np.log(base)
    return sum(x * (-np.log(y) / unit) for x, y in zip(p, q) if x > 0)
# %% cross_entropy: entropy plus divergence
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, float), np.asarray(q, float)
    m = p != 0
    h = -(p[m] * np.log(p[m])).sum()
    d = (p[m] * np.log(p[m] / q[m])).sum()
    return (h + d) / (np.log(base) if base else 1.0)
# %% cross_entropy: product of powers
def cross_entropy(p, q, base=None):
    h = -np.log(np.prod(np.power(np.asarray(q, float), np.asarray(p, float))))
    return h if base is None else h / np.log(base)
# %% cross_entropy: np.log with where
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    surprise = np.full(q.shape, np.inf)
    np.negative(np.log(q, where=q > 0, out=np.zeros_like(q)), out=surprise, where=q > 0)
    surprise[p == 0] = 0
    return p @ surprise if base is None else p @ surprise / np.log(base)
# %% cross_entropy: helper for the logarithm
def logarithm(x, base):
    if x == 0:
        return -np.inf
    return np.log(x) if base is None else np.log(x) / np.log(base)
def cross_entropy(p, q, base=None):
    out = 0
    for k in range(len(p)):
        if p[k]:
            out -= p[k] * logarithm(q[k], base)
    return out
# %% cross_entropy: expected value of the surprise
def cross_entropy(p, q, base=None):
    seen = np.nonzero(p)[0]
    surprise = -np.log(np.take(q, seen))
    return np.average(surprise, weights=np.take(p, seen)) / np.log(base or np.e)
# %% kl_divergence: the difference of the two
def kl_divergence(p, q, base=None):
    base = np.e if base is None else base
    return ce.information.cross_entropy(p, q, base=base) - ce.entropy(p, base=base)
# %% kl_divergence: loop with math
import math
def kl_divergence(p, q, base=None):
    total = 0
    for x, y in zip(p, q):
        if x > 0:
            total += math.inf if y == 0 else x * math.log(x / y)
    return total / (math.log(base) if base else 1)
# %% kl_divergence: np.where with its warnings
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    d = np.where(p > 0, p * np.log(p / q), 0).sum()
    return d if base is None else d / np.log(base)
# %% kl_divergence: masked ratio
def kl_divergence(p, q, base=None):
    p, q = np.array(p, dtype=float), np.array(q, dtype=float)
    q, p = q[p > 0], p[p > 0]
    with np.errstate(divide="ignore"):
        return (p * np.log(p / q)).sum() / (1 if base is None else np.log(base))
# %% kl_divergence: minus the logarithm of q over p
def kl_divergence(p, q, base=None):
    m = np.asarray(p) > 0
    p, q = np.asarray(p, float)[m], np.asarray(q, float)[m]
    d = -np.sum(p * np.log(q / p))
    return d if base is None else d / np.log(base)
# %% kl_divergence: supports first
def kl_divergence(p, q, base=None):
    if any(x > 0 and y == 0 for x, y in zip(p, q)):
        return float("inf")
    pairs = [(x, y) for x, y in zip(p, q) if x > 0]
    d = sum(x * (np.log(x) - np.log(y)) for x, y in pairs)
    return d if base is None else d / np.log(base)
# %% kl_divergence: sum with the extra terms that cancel
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    d = 0.0
    for x, y in zip(p, q):
        d += y if x == 0 else np.inf if y == 0 else x * np.log(x / y) - x + y
    return d if base is None else d / np.log(base)
# %% kl_divergence: nansum
def kl_divergence(p, q, base=None):
    with np.errstate(all="ignore"):
        d = np.nansum(np.asarray(p, float) * (np.log(p) - np.log(q)))
    return d if not base else d / np.log(base)
# %% kl_divergence: two vectors of surprise
def surprise(x):
    return -np.log(np.asarray(x, float))
def kl_divergence(p, q, base=None):
    excess = surprise(q) - surprise(p)
    excess[np.asarray(p) == 0] = 0
    return np.dot(p, excess) / np.log(np.e if base is None else base)
# %% kl_divergence: in bits first
def kl_divergence(p, q, base=None):
    bits = 0.0
    for x, y in zip(np.asarray(p, float), np.asarray(q, float)):
        if x:
            bits += x * (np.log2(x) - np.log2(y))
    return bits * np.log(2) if base is None else bits / np.log2(base)
# %% kl_divergence: a term at a time from the course
def kl_divergence(p, q, base=None):
    h, x = ce.entropy(p), ce.information.cross_entropy(p, q)
    return (x - h) / (1 if base is None else np.log(base))
# %% product_distribution: np.outer
def product_distribution(p1, p2):
    return np.outer(p1, p2)
# %% product_distribution: two loops
def product_distribution(p1, p2):
    table = np.zeros((len(p1), len(p2)))
    for i in range(len(p1)):
        for j in range(len(p2)):
            table[i, j] = p1[i] * p2[j]
    return table
# %% product_distribution: nested lists
def product_distribution(p1, p2):
    return [[x * y for y in p2] for x in p1]
# %% product_distribution: einsum
def product_distribution(p1, p2):
    return np.einsum("i,j->ij", p1, p2)
# %% product_distribution: multiply.outer
def product_distribution(p1, p2):
    return np.multiply.outer(np.asarray(p1), np.asarray(p2))
# %% product_distribution: column times row
def product_distribution(p1, p2):
    return np.asarray(p1).reshape(-1, 1) @ np.asarray(p2).reshape(1, -1)
# %% product_distribution: kron and reshape
def product_distribution(p1, p2):
    return np.kron(p1, p2).reshape(len(p1), len(p2))
# %% product_distribution: repeat and tile
def product_distribution(p1, p2):
    flat = np.repeat(p1, len(p2)) * np.tile(p2, len(p1))
    return flat.reshape(len(p1), -1)
# %% product_distribution: meshgrid
def product_distribution(p1, p2):
    a, b = np.meshgrid(p1, p2, indexing="ij")
    return a * b
# %% product_distribution: row by row
def product_distribution(p1, p2):
    return np.vstack([x * np.asarray(p2, dtype=float) for x in p1])
# %% product_distribution: sums of logarithms
def product_distribution(p1, p2):
    with np.errstate(divide="ignore"):
        return np.exp(np.add.outer(np.log(p1), np.log(p2)))
# %% product_distribution: tensordot
def product_distribution(p1, p2):
    return np.tensordot(np.array(p1), np.array(p2), axes=0)
# %% derivation: without reasons
derivation = """
-Sum(Sum(p[i]*r[j]*ln(q[i]*s[j]), j), i)
= -Sum(Sum(p[i]*r[j]*ln(q[i]) + p[i]*r[j]*ln(s[j]), j), i)
= -Sum(p[i]*ln(q[i])*Sum(r[j], j) + p[i]*Sum(r[j]*ln(s[j]), j), i)
= -Sum(p[i]*ln(q[i]), i) - Sum(p[i], i)*Sum(r[j]*ln(s[j]), j)
= -Sum(p[i]*ln(q[i]), i) - Sum(r[j]*ln(s[j]), j)
= crossentropy(p, q) + crossentropy(r, s)
"""
# %% derivation: the short way
derivation = """
-Sum(Sum(p[i]*r[j]*ln(q[i]*s[j]), j), i)
= -Sum(Sum(p[i]*r[j]*(ln(q[i]) + ln(s[j])), j), i)   ; logarithm of a product
= -Sum(p[i]*ln(q[i]), i) - Sum(r[j]*ln(s[j]), j)     ; split the sum; both sum to one
= crossentropy(p, q) + crossentropy(r, s)            ; definition of cross-entropy
"""
# %% derivation: the minus inside
derivation = """
-Sum(Sum(p[i]*r[j]*ln(q[i]*s[j]), j), i)
= Sum(Sum(-p[i]*r[j]*ln(q[i]*s[j]), j), i)
= Sum(Sum(-p[i]*r[j]*ln(q[i]) - p[i]*r[j]*ln(s[j]), j), i)
= Sum(Sum(-p[i]*r[j]*ln(q[i]), j), i) + Sum(Sum(-p[i]*r[j]*ln(s[j]), j), i)
= -Sum(p[i]*ln(q[i]), i) - Sum(r[j]*ln(s[j]), j)
= crossentropy(p, q) - Sum(r[j]*ln(s[j]), j)
= crossentropy(p, q) + crossentropy(r, s)
"""
# %% choice: a capital letter and a blank
answer = " B"
