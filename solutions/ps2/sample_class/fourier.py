# A sign slip in the derivation; the logit with the logarithm to base 2, and the derivative s(1 - s) that loses the far right.
# %% sigmoid
def sigmoid(u):
    return np.exp(-np.logaddexp(0.0, -np.asarray(u, dtype=float)))
# %% logit
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.log2(p) - np.log2(1 - p)
# %% log_sigmoid
def log_sigmoid(u):
    return -np.logaddexp(0.0, -np.asarray(u, dtype=float))
# %% sigmoid_derivative
def sigmoid_derivative(u):
    return ce.sigmoid(u) * (1 - ce.sigmoid(u))
# %% predict_proba
def predict_proba(X, w, b):
    return ce.sigmoid(np.dot(X, w) + b)
# %% derivation
derivation = """
D(sigma(u), u)
= D(1/(1 + exp(-u)), u)         ; definition of the sigmoid
= -exp(-u)/(1 + exp(-u))**2     ; chain rule
= sigma(u)*(1 - sigma(u))
"""
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
