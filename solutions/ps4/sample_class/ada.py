# Everything right, step by step as the text suggests.
# %% one_hot
def one_hot(y, num_classes):
    table = np.zeros((len(y), num_classes))
    for row, label in enumerate(y):
        table[row, label] = 1
    return table
# %% softmax
def softmax(z):
    z = np.asarray(z, dtype=float)
    if z.ndim == 1:
        e = np.exp(z - max(z))
        return e / sum(e)
    return np.array([softmax(row) for row in z])
# %% log_softmax
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    m = np.max(z, axis=-1, keepdims=True)
    return z - (m + np.log(np.sum(np.exp(z - m), axis=-1, keepdims=True)))
# %% softmax_jacobian
def softmax_jacobian(z):
    p = ce.softmax(z)
    return p.reshape(-1, 1) * (np.eye(len(p)) - p)
# %% cross_entropy
def cross_entropy(y, p):
    return np.array([-np.log(row[label]) for row, label in zip(p, y)])
# %% cross_entropy_with_logits
def cross_entropy_with_logits(y, z):
    return np.array([-row[label] for row, label in zip(ce.log_softmax(z), y)])
# %% cross_entropy_gradient
def cross_entropy_gradient(y, z):
    return (ce.softmax(z) - ce.one_hot(y, len(z[0]))) / len(z)
# %% fit_softmax_regression
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.array(X, dtype=float)
    W = np.zeros((X.shape[1], num_classes))
    b = np.zeros(num_classes)
    for _ in range(steps):
        G = cross_entropy_gradient(y, X @ W + b)
        W = W - learning_rate * X.T @ G
        b = b - learning_rate * G.sum(axis=0)
    return W, b
# %% derivation
derivation = """
D(softmax(z, i), z[j])
= D(exp(z[i])/Sum(exp(z[k]), k), z[j])                                     ; definition of softmax
= (D(exp(z[i]), z[j])*Sum(exp(z[k]), k)
   - exp(z[i])*D(Sum(exp(z[k]), k), z[j]))/Sum(exp(z[k]), k)**2            ; quotient rule
= (delta(i, j)*exp(z[i])*Sum(exp(z[k]), k) - exp(z[i])*exp(z[j]))/Sum(exp(z[k]), k)**2
= delta(i, j)*softmax(z, i) - softmax(z, i)*softmax(z, j)                  ; definition of softmax
= softmax(z, i)*(delta(i, j) - softmax(z, j))                              ; factor
"""
# %% choice
answer = "b"
# %% plot
t = np.linspace(-6, 6)
p = np.array([ce.softmax([s, 1, -1]) for s in t])
plt.plot(t, p, label=["class 0", "class 1", "class 2"])
plt.xlabel("t")
plt.ylabel("probability")
plt.legend()
# Both fall to 0 as t grows; class 1 stays e^2 times as likely as class 2.
# %% [markdown] several
# Softmax makes the three share one whole, so a picture of all three cannot get three high numbers.
# I would use three sigmoids, each with its binary cross-entropy.
