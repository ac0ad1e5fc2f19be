# Right solutions that look different: each must get full marks.
# %% one_hot: rows of the identity
def one_hot(y, num_classes):
    return np.eye(num_classes)[np.asarray(y)]
# %% one_hot: comparison
def one_hot(y, num_classes):
    return np.asarray(y)[:, None] == np.arange(num_classes)
# %% one_hot: two loops
def one_hot(y, num_classes):
    table = []
    for c in y:
        table.append([1 if k == c else 0 for k in range(num_classes)])
    return table
# %% one_hot: one loop over rows
def one_hot(y, num_classes):
    out = np.zeros((len(y), num_classes), dtype=int)
    for i, c in enumerate(y):
        out[i, c] = 1
    return out
# %% one_hot: put_along_axis
def one_hot(y, num_classes):
    out = np.zeros((len(y), num_classes))
    np.put_along_axis(out, np.asarray(y)[:, None], 1, axis=1)
    return out
# %% one_hot: column by column
def one_hot(y, num_classes):
    return np.stack([(np.asarray(y) == k).astype(float) for k in range(num_classes)], axis=1)
# %% one_hot: flat index
def one_hot(y, num_classes):
    out = np.zeros(len(y) * num_classes)
    out[np.arange(len(y)) * num_classes + np.asarray(y)] = 1
    return out.reshape(-1, num_classes)
# %% one_hot: np.take
def one_hot(y, num_classes):
    return np.take(np.identity(num_classes, dtype=np.float32), y, axis=0)
# %% one_hot: list multiplication
def one_hot(y, num_classes):
    return [[0.0] * c + [1.0] + [0.0] * (num_classes - c - 1) for c in y]
# %% one_hot: outer difference
def one_hot(y, num_classes):
    return (np.subtract.outer(np.asarray(y), np.arange(num_classes)) == 0) * 1.0
# %% softmax: keepdims
def softmax(z):
    z = np.array(z, dtype=float)
    z -= np.max(z, axis=-1, keepdims=True)
    np.exp(z, out=z)
    z /= np.sum(z, axis=-1, keepdims=True)
    return z
# %% softmax: newaxis
def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1)[..., np.newaxis])
    return e / np.sum(e, axis=-1)[..., np.newaxis]
# %% softmax: transposed
def softmax(z):
    zt = np.asarray(z, dtype=float).T
    e = np.exp(zt - zt.max(axis=0))
    return (e / e.sum(axis=0)).T
# %% softmax: loop with math
import math
def softmax(z):
    if np.ndim(z) > 1:
        return [softmax(row) for row in z]
    m = max(z)
    e = [math.exp(v - m) for v in z]
    return [v / sum(e) for v in e]
# %% softmax: apply_along_axis
def softmax(z):
    def one(v):
        e = np.exp(v - v.max())
        return e / e.sum()
    return np.apply_along_axis(one, -1, np.asarray(z, dtype=float))
# %% softmax: logaddexp
def softmax(z):
    z = np.asarray(z, dtype=float)
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))
# %% softmax: all differences
def softmax(z):
    z = np.asarray(z, dtype=float)
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[..., None, :] - z[..., :, None]).sum(axis=-1)
# %% softmax: atleast_2d and a print
def softmax(z):
    rows = np.atleast_2d(np.asarray(z, dtype=float))
    print("samples:", len(rows))
    e = np.exp(rows - rows.max(1, keepdims=True))
    return (e / e.sum(1, keepdims=True)).reshape(np.shape(z))
# %% softmax: einsum
def softmax(z):
    z = np.asarray(z, dtype=np.float64)
    e = np.exp(z - np.amax(z, axis=-1, keepdims=True))
    return np.einsum("...i,...->...i", e, 1 / np.einsum("...i->...", e))
# %% softmax: log first
def softmax(z):
    z = np.asarray(z, dtype=float)
    m = z.max(axis=-1, keepdims=True)
    return np.exp(z - m - np.log(np.exp(z - m).sum(axis=-1, keepdims=True)))
