# Everything right, step by step as the text suggests.
# %% bernoulli_pmf
def bernoulli_pmf(y, s):
    y, s = np.array(y), np.array(s)
    return s**y * (1 - s) ** (1 - y)
# %% likelihood
def likelihood(y, s):
    product = 1.0
    for p in bernoulli_pmf(y, s):
        product = product * p
    return product
# %% negative_log_likelihood
def negative_log_likelihood(y, s):
    total = 0.0
    for p in bernoulli_pmf(y, s):
        total = total - np.log(p)
    return total
# %% binary_cross_entropy
def binary_cross_entropy(y, s):
    y, s = np.array(y), np.array(s)
    return -y * np.log(s) - (1 - y) * np.log(1 - s)
# %% binary_cross_entropy_with_logits
def loss_of_label_one(z):
    return max(-z, 0.0) + np.log1p(np.exp(-abs(z)))
def binary_cross_entropy_with_logits(y, z):
    return [loss_of_label_one(score if label == 1 else -score) for label, score in zip(y, z)]
# %% bce_gradient
def bce_gradient(X, y, w, b):
    X, y, w = np.array(X), np.array(y), np.array(w)
    residual = ce.sigmoid(X @ w + b) - y
    return X.T @ residual / len(y), residual.mean()
# %% fit_logistic_regression
def fit_logistic_regression(X, y, learning_rate, steps):
    w, b = np.zeros(len(X[0])), 0.0
    for _ in range(steps):
        grad_w, grad_b = bce_gradient(X, y, w, b)
        w = w - learning_rate * grad_w
        b = b - learning_rate * grad_b
    return w, b
# %% derivation
derivation = """
D(bce(y, sigma(z)), z)
= D(ln(1 + exp(z)) - y*z, z)      ; definition of the loss, laws of logarithms
= exp(z)/(1 + exp(z)) - y         ; derivative of the logarithm, chain rule
= sigma(z) - y                    ; definition of the sigmoid
"""
# %% choice
answer = "c"
# %% plot
p = np.linspace(0.4, 0.95, 200)
for k, n in [(7, 10), (70, 100)]:
    loss = -k * np.log(p) - (n - k) * np.log(1 - p)
    plt.plot(p, loss - min(loss), label=f"{k} of {n}")
plt.xlabel("p")
plt.ylabel("negative log-likelihood above its minimum")
plt.legend()
# Both are lowest at p = 0.7; the larger sample makes the valley ten times steeper.
# %% [markdown] independence
# Inputs: a pupil's age and homework marks. Labels: who passes the test. Pupils of one class share a teacher, who is not
# among the inputs, so that one pass makes the others of the class more likely. Multiplying makes the estimate look more certain than it is.
