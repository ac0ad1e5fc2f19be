# Half done: two functions are not written, nothing is drawn, nothing is answered.
# %% sigmoid
def sigmoid(u):
    return np.exp(-np.logaddexp(0.0, -np.asarray(u, dtype=float)))
# %% logit
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.log(p) - np.log1p(-p)
# %% log_sigmoid
def log_sigmoid(u):
    return -np.logaddexp(0.0, -np.asarray(u, dtype=float))