# %% softmax: rows filled one by one
def softmax(z):
    z = np.asarray(z, dtype=float)
    out = np.empty_like(z)
    for i in np.ndindex(z.shape[:-1]):
        e = np.exp(z[i] - z[i].max())
        out[i] = e / e.sum()
    return out
# %% log_softmax: logaddexp
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    return z - np.logaddexp.reduce(z, axis=-1, keepdims=True)
# %% log_softmax: shift and back
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    m = z.max(axis=-1, keepdims=True)
    lse = m + np.log(np.sum(np.exp(z - m), axis=-1, keepdims=True))
    return z - lse
# %% log_softmax: loop with math
import math
def log_softmax(z):
    if np.ndim(z) > 1:
        return [log_softmax(row) for row in z]
    m = max(z)
    total = sum(math.exp(v - m) for v in z)
    return [v - m - math.log(total) for v in z]
# %% log_softmax: a helper for log-sum-exp
def log_sum_exp(v):
    m = np.max(v)
    return m + np.log(np.sum(np.exp(v - m)))
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    if z.ndim == 1:
        return z - log_sum_exp(z)
    return np.array([v - log_sum_exp(v) for v in z])
# %% log_softmax: apply_along_axis
def log_softmax(z):
    return np.apply_along_axis(
        lambda v: v - v.max() - np.log(np.exp(v - v.max()).sum()), -1, np.asarray(z, float)
    )
# %% log_softmax: log1p of the others
def log_softmax(z):
    rows = np.atleast_2d(np.asarray(z, float))
    out = np.empty_like(rows)
    for r, v in enumerate(rows):
        top = int(np.argmax(v))
        others = np.delete(np.exp(v - v[top]), top)
        out[r] = v - v[top] - np.log1p(others.sum())
    return out.reshape(np.shape(z))
# %% log_softmax: all differences
def log_softmax(z):
    z = np.asarray(z, float)
    gaps = z[..., None, :] - z[..., :, None]
    m = gaps.max(-1)
    return -(m + np.log(np.exp(gaps - m[..., None]).sum(-1)))
# %% log_softmax: in place on a copy
def log_softmax(z):
    out = np.array(z, dtype=float)
    out -= out.max(-1, keepdims=True)
    out -= np.log(np.exp(out).sum(-1, keepdims=True))
    return out
# %% log_softmax: transposed
def log_softmax(z):
    zt = np.asarray(z, float).T
    zt = zt - zt.max(axis=0)
    return (zt - np.log(np.exp(zt).sum(axis=0))).T
# %% log_softmax: logaddexp in a loop
def log_softmax(z):
    z = np.asarray(z, float)
    total = z[..., 0]
    for k in range(1, z.shape[-1]):
        total = np.logaddexp(total, z[..., k])
    return z - total[..., None]
# %% log_softmax: logarithm of the larger, difference of the rest
def log_softmax(z):
    z = np.asarray(z, float)
    p = ce.softmax(z)
    best = z.max(-1, keepdims=True)
    return z - best + np.log(p.max(-1, keepdims=True))
# %% softmax_jacobian: two loops
def softmax_jacobian(z):
    p = ce.softmax(np.asarray(z, dtype=float))
    J = np.zeros((len(p), len(p)))
    for i in range(len(p)):
        for j in range(len(p)):
            J[i, j] = p[i] * ((i == j) - p[j])
    return J
# %% softmax_jacobian: broadcasting
def softmax_jacobian(z):
    p = ce.softmax(z)
    return p[:, None] * (np.eye(p.size) - p[None, :])
# %% softmax_jacobian: the other index
def softmax_jacobian(z):
    p = ce.softmax(z)
    return p * (np.eye(p.size) - p[:, None])
# %% softmax_jacobian: two cases
def softmax_jacobian(z):
    p = [float(v) for v in ce.softmax(z)]
    n = len(p)
    return [[p[i] * (1 - p[i]) if i == j else -p[i] * p[j] for j in range(n)] for i in range(n)]
# %% softmax_jacobian: diagonal filled in
def softmax_jacobian(z):
    p = ce.softmax(z)
    J = -np.outer(p, p)
    np.fill_diagonal(J, p * (1 - p))
    return J
