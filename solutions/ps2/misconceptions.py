# Named wrong solutions, each with the hint that a student should read.
# %% sigmoid: one-form
# as if: the first form, 1/(1 + exp(-u)), were used on both sides of zero
# hint: It overflows far left of zero. There, use exp(u)/(1 + exp(u)) instead: its exponential is small.
# caught by: sigmoid-stable
def sigmoid(u):
    return 1 / (1 + np.exp(-np.asarray(u, dtype=float)))
# %% sigmoid: other-form
# as if: the second form, exp(u)/(1 + exp(u)), were used on both sides of zero
# hint: Far right it is infinity divided by infinity, which is nan. There, use 1/(1 + exp(-u)).
# caught by: sigmoid-stable
def sigmoid(u):
    e = np.exp(np.asarray(u, dtype=float))
    return e / (1 + e)
# %% sigmoid: sign-slip
# as if: the minus sign in exp(-u) were missing
# hint: You have computed s(-u), which falls. A high score must give a high probability.
# caught by: sigmoid-values
def sigmoid(u):
    u = np.asarray(u, dtype=float)
    e = np.exp(-np.abs(u))
    return np.where(u >= 0, e, 1) / (1 + e)
# %% sigmoid: tanh-cancels
# as if: it were computed as (1 + tanh(u/2))/2
# hint: Right on paper. In floating point 1 + tanh loses everything when tanh is close to -1.
# caught by: sigmoid-stable
def sigmoid(u):
    return 0.5 * (1 + np.tanh(np.asarray(u, dtype=float) / 2))
# %% sigmoid: clipped-score
# as if: the score were clipped, say to [-500, 500]
# hint: Clipping hides the overflow, and changes the answer beyond the clip. No clip is needed: see which form suits which side.
# caught by: sigmoid-stable
def sigmoid(u):
    return 1 / (1 + np.exp(-np.clip(np.asarray(u, dtype=float), -500, 500)))
# %% sigmoid: tanh-itself
# as if: tanh(u) were the sigmoid
# hint: Both are S-shaped, but tanh runs from -1 to 1. The sigmoid runs from 0 to 1 and is 1/2 at zero.
# caught by: sigmoid-values
def sigmoid(u):
    return np.tanh(np.asarray(u, dtype=float))
# %% sigmoid: exponential-only
# as if: the 1 + in the denominator were missing
# hint: 1/exp(-u) is exp(u), which is no probability: it grows beyond 1.
# caught by: sigmoid-values
def sigmoid(u):
    with np.errstate(over="ignore"):
        return np.exp(np.asarray(u, dtype=float))
# %% sigmoid: step
# as if: the answer were 1 for a positive score, 0 for a negative one and 1/2 at zero
# hint: That is the sign again, in other clothes. The sigmoid says how sure, between 0 and 1.
# caught by: sigmoid-values
def sigmoid(u):
    return np.heaviside(np.asarray(u, dtype=float), 0.5)
# %% sigmoid: normal-cdf
# as if: the normal distribution function (probit) were used
# hint: It is a legal choice of s, but another one. The logistic sigmoid is 1/(1 + exp(-u)).
# caught by: sigmoid-values
def sigmoid(u):
    return np.asarray(ce.normal_cdf(np.asarray(u, dtype=float)))
# %% sigmoid: overwrites
# as if: the result were written into the caller's own array
# hint: Work on a new array: np.array(u, dtype=float) makes a copy, np.asarray does not.
# caught by: sigmoid-shapes
def sigmoid(u):
    u = np.asarray(u, dtype=float)
    e = np.exp(-np.abs(u))
    s = np.where(u >= 0, 1, e) / (1 + e)
    if u.ndim:
        u[...] = s
    return s
# %% sigmoid: whole-array-sign
# as if: one form were chosen for the whole array, by its first or largest score
# hint: Each element needs the form of its own sign: np.where chooses element by element.
# caught by: sigmoid-stable
def sigmoid(u):
    u = np.asarray(u, dtype=float)
    if np.max(u) >= 0:
        return 1 / (1 + np.exp(-u))
    return np.exp(u) / (1 + np.exp(u))
