# Everything right, with loops, the math module and lists as results.
# %% sigmoid
import math


def each(f, u):
    if np.ndim(u) == 0:
        return f(float(u))
    return [each(f, v) for v in u]


def sigmoid(u):
    def one(v):
        if v >= 0:
            return 1 / (1 + math.exp(-v))
        return math.exp(v) / (1 + math.exp(v))

    return each(one, u)
# %% logit
def logit(p):
    def one(q):
        if q == 0:
            return -math.inf
        if q == 1:
            return math.inf
        return math.log(q) - math.log(1 - q)

    return each(one, p)
# %% log_sigmoid
def log_sigmoid(u):
    return each(lambda v: -math.log1p(math.exp(-v)) if v > 0 else v - math.log1p(math.exp(v)), u)
# %% sigmoid_derivative
def sigmoid_derivative(u):
    return each(lambda v: sigmoid(v) * sigmoid(-v), u)
# %% predict_proba
def predict_proba(X, w, b):
    return [sigmoid(sum(x_k * w_k for x_k, w_k in zip(x, w)) + b) for x in X]
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
