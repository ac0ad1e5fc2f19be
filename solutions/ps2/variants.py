# Right solutions that look different: each must get full marks.
# %% sigmoid: two masks
def sigmoid(u):
    u = np.asarray(u, dtype=float)
    out = np.empty_like(u)
    right = u >= 0
    out[right] = 1 / (1 + np.exp(-u[right]))
    out[~right] = np.exp(u[~right]) / (1 + np.exp(u[~right]))
    return out
# %% sigmoid: logaddexp
def sigmoid(u):
    return np.exp(-np.logaddexp(0, np.negative(u)))
# %% sigmoid: loop with math
import math
def sigmoid(u):
    if np.ndim(u):
        return [sigmoid(x) for x in u]
    return 1 / (1 + math.exp(-u)) if u >= 0 else math.exp(u) / (1 + math.exp(u))
# %% sigmoid: np.vectorize
@np.vectorize
def sigmoid(u):
    e = np.exp(-abs(u))
    return 1 / (1 + e) if u >= 0 else e / (1 + e)
# %% sigmoid: clipped exponents
def sigmoid(u):
    u = np.asarray(u, dtype=float)
    left = np.exp(np.minimum(u, 0))
    right = np.exp(-np.maximum(u, 0))
    return left / (left + 1) * (u < 0) + 1 / (1 + right) * (u >= 0)
# %% sigmoid: np.select
def sigmoid(u):
    u = np.asarray(u, dtype=float)
    e = np.exp(-np.abs(u))
    return np.select([u > 0, u <= 0], [1 / (1 + e), e / (1 + e)])
# %% sigmoid: exp over a sum
def sigmoid(u):
    u = np.asarray(u, dtype=float)
    top = np.maximum(u, 0)
    return np.exp(u - top) / (np.exp(u - top) + np.exp(-top))
# %% sigmoid: helper function and a print
def stable(e, positive):
    return (1 if positive else e) / (1 + e)
def sigmoid(u):
    print("sigmoid of", np.shape(u))
    flat = [stable(float(np.exp(-abs(x))), x >= 0) for x in np.ravel(np.asarray(u, float))]
    return np.reshape(flat, np.shape(u))
# %% sigmoid: errors silenced, naive right, other form left
def sigmoid(u):
    u = np.asarray(u, dtype=float)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(u < 0, np.exp(u) / (1 + np.exp(u)), 1 / (1 + np.exp(-u)))
# %% sigmoid: flat iteration
def sigmoid(u):
    u = np.array(u, dtype=np.float64)
    for i, x in np.ndenumerate(u):
        e = np.exp(-abs(x))
        u[i] = 1 / (1 + e) if x >= 0 else e / (1 + e)
    return u
# %% logit: log of the odds
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.log(p / (1 - p))
# %% logit: with the warnings that come at the ends
def logit(p):
    p = np.asarray(p, dtype=float)
    return np.log(p / (1 - p))
# %% logit: difference of logarithms
def logit(p):
    p = np.asarray(p, dtype=float)
    return np.log(p) - np.log(1 - p)
# %% logit: minus the logarithm of one over p minus one
def logit(p):
    with np.errstate(divide="ignore"):
        return -np.log(1 / np.asarray(p, dtype=float) - 1)
# %% logit: inverse hyperbolic tangent
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.where(p < 0.1, np.log(p) - np.log1p(-p), 2 * np.arctanh(2 * p - 1))
# %% logit: loop
import math
def logit(p):
    if np.ndim(p):
        return [logit(q) for q in p]
    if p in (0, 1):
        return math.inf if p else -math.inf
    return math.log(p) - math.log1p(-p)
# %% logit: np.vectorize with cases
def one_logit(p):
    if p == 0:
        return -np.inf
    if p == 1:
        return np.inf
    return np.log(p / (1 - p))
logit = np.vectorize(one_logit, otypes=[float])
# %% logit: base 2 turned into base e
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return (np.log2(p) - np.log2(1 - p)) * np.log(2)
# %% logit: odds first
def odds(p):
    return np.divide(p, np.subtract(1.0, p))
def logit(p):
    with np.errstate(all="ignore"):
        return np.log(odds(np.asarray(p, dtype=float)))
# %% logit: symmetric halves
def logit(p):
    p = np.asarray(p, dtype=float)
    q = 1 - p
    with np.errstate(divide="ignore"):
        return np.where(p < q, np.log(p) - np.log1p(-p), np.log1p(-q) - np.log(q))
# %% log_sigmoid: logaddexp
def log_sigmoid(u):
    return -np.logaddexp(0.0, np.negative(u))
# %% log_sigmoid: two masks
def log_sigmoid(u):
    u = np.asarray(u, dtype=float)
    return np.where(u > 0, -np.log1p(np.exp(-np.abs(u))), u - np.log1p(np.exp(-np.abs(u))))
# %% log_sigmoid: loop
import math
def log_sigmoid(u):
    if np.ndim(u):
        return [log_sigmoid(x) for x in u]
    return -math.log1p(math.exp(-u)) if u > 0 else u - math.log1p(math.exp(u))
# %% log_sigmoid: softplus
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
def log_sigmoid(u):
    return -softplus(-np.asarray(u, dtype=float))
# %% log_sigmoid: np.vectorize
@np.vectorize
def log_sigmoid(u):
    return min(u, 0.0) - np.log1p(np.exp(-abs(u)))
# %% log_sigmoid: in place on a copy
def log_sigmoid(u):
    out = np.array(u, dtype=float)
    rest = np.log1p(np.exp(-np.abs(out)))
    np.minimum(out, 0, out=out)
    out -= rest
    return out