# %% logit: base-2
# as if: the logarithm were to base 2
# hint: Log-odds are natural logarithms here: np.log, not np.log2.
# caught by: logit-values
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.log2(p) - np.log2(1 - p)
# %% logit: base-10
# as if: the logarithm were to base 10
# hint: Log-odds are natural logarithms here: np.log, not np.log10.
# caught by: logit-values
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.log10(p) - np.log10(1 - p)
# %% logit: odds-not-log
# as if: the odds p/(1 - p) were returned, without the logarithm
# hint: Odds run from 0 to infinity, and even odds are 1. Their logarithm is the score.
# caught by: logit-values, logit-ends
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return p / (1 - p)
# %% logit: upside-down
# as if: the odds were upside down, (1 - p)/p
# hint: You have the sign turned round: a probability above 1/2 is a positive score.
# caught by: logit-values, logit-ends
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        return np.log1p(-p) - np.log(p)
# %% logit: log-p-only
# as if: ln p were returned
# hint: The probability of the other class is missing: divide by 1 - p before you take the logarithm.
# caught by: logit-values, logit-ends
def logit(p):
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(p, dtype=float))
# %% logit: clipped
# as if: p were kept away from 0 and 1 by a small epsilon
# hint: Here the ends have an answer, minus and plus infinity, and the text asks for it.
# caught by: logit-ends
def logit(p):
    p = np.clip(np.asarray(p, dtype=float), 1e-12, 1 - 1e-12)
    return np.log(p) - np.log1p(-p)
# %% logit: sigmoid-again
# as if: the sigmoid were applied, not undone
# hint: The logit goes from probabilities to scores. Test it: logit(s(2)) should be 2.
# caught by: logit-values, logit-ends
def logit(p):
    return ce.sigmoid(p)
# %% logit: ratio-of-logs
# as if: ln p were divided by ln(1 - p)
# hint: The logarithm of a quotient is the difference of the logarithms.
# caught by: logit-values
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(p) / np.log(1 - p)
# %% log_sigmoid: two-steps
# as if: the sigmoid were computed first, and then its logarithm
# hint: The sigmoid is rounded to 0 or 1 before the logarithm sees it. Take the logarithm on paper first.
# caught by: log-sigmoid-stable
def log_sigmoid(u):
    return np.log(ce.sigmoid(u))
# %% log_sigmoid: two-steps-naive
# as if: the logarithm were taken of the naive sigmoid, 1/(1 + exp(-u))
# hint: It overflows on the left, and on the right it is rounded to 1 before the logarithm sees it. Take the logarithm on paper first.
# caught by: log-sigmoid-stable
def log_sigmoid(u):
    with np.errstate(divide="ignore"):
        return np.log(1 / (1 + np.exp(-np.asarray(u, dtype=float))))
# %% log_sigmoid: log-not-log1p
# as if: np.log(1 + x) were used where np.log1p(x) is needed
# hint: 1 + x is rounded to 1 when x is tiny; log1p takes x alone and keeps it.
# caught by: log-sigmoid-stable
def log_sigmoid(u):
    u = np.asarray(u, dtype=float)
    return np.minimum(u, 0) - np.log(1 + np.exp(-np.abs(u)))
# %% log_sigmoid: overflow-left
# as if: -log1p(exp(-u)) were used on both sides of zero
# hint: Far left exp(-u) overflows and the result is -inf. Split off u first: u - log1p(exp(u)).
# caught by: log-sigmoid-stable
def log_sigmoid(u):
    return -np.log1p(np.exp(-np.asarray(u, dtype=float)))
# %% log_sigmoid: sign-of-softplus
# as if: ln(1 + exp(u)) were returned
# hint: That is minus the logarithm of s(-u). The logarithm of a probability is never above 0.
# caught by: log-sigmoid-values
def log_sigmoid(u):
    return np.logaddexp(0.0, np.asarray(u, dtype=float))
# %% log_sigmoid: of-minus-u
# as if: ln s(-u) were returned
# hint: The sign of u got lost: a high score should bring the logarithm close to 0.
# caught by: log-sigmoid-values
def log_sigmoid(u):
    return -np.logaddexp(0.0, np.asarray(u, dtype=float))
# %% log_sigmoid: base-2
# as if: the logarithm were to base 2
# hint: Losses in this course are in nats: the natural logarithm, np.log.
# caught by: log-sigmoid-values
def log_sigmoid(u):
    return -np.logaddexp(0.0, -np.asarray(u, dtype=float)) / np.log(2)
# %% log_sigmoid: epsilon
# as if: a small epsilon were added before the logarithm
# hint: The epsilon avoids -inf but caps the loss: ln s(-1000) is -1000, not ln(1e-12).
# caught by: log-sigmoid-stable
def log_sigmoid(u):
    return np.log(ce.sigmoid(u) + 1e-12)
# %% log_sigmoid: negative-loss
# as if: the sign were turned round, -ln s(u)
# hint: That is the loss. The function asked for is the logarithm itself, which is never positive.
# caught by: log-sigmoid-values
def log_sigmoid(u):
    return np.logaddexp(0.0, -np.asarray(u, dtype=float))
# %% sigmoid_derivative: one-minus
# as if: s(u)(1 - s(u)) were computed as it stands
# hint: At u = 40 the sigmoid is rounded to 1 and 1 - s(u) to 0. On paper 1 - s(u) = s(-u), and that is not rounded.
# caught by: sigmoid-derivative-stable
def sigmoid_derivative(u):
    return ce.sigmoid(u) * (1 - ce.sigmoid(u))