# %% softmax_jacobian: diagonal from the rows
def softmax_jacobian(z):
    p = ce.softmax(z)
    J = -np.multiply.outer(p, p)
    J[np.diag_indices(len(p))] = 0
    return J - np.diag(J.sum(axis=1))
# %% softmax_jacobian: matrix product
def softmax_jacobian(z):
    p = np.asarray(ce.softmax(z)).reshape(-1, 1)
    return np.diagflat(p) - p @ p.T
# %% softmax_jacobian: einsum
def softmax_jacobian(z):
    p = ce.softmax(z)
    return np.einsum("i,ij->ij", p, np.eye(len(p))) - np.einsum("i,j->ij", p, p)
# %% softmax_jacobian: own softmax, quotient rule
def softmax_jacobian(z):
    z = np.asarray(z, float)
    e = np.exp(z - z.max())
    S = e.sum()
    return (np.diag(e) * S - np.outer(e, e)) / S**2
# %% softmax_jacobian: exponential of the logarithm
def softmax_jacobian(z):
    p = np.exp(ce.log_softmax(z))
    rows = [p[i] * (np.eye(len(p))[i] - p) for i in range(len(p))]
    return np.stack(rows)
# %% softmax_jacobian: complex step
def softmax_jacobian(z):
    z = np.asarray(z, dtype=complex)
    columns = []
    for j in range(len(z)):
        w = z.copy()
        w[j] += 1e-30j
        e = np.exp(w - w.real.max())
        columns.append((e / e.sum()).imag / 1e-30)
    return np.column_stack(columns)
# %% cross_entropy: loop with math
import math
def cross_entropy(y, p):
    return [-math.log(row[c]) for c, row in zip(y, p)]
# %% cross_entropy: one-hot and a sum
def cross_entropy(y, p):
    p = np.asarray(p)
    return -(ce.one_hot(y, p.shape[1]) * np.log(p)).sum(axis=1)
# %% cross_entropy: take_along_axis
def cross_entropy(y, p):
    picked = np.take_along_axis(np.asarray(p), np.asarray(y)[:, None], axis=1)
    return -np.log(picked[:, 0])
# %% cross_entropy: tiny epsilon
def cross_entropy(y, p):
    p = np.clip(p, 1e-15, 1.0)
    return -np.log(p)[np.arange(len(y)), y]
# %% cross_entropy: diagonal
def cross_entropy(y, p):
    return -np.log(np.diag(np.asarray(p)[:, y]))
# %% cross_entropy: logarithm of one over p
def cross_entropy(y, p):
    out = np.zeros(len(y))
    for i in range(len(y)):
        out[i] = np.log(1 / p[i][y[i]])
    return out
# %% cross_entropy: product of powers
def cross_entropy(y, p):
    p = np.asarray(p)
    return -np.log(np.prod(p ** ce.one_hot(y, p.shape[1]), axis=1))
# %% cross_entropy: einsum
def cross_entropy(y, p):
    Y = np.eye(np.shape(p)[1])[np.asarray(y)]
    return -np.einsum("nk,nk->n", Y, np.log(p))
# %% cross_entropy: mask
def cross_entropy(y, p):
    p = np.asarray(p)
    return -np.log(p[np.asarray(y)[:, None] == np.arange(p.shape[1])])
# %% cross_entropy: base 2 turned into nats
def cross_entropy(y, p):
    return np.array([-np.log2(row[c]) * np.log(2) for c, row in zip(y, np.asarray(p))])
# %% cross_entropy: flat index
def cross_entropy(y, p):
    p = np.asarray(p)
    return -np.log(p.ravel()[np.arange(p.shape[0]) * p.shape[1] + np.asarray(y)])
# %% cross_entropy_with_logits: log-sum-exp by hand
def cross_entropy_with_logits(y, z):
    z = np.asarray(z, dtype=float)
    m = z.max(axis=1)
    lse = m + np.log(np.exp(z - m[:, None]).sum(axis=1))
    return lse - z[np.arange(len(z)), y]
