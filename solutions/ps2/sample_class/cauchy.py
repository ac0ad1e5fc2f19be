# Everything right, in an unusual style, with a chatty print and a harmless warning on stderr.
# %% sigmoid
import sys
import warnings


def sigmoid(u):
    u = np.asarray(u, dtype=np.float64)
    print("working on", u.shape)
    out = np.empty_like(u)
    out[u >= 0] = 1 / (1 + np.exp(-u[u >= 0]))
    out[u < 0] = np.exp(u[u < 0]) / (1 + np.exp(u[u < 0]))
    return out
# %% logit
def logit(p):
    warnings.warn("I am nearly done")
    print("almost there", file=sys.stderr)
    return -np.log(np.divide(1, np.asarray(p, dtype=float)) - 1)
# %% log_sigmoid
def log_sigmoid(u):
    return np.negative(np.logaddexp(np.zeros(np.shape(u)), np.negative(u)))
# %% sigmoid_derivative
def sigmoid_derivative(u):
    e = np.exp(-np.abs(np.asarray(u, dtype=float)))
    return e / (1 + e) ** 2
# %% predict_proba
def predict_proba(X, w, b):
    return ce.sigmoid(np.einsum("nd,d->n", np.asarray(X), np.asarray(w)) + b)
# %% derivation
derivation = """
D(sigma(u), u)
= D(1/(1 + exp(-u)), u)
= exp(-u)/(1 + exp(-u))**2
= sigma(u) * exp(-u)/(1 + exp(-u))
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
