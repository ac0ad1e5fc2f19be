# Right solutions that look different: each must get full marks.
# %% bernoulli_pmf: sum form
def bernoulli_pmf(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return s * y + (1 - s) * (1 - y)
# %% bernoulli_pmf: np.where
def bernoulli_pmf(y, s):
    s = np.asarray(s, dtype=float)
    return np.where(np.asarray(y) == 1, s, 1 - s)
# %% bernoulli_pmf: recursion over lists
def bernoulli_pmf(y, s):
    if np.ndim(y):
        return [bernoulli_pmf(a, b) for a, b in zip(y, s)]
    return s if y == 1 else 1 - s
# %% bernoulli_pmf: np.vectorize
@np.vectorize
def bernoulli_pmf(y, s):
    if y:
        return float(s)
    return 1.0 - s
# %% bernoulli_pmf: distance from the other label
def bernoulli_pmf(y, s):
    return np.abs(1 - np.asarray(y) - np.asarray(s, dtype=float))
# %% bernoulli_pmf: mask
def bernoulli_pmf(y, s):
    out = np.array(s, dtype=float)
    zeros = np.asarray(y) == 0
    out[zeros] = 1 - out[zeros]
    return out
# %% bernoulli_pmf: np.power
def bernoulli_pmf(y, s):
    y = np.array(y)
    s = np.array(s, dtype=float)
    return np.power(s, y) * np.power(1 - s, 1 - y)
# %% bernoulli_pmf: np.choose
def bernoulli_pmf(y, s):
    s = np.asarray(s, dtype=float)
    return np.choose(np.asarray(y, dtype=int), [1 - s, s])
# %% bernoulli_pmf: table of both classes
def bernoulli_pmf(y, s):
    s = np.asarray(s, dtype=float)
    table = np.stack([1 - s, s], axis=-1)
    index = np.asarray(y, dtype=int)[..., None]
    return np.take_along_axis(table, index, axis=-1)[..., 0]
# %% bernoulli_pmf: truth values and a print
def bernoulli_pmf(y, s):
    print("labels:", y)
    y = np.asarray(y, dtype=bool)
    return y * np.asarray(s) + ~y * np.subtract(1, s)
# %% bernoulli_pmf: linear in s
def bernoulli_pmf(y, s):
    y = np.asarray(y, dtype=float)
    return (1 - y) + (2 * y - 1) * np.asarray(s)
# %% likelihood: loop
def likelihood(y, s):
    p = 1.0
    for a, b in zip(y, s):
        p *= b if a == 1 else 1 - b
    return p
# %% likelihood: math.prod
import math
def likelihood(y, s):
    return math.prod(q if label else 1 - q for label, q in zip(y, s))
# %% likelihood: np.multiply.reduce
def likelihood(y, s):
    return np.multiply.reduce(bernoulli_pmf(y, s))
# %% likelihood: np.where
def likelihood(y, s):
    s = np.asarray(s, dtype=float)
    return np.where(np.asarray(y) == 1, s, 1 - s).prod()
# %% likelihood: own function of part 1
def likelihood(y, s):
    return np.prod(bernoulli_pmf(y, s))
# %% likelihood: exponential of the log-likelihood
def likelihood(y, s):
    return np.exp(np.sum(np.log(bernoulli_pmf(y, s))))
# %% likelihood: product of the ones times product of the zeros
def likelihood(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return np.prod(s[y == 1]) * np.prod(1 - s[y == 0])
# %% likelihood: functools.reduce
from functools import reduce
def likelihood(y, s):
    return reduce(lambda p, q: p * q, bernoulli_pmf(y, s), 1.0)
# %% likelihood: recursion
def likelihood(y, s):
    if len(y) == 0:
        return 1.0
    return (s[0] if y[0] else 1 - s[0]) * likelihood(y[1:], s[1:])
# %% likelihood: cumulative product
def likelihood(y, s):
    return np.cumprod(bernoulli_pmf(y, s))[-1]
# %% likelihood: zero-dimensional array
def likelihood(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return np.asarray(np.prod(s**y * (1 - s) ** (1 - y)))
# %% negative_log_likelihood: loop
import math
def negative_log_likelihood(y, s):
    total = 0.0
    for a, b in zip(y, s):
        total -= math.log(b) if a == 1 else math.log(1 - b)
    return total
# %% negative_log_likelihood: math.fsum
import math
def negative_log_likelihood(y, s):
    return -math.fsum(math.log(p) for p in bernoulli_pmf(y, s))
# %% negative_log_likelihood: the switch
def negative_log_likelihood(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return np.sum(-y * np.log(s) - (1 - y) * np.log(1 - s))
# %% negative_log_likelihood: inner products
def negative_log_likelihood(y, s):
    y, s = np.asarray(y, dtype=float), np.asarray(s, dtype=float)
    return -(y @ np.log(s)) - (1 - y) @ np.log1p(-s)
# %% negative_log_likelihood: mean times n
def negative_log_likelihood(y, s):
    return len(y) * np.mean(-np.log(bernoulli_pmf(y, s)))
# %% negative_log_likelihood: base 2 turned into base e
def negative_log_likelihood(y, s):
    return -np.log2(bernoulli_pmf(y, s)).sum() * np.log(2)
# %% negative_log_likelihood: products of short pieces
def negative_log_likelihood(y, s):
    p = np.asarray(bernoulli_pmf(y, s))
    pieces = [np.prod(p[k : k + 20]) for k in range(0, len(p), 20)]
    return -np.sum(np.log(pieces))
# %% negative_log_likelihood: logarithm of one over p
def negative_log_likelihood(y, s):
    return np.sum(np.log(1 / bernoulli_pmf(y, s)))
# %% negative_log_likelihood: ones and zeros apart
def negative_log_likelihood(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return -(np.log(s[y == 1]).sum() + np.log(1 - s[y == 0]).sum())
# %% negative_log_likelihood: own function of part 1
def negative_log_likelihood(y, s):
    return -sum(np.log(bernoulli_pmf(a, b)) for a, b in zip(y, s))
# %% negative_log_likelihood: einsum
def negative_log_likelihood(y, s):
    y, s = np.asarray(y, dtype=float), np.asarray(s, dtype=float)
    logs = np.log(np.stack([1 - s, s]))
    return -np.einsum("cn,cn->", np.stack([1 - y, y]), logs)
# %% binary_cross_entropy: np.where
def binary_cross_entropy(y, s):
    s = np.asarray(s, dtype=float)
    return -np.log(np.where(np.asarray(y) == 1, s, 1 - s))
# %% binary_cross_entropy: list comprehension
import math
def binary_cross_entropy(y, s):
    return [-math.log(q) if label == 1 else -math.log(1 - q) for label, q in zip(y, s)]
# %% binary_cross_entropy: log1p
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return -(y * np.log(s) + (1 - y) * np.log1p(-s))
# %% binary_cross_entropy: clipped
def binary_cross_entropy(y, s):
    y = np.asarray(y)
    s = np.clip(np.asarray(s, dtype=float), 1e-12, 1 - 1e-12)
    return -y * np.log(s) - (1 - y) * np.log(1 - s)
# %% binary_cross_entropy: epsilon in the logarithm
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    eps = 1e-12
    return -y * np.log(s + eps) - (1 - y) * np.log(1 - s + eps)
# %% binary_cross_entropy: masks
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    out = np.empty(len(s))
    out[y == 1] = -np.log(s[y == 1])
    out[y == 0] = -np.log(1 - s[y == 0])
    return out
# %% binary_cross_entropy: absolute difference
def binary_cross_entropy(y, s):
    return -np.log(1 - np.abs(np.asarray(y) - np.asarray(s, dtype=float)))
# %% binary_cross_entropy: through the logit
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    z = np.log(s) - np.log1p(-s)
    return np.logaddexp(0, np.where(y == 1, -z, z))
# %% binary_cross_entropy: own function of part 1
def binary_cross_entropy(y, s):
    return -np.log(bernoulli_pmf(y, s))
# %% binary_cross_entropy: loop into a new array, with a helper
def one_loss(label, q):
    return -np.log(q if label else 1.0 - q)
def binary_cross_entropy(y, s):
    losses = np.zeros(len(y))
    for k in range(len(y)):
        losses[k] = one_loss(y[k], s[k])
    return losses
# %% binary_cross_entropy: logarithm of the inverse
def binary_cross_entropy(y, s):
    y, s = np.asarray(y, dtype=float), np.asarray(s, dtype=float)
    return y * np.log(1 / s) + (1 - y) * np.log(1 / (1 - s))
# %% binary_cross_entropy: map
import math
def binary_cross_entropy(y, s):
    return list(map(lambda a, b: -a * math.log(b) - (1 - a) * math.log(1 - b), y, s))
# %% binary_cross_entropy_with_logits: logaddexp of the signed score
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    return np.logaddexp(0, (1 - 2 * y) * z)
# %% binary_cross_entropy_with_logits: both branches switched
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    return y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)
# %% binary_cross_entropy_with_logits: max minus product plus tail
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))
# %% binary_cross_entropy_with_logits: loop with math
import math
def binary_cross_entropy_with_logits(y, z):
    out = []
    for label, score in zip(y, z):
        u = score if label == 1 else -score
        out.append(math.log1p(math.exp(-u)) if u > 0 else -u + math.log1p(math.exp(u)))
    return out
# %% binary_cross_entropy_with_logits: softplus helper
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
def binary_cross_entropy_with_logits(y, z):
    z = np.asarray(z, dtype=float)
    return np.where(np.asarray(y) == 1, softplus(-z), softplus(z))
# %% binary_cross_entropy_with_logits: own log-sigmoid
def my_log_sigmoid(u):
    return np.minimum(u, 0) - np.log1p(np.exp(-np.abs(u)))
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    return -y * my_log_sigmoid(z) - (1 - y) * my_log_sigmoid(-z)
# %% binary_cross_entropy_with_logits: masks
def binary_cross_entropy_with_logits(y, z):
    u = np.where(np.asarray(y) == 1, z, np.negative(z)).astype(float)
    out = np.empty(u.shape)
    good = u >= 0
    out[good] = np.log1p(np.exp(-u[good]))
    out[~good] = np.log1p(np.exp(u[~good])) - u[~good]
    return out
# %% binary_cross_entropy_with_logits: np.vectorize
@np.vectorize
def binary_cross_entropy_with_logits(y, z):
    u = -z if y == 1 else z
    return max(float(u), 0.0) + np.log1p(np.exp(-abs(u)))
# %% binary_cross_entropy_with_logits: logaddexp.reduce
def binary_cross_entropy_with_logits(y, z):
    u = np.where(np.asarray(y) == 1, np.negative(z), z).astype(float)
    return np.logaddexp.reduce([np.zeros_like(u), u], axis=0)
# %% binary_cross_entropy_with_logits: half of absolute value and signed score
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    u = (1 - 2 * y) * z
    return (np.abs(u) + u) / 2 + np.log1p(np.exp(-np.abs(u)))
# %% binary_cross_entropy_with_logits: log-sum-exp by hand
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    scores = np.stack([np.zeros_like(z), np.where(y == 1, -z, z)])
    top = scores.max(axis=0)
    return top + np.log1p(np.exp(scores.min(axis=0) - top))
# %% bce_gradient: loops
import math
def bce_gradient(X, y, w, b):
    n, d = len(X), len(w)
    grad_w, grad_b = [0.0] * d, 0.0
    for x, label in zip(X, y):
        score = sum(a * c for a, c in zip(x, w)) + b
        residual = 1 / (1 + math.exp(-score)) - label
        for j in range(d):
            grad_w[j] += residual * x[j] / n
        grad_b += residual / n
    return grad_w, grad_b
# %% bce_gradient: mean over the rows
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return np.mean(r[:, None] * X, axis=0), np.mean(r)
# %% bce_gradient: residual from the left
def bce_gradient(X, y, w, b):
    r = (ce.sigmoid(np.dot(X, w) + b) - y) / len(y)
    return r @ np.asarray(X), r.sum()
# %% bce_gradient: a column of ones
def bce_gradient(X, y, w, b):
    X1 = np.column_stack([X, np.ones(len(y))])
    g = X1.T @ (ce.sigmoid(X1 @ np.append(w, b)) - y) / len(y)
    return g[:-1], g[-1]
# %% bce_gradient: einsum
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(np.einsum("nd,d->n", X, w) + b) - np.asarray(y)
    return np.einsum("n,nd->d", r, X) / len(r), np.einsum("n->", r) / len(r)
# %% bce_gradient: label minus prediction, with a minus
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    error = np.asarray(y) - ce.sigmoid(X @ np.asarray(w) + b)
    return -X.T @ error / len(error), -error.mean()
# %% bce_gradient: columns
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid((X * np.asarray(w)).sum(axis=1) + b).reshape(-1, 1) - np.reshape(y, (-1, 1))
    return (X.T @ r / len(r)).ravel(), float(r.mean())
# %% bce_gradient: signs of the labels
def bce_gradient(X, y, w, b):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    t = 2 * y - 1
    pull = -t * ce.sigmoid(-t * (X @ np.asarray(w, dtype=float) + b))
    return X.T @ pull / len(y), pull.sum() / len(y)
# %% bce_gradient: own sigmoid, list of two
def my_sigmoid(u):
    return 1 / (1 + np.exp(-u))
def bce_gradient(X, y, w, b):
    X = np.array(X, dtype=float)
    r = my_sigmoid(X.dot(w) + b) - np.array(y)
    return [np.average(X, axis=0, weights=None) * 0 + X.T.dot(r) / len(X), np.average(r)]
# %% bce_gradient: np.average and outer differences
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    s = ce.sigmoid(X @ np.asarray(w) + b)
    y = np.asarray(y)
    return (X.T @ s - X.T @ y) / len(y), s.mean() - y.mean()
# %% bce_gradient: residuals by class
def bce_gradient(X, y, w, b):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    s = ce.sigmoid(X @ np.asarray(w, dtype=float) + b)
    r = np.where(y == 1, s - 1, s)
    return sum(a * x for a, x in zip(r, X)) / len(r), sum(r) / len(r)
# %% fit_logistic_regression: own gradient of part 6
def fit_logistic_regression(X, y, learning_rate, steps):
    w, b = np.zeros(np.shape(X)[1]), 0.0
    for _ in range(steps):
        grad_w, grad_b = bce_gradient(X, y, w, b)
        w = w - learning_rate * grad_w
        b = b - learning_rate * grad_b
    return w, b
# %% fit_logistic_regression: in place
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.array(X, dtype=float), np.array(y, dtype=float)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        r = ce.sigmoid(X @ w + b) - y
        w -= learning_rate * X.T @ r / len(y)
        b -= learning_rate * r.sum() / len(y)
    return w, b
# %% fit_logistic_regression: a column of ones
def fit_logistic_regression(X, y, learning_rate, steps):
    X1 = np.column_stack([X, np.ones(len(y))])
    v = np.zeros(X1.shape[1])
    for _ in range(steps):
        v = v - learning_rate * X1.T @ (ce.sigmoid(X1 @ v) - y) / len(y)
    return v[:-1], v[-1]
# %% fit_logistic_regression: while loop
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b, done = np.zeros(X.shape[1]), 0.0, 0
    while done < steps:
        r = ce.sigmoid(X @ w + b) - y
        w, b = w - learning_rate * r @ X / len(r), b - learning_rate * r.mean()
        done += 1
    return w, b
# %% fit_logistic_regression: pure Python
import math
def fit_logistic_regression(X, y, learning_rate, steps):
    n, d = len(X), len(X[0])
    w, b = [0.0] * d, 0.0
    for _ in range(steps):
        r = [1 / (1 + math.exp(-sum(a * c for a, c in zip(x, w)) - b)) - t for x, t in zip(X, y)]
        w = [w[j] - learning_rate / n * sum(r[i] * X[i][j] for i in range(n)) for j in range(d)]
        b -= learning_rate / n * sum(r)
    return w, b
# %% fit_logistic_regression: recursion
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    if steps == 0:
        return np.zeros(X.shape[1]), 0.0
    w, b = fit_logistic_regression(X, y, learning_rate, steps - 1)
    r = ce.sigmoid(X @ w + b) - y
    return w - learning_rate * (X.T @ r) / len(y), b - learning_rate * r.mean()
# %% fit_logistic_regression: matrices as columns
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float).reshape(-1, 1)
    w, b = np.zeros((X.shape[1], 1)), 0.0
    for _ in range(steps):
        r = ce.sigmoid(X @ w + b) - y
        w = w - learning_rate * (X.T @ r) / len(y)
        b = b - learning_rate * r.mean()
    return w.ravel(), b
# %% fit_logistic_regression: uphill on the log-likelihood
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        missing = y - ce.sigmoid(X @ w + b)
        w = w + learning_rate * (X * missing[:, None]).mean(axis=0)
        b = b + learning_rate * missing.mean()
    return w, b
# %% fit_logistic_regression: prints its loss and keeps a history
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b, history = np.zeros(X.shape[1]), np.float64(0), []
    for k in range(steps):
        s = ce.sigmoid(X @ w + b)
        history.append(-np.mean(np.where(y == 1, np.log(s), np.log(1 - s))))
        if k % 100 == 0:
            print(k, history[-1])
        w = w - learning_rate * X.T @ (s - y) / len(y)
        b = b - learning_rate * np.mean(s - y)
    return w, b
# %% fit_logistic_regression: helper for one step, tuple of list and number
def one_step(X, y, v, rate):
    w, b = v
    r = (1 / (1 + np.exp(-(X @ w + b))) - y) / len(y)
    return w - rate * X.T @ r, b - rate * np.sum(r)
def fit_logistic_regression(X, y, learning_rate, steps):
    v = np.zeros(np.shape(X)[1]), 0.0
    for _ in range(steps):
        v = one_step(np.asarray(X, float), np.asarray(y), v, learning_rate)
    return [list(v[0]), float(v[1])]
# %% derivation: chain rule
derivation = """
D(bce(y, sigma(z)), z)
= D(-y*ln(sigma(z)) - (1 - y)*ln(1 - sigma(z)), z)      ; definition of the loss
= (-y/sigma(z) + (1 - y)/(1 - sigma(z)))*sigma(z)*(1 - sigma(z))      ; chain rule
= -y*(1 - sigma(z)) + (1 - y)*sigma(z)      ; cancel
= sigma(z) - y      ; expand
"""
# %% derivation: without reasons
derivation = """
D(bce(y, sigma(z)), z)
= D(ln(1 + exp(z)) - y*z, z)
= exp(z)/(1 + exp(z)) - y
= sigma(z) - y
"""
# %% derivation: both branches
derivation = """
D(bce(y, sigma(z)), z)
= D(y*ln(1 + exp(-z)) + (1 - y)*ln(1 + exp(z)), z)
= y*(-exp(-z)/(1 + exp(-z))) + (1 - y)*exp(z)/(1 + exp(z))
= -y*(1 - sigma(z)) + (1 - y)*sigma(z)
= sigma(z) - y
"""
# %% choice: a capital letter
answer = " C "