# %% cross_entropy_with_logits: logaddexp
def cross_entropy_with_logits(y, z):
    return np.logaddexp.reduce(z, axis=1) - np.asarray(z)[range(len(z)), y]
# %% cross_entropy_with_logits: loop with math
import math
def cross_entropy_with_logits(y, z):
    out = []
    for c, row in zip(y, z):
        m = max(row)
        out.append(m - row[c] + math.log(sum(math.exp(v - m) for v in row)))
    return out
# %% cross_entropy_with_logits: one-hot and a sum
def cross_entropy_with_logits(y, z):
    z = np.asarray(z)
    return -(ce.one_hot(y, z.shape[1]) * ce.log_softmax(z)).sum(axis=1)
# %% cross_entropy_with_logits: gaps to the label
def cross_entropy_with_logits(y, z):
    z = np.asarray(z, float)
    gaps = z - z[np.arange(len(z)), y][:, None]
    m = gaps.max(axis=1)
    return m + np.log(np.exp(gaps - m[:, None]).sum(axis=1))
# %% cross_entropy_with_logits: take_along_axis
def cross_entropy_with_logits(y, z):
    return -np.take_along_axis(ce.log_softmax(z), np.asarray(y).reshape(-1, 1), 1).ravel()
# %% cross_entropy_with_logits: row by row
def cross_entropy_with_logits(y, z):
    return np.array([-ce.log_softmax(row)[c] for c, row in zip(y, z)])
# %% cross_entropy_with_logits: logaddexp from class to class
def cross_entropy_with_logits(y, z):
    z = np.asarray(z, dtype=float)
    lse = np.array([np.logaddexp.reduce(row) for row in z])
    return lse - z[np.arange(len(y)), np.asarray(y)]
# %% cross_entropy_with_logits: einsum
def cross_entropy_with_logits(y, z):
    return -np.einsum("nk,nk->n", np.eye(np.shape(z)[1])[np.asarray(y)], ce.log_softmax(z))
# %% cross_entropy_with_logits: log1p of the others
def cross_entropy_with_logits(y, z):
    out = []
    for c, row in zip(y, np.asarray(z, float)):
        others = np.delete(row, c) - row[c]
        m = max(others.max(), 0.0)
        out.append(m + np.log(np.exp(-m) + np.exp(others - m).sum()))
    return np.array(out)
# %% cross_entropy_with_logits: mask
def cross_entropy_with_logits(y, z):
    log_p = ce.log_softmax(z)
    return -log_p[np.arange(log_p.shape[1])[None, :] == np.array(y)[:, None]]
# %% cross_entropy_gradient: subtract one at the label
def cross_entropy_gradient(y, z):
    G = np.array(ce.softmax(z))
    G[np.arange(len(G)), y] -= 1
    return G / len(G)
# %% cross_entropy_gradient: two loops
def cross_entropy_gradient(y, z):
    n, C = np.shape(z)
    G = np.zeros((n, C))
    for s in range(n):
        p = ce.softmax(z[s])
        for k in range(C):
            G[s, k] = (p[k] - (1 if k == y[s] else 0)) / n
    return G
# %% cross_entropy_gradient: through the Jacobian
def cross_entropy_gradient(y, z):
    G = []
    for c, row in zip(y, np.asarray(z, float)):
        p = ce.softmax(row)
        outer = np.zeros(len(p))
        outer[c] = -1 / p[c]
        G.append(outer @ (np.diag(p) - np.outer(p, p)))
    return np.array(G) / len(G)
# %% cross_entropy_gradient: rows of the identity
def cross_entropy_gradient(y, z):
    return (ce.softmax(z) - np.eye(z.shape[1])[np.asarray(y)]) / z.shape[0]
# %% cross_entropy_gradient: comparison
def cross_entropy_gradient(y, z):
    Y = np.asarray(y)[:, None] == np.arange(np.shape(z)[1])
    return (ce.softmax(z) - Y) / len(Y)