# %% sigmoid_derivative: quotient-overflows
# as if: exp(-u)/(1 + exp(-u))**2 were used on both sides of zero
# hint: Far left it is infinity over infinity. The derivative is even: put -|u| for u.
# caught by: sigmoid-derivative-stable
def sigmoid_derivative(u):
    e = np.exp(-np.asarray(u, dtype=float))
    return e / (1 + e) ** 2
# %% sigmoid_derivative: the-function
# as if: s(u) itself were returned
# hint: The derivative is a bell: 1/4 at zero, nearly 0 on both sides.
# caught by: sigmoid-derivative-values
def sigmoid_derivative(u):
    return ce.sigmoid(u)
# %% sigmoid_derivative: inner-forgotten
# as if: the chain rule stopped before the inner derivative, leaving -1/(1 + exp(-u))**2
# hint: The inner function is 1 + exp(-u); its derivative, -exp(-u), is still to be multiplied.
# caught by: sigmoid-derivative-values
def sigmoid_derivative(u):
    return -(ce.sigmoid(u) ** 2)
# %% sigmoid_derivative: sign
# as if: one of the two minus signs of the chain rule were missing
# hint: The power brings one minus, exp(-u) another: they cancel. The sigmoid rises, its slope is positive.
# caught by: sigmoid-derivative-values
def sigmoid_derivative(u):
    return -ce.sigmoid(u) * ce.sigmoid(np.negative(u))
# %% sigmoid_derivative: of-tanh
# as if: 1 - s(u)**2 were used, the rule for tanh
# hint: That is the derivative of tanh in terms of tanh. For the sigmoid it is s(1 - s).
# caught by: sigmoid-derivative-values
def sigmoid_derivative(u):
    return 1 - ce.sigmoid(u) ** 2
# %% sigmoid_derivative: takes-s
# as if: the argument were taken for s(u) already: u(1 - u)
# hint: The function gets the score u, not the probability: compute s(u) first.
# caught by: sigmoid-derivative-values
def sigmoid_derivative(u):
    u = np.asarray(u, dtype=float)
    return u * (1 - u)
# %% sigmoid_derivative: finite-difference
# as if: the slope were measured with a finite step
# hint: A difference quotient has only half the digits, and none far out. You have the exact formula.
# caught by: sigmoid-derivative-stable
def sigmoid_derivative(u):
    u, h = np.asarray(u, dtype=float), 1e-5
    return (ce.sigmoid(u + h) - ce.sigmoid(u - h)) / (2 * h)
# %% predict_proba: score-only
# as if: the score w·x + b were returned, without the sigmoid
# hint: A score can be any number; put it through the sigmoid to get a probability.
# caught by: predict-proba-values
def predict_proba(X, w, b):
    return X @ w + b
# %% predict_proba: no-bias
# as if: the bias b were left out
# hint: Without b every boundary goes through the origin. Add it to each score.
# caught by: predict-proba-values
def predict_proba(X, w, b):
    return ce.sigmoid(X @ w)
# %% predict_proba: column
# as if: a column, shape (n, 1), were returned
# hint: Keep w one-dimensional: X @ w has shape (n,), one number for each sample.
# caught by: predict-proba-values, predict-proba-shape
def predict_proba(X, w, b):
    return ce.sigmoid(X @ w.reshape(-1, 1) + b)
# %% predict_proba: both-classes
# as if: the probabilities of both classes were returned, shape (n, 2)
# hint: Libraries do that; here one number a sample is asked for, the probability of class 1.
# caught by: predict-proba-values, predict-proba-shape
def predict_proba(X, w, b):
    p = ce.sigmoid(X @ w + b)
    return np.column_stack([1 - p, p])
# %% predict_proba: labels
# as if: the probabilities were rounded to labels
# hint: The answer 0 or 1 throws away how sure the model is. Return the probability itself.
# caught by: predict-proba-values
def predict_proba(X, w, b):
    return (X @ w + b >= 0).astype(float)
# %% predict_proba: class-0
# as if: the probability of class 0 were returned
# hint: You have 1 - s(w·x + b). The model's s is the probability of class 1.
# caught by: predict-proba-values
def predict_proba(X, w, b):
    return ce.sigmoid(-(X @ w + b))
# %% predict_proba: sum-before-sigmoid
# as if: the scores of all samples were added up
# hint: Sum over the d components of a sample (axis 1), not over the samples.
# caught by: predict-proba-values, predict-proba-shape
def predict_proba(X, w, b):
    return ce.sigmoid(np.sum(X * w) + b)
# %% predict_proba: sigmoid-first
# as if: the bias were added after the sigmoid
# hint: The bias belongs to the score, inside the sigmoid; outside, the result leaves (0, 1).
# caught by: predict-proba-values
def predict_proba(X, w, b):
    return ce.sigmoid(X @ w) + b
