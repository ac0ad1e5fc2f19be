# Slips that raise: a name that does not exist, a call of sys.exit, a forgotten return.
# %% sigmoid
def sigmoid(u):
    return np.exp(-np.logaddexp(0.0, -np.asarray(u, dtype=float)))
# %% logit
def logit(p):
    return np.log(q / (1 - q))
# %% log_sigmoid
def log_sigmoid(u):
    raise SystemExit("done")
# %% sigmoid_derivative
def sigmoid_derivative(u):
    ce.sigmoid(u) * ce.sigmoid(np.negative(u))
# %% predict_proba
def predict_proba(X, w, b):
    return ce.sigmoid(np.dot(X, w) + b)
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