# %% log_sigmoid: logaddexp.reduce
def log_sigmoid(u):
    u = np.asarray(u, dtype=float)
    return -np.logaddexp.reduce(np.stack([np.zeros_like(u), -u]), axis=0)
# %% log_sigmoid: cases by sign
def log_sigmoid(u):
    u = np.asarray(u, dtype=float)
    out = np.zeros(u.shape)
    pos = u >= 0
    out[pos] = -np.log1p(np.exp(-u[pos]))
    out[~pos] = u[~pos] - np.log1p(np.exp(u[~pos]))
    return out
# %% log_sigmoid: half the difference
def log_sigmoid(u):
    u = np.asarray(u, dtype=float)
    return (u - np.abs(u)) / 2 - np.log1p(np.exp(-np.abs(u)))
# %% log_sigmoid: clip
def log_sigmoid(u):
    u = np.asarray(u, dtype=float)
    return np.clip(u, None, 0) - np.log1p(np.exp(-abs(u)))
# %% sigmoid_derivative: one exponential
def sigmoid_derivative(u):
    e = np.exp(-np.abs(np.asarray(u, dtype=float)))
    return e / (1 + e) ** 2
# %% sigmoid_derivative: product of two sigmoids
def sigmoid_derivative(u):
    return ce.sigmoid(u) * ce.sigmoid(np.negative(u))
# %% sigmoid_derivative: the small one of the two
def sigmoid_derivative(u):
    small = ce.sigmoid(-np.abs(np.asarray(u, dtype=float)))
    return small * (1 - small)
# %% sigmoid_derivative: loop
def sigmoid_derivative(u):
    if np.ndim(u):
        return [sigmoid_derivative(x) for x in u]
    return float(ce.sigmoid(float(u)) * ce.sigmoid(-float(u)))
# %% sigmoid_derivative: hyperbolic cosine
def sigmoid_derivative(u):
    u = np.minimum(np.abs(np.asarray(u, dtype=float)), 1400)
    return 0.25 / np.cosh(u / 2) ** 2 if np.max(u) < 700 else np.exp(-u) / (1 + np.exp(-u)) ** 2
# %% sigmoid_derivative: in logarithms
def sigmoid_derivative(u):
    u = np.asarray(u, dtype=float)
    return np.exp(-np.logaddexp(0, u) - np.logaddexp(0, -u))
# %% sigmoid_derivative: np.vectorize
@np.vectorize
def sigmoid_derivative(u):
    e = np.exp(-abs(u))
    return e / (1 + e) / (1 + e)
# %% sigmoid_derivative: own sigmoid inside
def sigmoid_derivative(u):
    def s(v):
        e = np.exp(-np.abs(v))
        return np.where(v >= 0, 1, e) / (1 + e)
    u = np.asarray(u, dtype=float)
    return s(u) * s(-u)
# %% sigmoid_derivative: with a warning on the way
def sigmoid_derivative(u):
    u = np.asarray(u, dtype=float)
    1 / (1 + np.exp(-u))
    return ce.sigmoid(u) * ce.sigmoid(-u)
# %% sigmoid_derivative: float32 would be too coarse, longdouble is fine
def sigmoid_derivative(u):
    e = np.exp(-np.abs(np.asarray(u, dtype=np.longdouble)))
    return (e / (1 + e) ** 2).astype(float)
# %% predict_proba: dot
def predict_proba(X, w, b):
    return ce.sigmoid(np.dot(X, w) + b)
# %% predict_proba: a loop over samples
def predict_proba(X, w, b):
    return [ce.sigmoid(sum(xk * wk for xk, wk in zip(x, w)) + b) for x in X]
# %% predict_proba: sum of products
def predict_proba(X, w, b):
    return ce.sigmoid((X * w).sum(axis=1) + b)
# %% predict_proba: einsum
def predict_proba(X, w, b):
    return ce.sigmoid(np.einsum("nd,d->n", X, w) + b)
# %% predict_proba: column, then flattened
def predict_proba(X, w, b):
    return ce.sigmoid((X @ w.reshape(-1, 1)).ravel() + b)
# %% predict_proba: a column of ones
def predict_proba(X, w, b):
    X1 = np.column_stack([X, np.ones(len(X))])
    return ce.sigmoid(X1 @ np.append(w, b))
# %% predict_proba: exp and log
def predict_proba(X, w, b):
    return np.exp(-np.logaddexp(0, -(X @ w + b)))
# %% predict_proba: one minus the other class
def predict_proba(X, w, b):
    return 1 - ce.sigmoid(-(X @ w + b))
# %% predict_proba: own formula
def predict_proba(X, w, b):
    return 1 / (1 + np.exp(-(X @ w + b)))
# %% predict_proba: list of floats
def predict_proba(X, w, b):
    return ce.sigmoid(X @ w + b).tolist()
# %% derivation: the long way
derivation = """
D(sigma(u), u)
= D(1/(1 + exp(-u)), u)
= -1/(1 + exp(-u))**2 * exp(-u)*(-1)
= exp(-u)/(1 + exp(-u)) * 1/(1 + exp(-u))
= exp(-u)/(1 + exp(-u)) * sigma(u)
= (1 - sigma(u))*sigma(u)
= sigma(u)*(1 - sigma(u))
"""
# %% derivation: with reasons
derivation = """
D(sigma(u), u)
= D(1/(1 + exp(-u)), u)           ; definition of the sigmoid
= exp(-u)/(1 + exp(-u))**2        ; chain rule
= sigma(u)*(1 - sigma(u))         ; split the fraction
"""
