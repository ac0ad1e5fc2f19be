# The formulas exactly as in the definition: right in the middle, wrong or noisy far out.
# %% sigmoid
def sigmoid(u):
    return 1 / (1 + np.exp(-np.asarray(u, dtype=float)))
# %% logit
def logit(p):
    p = np.asarray(p, dtype=float)
    return np.log(p / (1 - p))
# %% log_sigmoid
def log_sigmoid(u):
    return np.log(sigmoid(u))
# %% sigmoid_derivative
def sigmoid_derivative(u):
    u = np.asarray(u, dtype=float)
    return np.exp(-u) / (1 + np.exp(-u)) ** 2
# %% predict_proba
def predict_proba(X, w, b):
    return 1 / (1 + np.exp(-(X @ w + b)))
# %% choice
answer = "b"
# %% plot
us = np.linspace(-6, 6, 400)
for c in (0.5, 1, 2, 8):
    plt.plot(us, ce.sigmoid(c * us), label=f"c = {c}")
plt.xlabel("u")
plt.ylabel("s(cu)")
plt.legend()
# a larger c makes the curve steeper; s(0) stays 1/2
# %% [markdown] probability
# It is the probability that Y = 1, given that X = x. Over u it does not integrate to 1.