# %% cross_entropy_gradient: own softmax
def cross_entropy_gradient(y, z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return np.divide(p - ce.one_hot(y, z.shape[1]), len(z))
# %% cross_entropy_gradient: lists
def cross_entropy_gradient(y, z):
    n = len(y)
    return [
        [(v - (k == c)) / n for k, v in enumerate(ce.softmax(row).tolist())] for c, row in zip(y, z)
    ]
# %% cross_entropy_gradient: exponential of the logarithm
def cross_entropy_gradient(y, z):
    G = np.exp(ce.log_softmax(z)) - ce.one_hot(y, len(z[0]))
    return G * (1 / len(y))
# %% cross_entropy_gradient: minus the other sign
def cross_entropy_gradient(y, z):
    return -(ce.one_hot(y, np.shape(z)[-1]) - ce.softmax(z)) / len(y)
# %% cross_entropy_gradient: complex step
def cross_entropy_gradient(y, z):
    z = np.asarray(z, float)
    G = np.zeros_like(z)
    for s, k in np.ndindex(z.shape):
        w = z[s].astype(complex)
        w[k] += 1e-30j
        w -= z[s].max()
        G[s, k] = (np.log(np.exp(w).sum()) - w[y[s]]).imag / 1e-30 / len(z)
    return G
# %% cross_entropy_gradient: put into the array
def cross_entropy_gradient(y, z):
    p = ce.softmax(np.asarray(z, dtype=float)) / len(z)
    np.subtract.at(p, (np.arange(len(z)), np.asarray(y)), 1 / len(z))
    return p
# %% fit_softmax_regression: in place
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W = np.zeros((X.shape[1], num_classes))
    b = np.zeros(num_classes)
    for _ in range(steps):
        G = ce.softmax(X @ W + b)
        G[np.arange(len(X)), y] -= 1
        G /= len(X)
        W -= learning_rate * X.T @ G
        b -= learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: a column of ones
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X1 = np.column_stack([X, np.ones(len(X))])
    V = np.zeros((X1.shape[1], num_classes))
    for _ in range(steps):
        V = V - learning_rate * X1.T @ (ce.softmax(X1 @ V) - ce.one_hot(y, num_classes)) / len(X1)
    return V[:-1], V[-1]
# %% fit_softmax_regression: a list of two
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X, Y = np.array(X, float), np.eye(num_classes)[np.asarray(y)]
    W, b = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes)
    for step in range(steps):
        R = ce.softmax(X @ W + b) - Y
        W, b = W - learning_rate * np.dot(X.T, R) / len(X), b - learning_rate * R.mean(axis=0)
    return [W, b]
# %% fit_softmax_regression: sample by sample within a step
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    n, d = np.shape(X)
    W, b = np.zeros((d, num_classes)), np.zeros(num_classes)
    for _ in range(steps):
        gW, gb = np.zeros_like(W), np.zeros_like(b)
        for x, c in zip(np.asarray(X, float), y):
            r = ce.softmax(x @ W + b)
            r[c] -= 1
            gW += np.outer(x, r) / n
            gb += r / n
        W -= learning_rate * gW
        b -= learning_rate * gb
    return W, b
# %% fit_softmax_regression: transposed inside
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, float)
    V, b = np.zeros((num_classes, X.shape[1])), np.zeros((num_classes, 1))
    Y = np.asarray(ce.one_hot(y, num_classes)).T
    for _ in range(steps):
        R = ce.softmax((V @ X.T + b).T).T - Y
        V, b = V - learning_rate * R @ X / len(X), b - learning_rate * R.mean(1, keepdims=True)
    return V.T, b.ravel()
# %% fit_softmax_regression: while loop
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, done = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), 0
    while done < steps:
        p = ce.softmax(np.add(np.matmul(X, W), b))
        G = (p - ce.one_hot(y, num_classes)) / X.shape[0]
        W = W - learning_rate * np.einsum("nd,nk->dk", X, G)
        b = b - learning_rate * np.ones(len(X)) @ G
        done += 1
    return W, b
# %% fit_softmax_regression: helper for the gradients
def gradients(X, Y, W, b):
    G = (ce.softmax(X @ W + b) - Y) / len(X)
    return X.T @ G, G.sum(0)
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X, Y = np.asarray(X, float), ce.one_hot(y, num_classes)
    parameters = [np.zeros((X.shape[1], num_classes)), np.zeros(num_classes)]
    for _ in range(steps):
        parameters = [
            p - learning_rate * g for p, g in zip(parameters, gradients(X, Y, *parameters))
        ]
    return tuple(parameters)
# %% fit_softmax_regression: class by class
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X, y = np.asarray(X, float), np.asarray(y)
    W, b = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes)
    for _ in range(steps):
        p = ce.softmax(X @ W + b)
        for k in range(num_classes):
            r = p[:, k] - (y == k)
            W[:, k] -= learning_rate * (r @ X) / len(X)
            b[k] -= learning_rate * r.mean()
    return W, b
# %% fit_softmax_regression: own softmax, and a print
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, float)
    W, b = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes)
    for step in range(steps):
        Z = X @ W + b
        e = np.exp(Z - Z.max(1, keepdims=True))
        e /= e.sum(1, keepdims=True)
        if step == 0:
            print("loss", -np.log(e[np.arange(len(X)), y]).mean())
        e[np.arange(len(X)), y] -= 1
        W, b = W - learning_rate / len(X) * X.T @ e, b - learning_rate / len(X) * e.sum(0)
    return W, b
# %% fit_softmax_regression: nested lists out
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X, Y = np.asarray(X, float), np.asarray(ce.one_hot(y, num_classes))
    W, b = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes)
    for _ in range(steps):
        G = (Y - ce.softmax(X @ W + b)) / len(Y)
        W, b = W + learning_rate * X.T @ G, b + learning_rate * G.sum(axis=0)
    return W.tolist(), b.tolist()
# %% derivation: quotient rule
derivation = """
D(softmax(z, i), z[j])
= D(exp(z[i])/Sum(exp(z[k]), k), z[j])
= (D(exp(z[i]), z[j])*Sum(exp(z[k]), k) - exp(z[i])*D(Sum(exp(z[k]), k), z[j]))/Sum(exp(z[k]), k)**2
= (delta(i, j)*exp(z[i])*Sum(exp(z[k]), k) - exp(z[i])*exp(z[j]))/Sum(exp(z[k]), k)**2
= delta(i, j)*softmax(z, i) - softmax(z, i)*softmax(z, j)
= softmax(z, i)*(delta(i, j) - softmax(z, j))
"""
# %% derivation: through the logarithm
derivation = """
D(softmax(z, i), z[j])
= softmax(z, i)*D(ln(softmax(z, i)), z[j])
= softmax(z, i)*D(z[i] - lse(z), z[j])
= softmax(z, i)*(delta(i, j) - D(lse(z), z[j]))
= softmax(z, i)*(delta(i, j) - softmax(z, j))
"""
# %% derivation: as one exponential
derivation = """
D(softmax(z, i), z[j])
= D(exp(z[i] - lse(z)), z[j])
= exp(z[i] - lse(z))*D(z[i] - lse(z), z[j])
= exp(z[i] - lse(z))*(delta(i, j) - softmax(z, j))
= softmax(z, i)*(delta(i, j) - softmax(z, j))
"""
# %% derivation: as in the chapter
derivation = """
D(softmax(z, i), z[j])
= D(exp(z[i])/Sum(exp(z[k]), k), z[j])                                                          ; definition of softmax
= D(exp(z[i]), z[j])*(1/Sum(exp(z[k]), k)) + exp(z[i])*D(1/Sum(exp(z[k]), k), z[j])             ; product rule
= softmax(z, j)*delta(i, j) + (-exp(z[i]))/Sum(exp(z[k]), k)**2*D(Sum(exp(z[k]), k), z[j])      ; chain rule
= softmax(z, j)*delta(i, j) + (-exp(z[i]))/Sum(exp(z[k]), k)**2*exp(z[j])                       ; derivative of the sum: only k = j depends on z_j
= softmax(z, j)*delta(i, j) - softmax(z, j)*softmax(z, i)                                       ; definition of softmax
= softmax(z, i)*(delta(i, j) - softmax(z, j))                                                   ; factor
"""
# %% choice: a capital letter
answer = "B"
