# Named wrong solutions, each with the hint that a student should read.
# %% bernoulli_pmf: always-s
# as if: s were returned whatever the label
# hint: s is the probability of the label 1. The label 0 has the probability 1 - s.
# caught by: pmf-values, pmf-other
def bernoulli_pmf(y, s):
    return np.asarray(s, dtype=float)
# %% bernoulli_pmf: exponents-swapped
# as if: the exponents were swapped, s^(1-y) (1-s)^y
# hint: Put in y = 1: s must remain. The exponent of s is y.
# caught by: pmf-values, pmf-other
def bernoulli_pmf(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return s ** (1 - y) * (1 - s) ** y
# %% bernoulli_pmf: second-factor-forgotten
# as if: the second factor, (1 - s)^(1 - y), were missing
# hint: For y = 0 your formula gives s to the power 0, which is 1. The factor (1 - s)^(1 - y) belongs there.
# caught by: pmf-values, pmf-other
def bernoulli_pmf(y, s):
    return np.asarray(s, dtype=float) ** np.asarray(y)
# %% bernoulli_pmf: sum-for-product
# as if: the two powers were added, not multiplied
# hint: The power that does not apply is 1, so it is harmless as a factor and not as a summand.
# caught by: pmf-values, pmf-other
def bernoulli_pmf(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return s**y + (1 - s) ** (1 - y)
# %% bernoulli_pmf: product-without-powers
# as if: s y (1 - s)(1 - y) were computed, with factors where powers belong
# hint: One of y and 1 - y is always 0, so this product is always 0. They are exponents.
# caught by: pmf-values, pmf-other
def bernoulli_pmf(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return s * y * (1 - s) * (1 - y)
# %% bernoulli_pmf: through-logarithms
# as if: it were computed as exp(y ln s + (1 - y) ln(1 - s))
# hint: Right inside, but 0 times ln 0 is nan in floating point. A probability of 0 or 1 is legal here.
# caught by: pmf-other
def bernoulli_pmf(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return np.exp(y * np.log(s) + (1 - y) * np.log(1 - s))
# %% bernoulli_pmf: sign-labels
# as if: the labels were -1 and +1, so that (1 + y)/2 were the exponent
# hint: Here the labels are 0 and 1. Those of the linear classifier were -1 and +1.
# caught by: pmf-values, pmf-other
def bernoulli_pmf(y, s):
    t, s = (1 + np.asarray(y)) / 2, np.asarray(s, dtype=float)
    return s**t * (1 - s) ** (1 - t)
# %% bernoulli_pmf: multiplied-up
# as if: the probabilities of all labels were multiplied
# hint: That is part 2. Here each label keeps its own probability, in the shape of y.
# caught by: pmf-values, pmf-other
def bernoulli_pmf(y, s):
    return np.prod(np.where(np.asarray(y) == 1, s, np.subtract(1.0, s)))
# %% bernoulli_pmf: already-log
# as if: the logarithm of the probability were returned
# hint: The logarithm comes in part 3. A probability lies between 0 and 1.
# caught by: pmf-values, pmf-other
def bernoulli_pmf(y, s):
    return np.log(np.where(np.asarray(y) == 1, s, np.subtract(1.0, s)))
# %% bernoulli_pmf: overwrites
# as if: the result were written into the caller's own array
# hint: Work on a new array: np.array(s, dtype=float) makes a copy, np.asarray does not.
# caught by: pmf-other
def bernoulli_pmf(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    s[...] = np.where(y == 1, s, 1 - s)
    return s
# %% likelihood: sum
# as if: the probabilities were added, not multiplied
# hint: Independent events happen together with the product of their probabilities.
# caught by: likelihood-values
def likelihood(y, s):
    return np.sum(ce.pmf(y, s))
# %% likelihood: mean
# as if: the mean of the probabilities were taken
# hint: The average chance of a label is not the chance of all of them: multiply.
# caught by: likelihood-values
def likelihood(y, s):
    return np.mean(ce.pmf(y, s))
# %% likelihood: product-of-s
# as if: the s were multiplied whatever the labels
# hint: A label 0 contributes 1 - s, not s.
# caught by: likelihood-values
def likelihood(y, s):
    return np.prod(np.asarray(s, dtype=float))
# %% likelihood: zeros-left-out
# as if: the labels 0 were left out of the product
# hint: A label 0 is an observation, too: it contributes the factor 1 - s.
# caught by: likelihood-values
def likelihood(y, s):
    return np.prod(np.asarray(s, dtype=float) ** np.asarray(y))
# %% likelihood: zeros-annihilate
# as if: the labels were multiplied into the product as factors
# hint: One label 0 makes that product 0. y is the exponent of s, and 1 - y that of 1 - s.
# caught by: likelihood-values
def likelihood(y, s):
    return np.prod(np.asarray(y) * np.asarray(s, dtype=float))
# %% likelihood: log
# as if: the log-likelihood were returned
# hint: The logarithm comes in part 3. A likelihood of labels lies between 0 and 1.
# caught by: likelihood-values
def likelihood(y, s):
    with np.errstate(divide="ignore"):
        return np.sum(np.log(ce.pmf(y, s)))
# %% likelihood: opposite-labels
# as if: the probability of the opposite labels were computed
# hint: s is the probability of the label 1: where y is 1 the factor is s.
# caught by: likelihood-values
def likelihood(y, s):
    return np.prod(ce.pmf(1 - np.asarray(y), s))
# %% likelihood: not-multiplied
# as if: the probability of each label were returned by itself
# hint: The likelihood is one number: the product of them all.
# caught by: likelihood-values
def likelihood(y, s):
    return ce.pmf(y, s)
# %% likelihood: geometric-mean
# as if: the n-th root of the product were taken
# hint: The root makes samples of different sizes comparable, but the probability of the labels is the product itself.
# caught by: likelihood-values
def likelihood(y, s):
    return np.prod(ce.pmf(y, s)) ** (1 / len(y))
# %% likelihood: running-products
# as if: all partial products were returned
# hint: np.cumprod keeps every stage. Only its last entry, the product of all, is asked for.
# caught by: likelihood-values
def likelihood(y, s):
    return np.cumprod(ce.pmf(y, s))
# %% likelihood: at-least-one
# as if: one minus the product of the 1 - p were computed
# hint: That is the chance that at least one label comes true. The likelihood asks that all do.
# caught by: likelihood-values
def likelihood(y, s):
    return 1 - np.prod(1 - ce.pmf(y, s))
# %% negative_log_likelihood: log-of-product
# as if: the product were computed first, and then its logarithm
# hint: The product of thousands of probabilities is rounded to 0. Take the logarithm of each one and add.
# caught by: nll-long
def negative_log_likelihood(y, s):
    return -np.log(np.prod(ce.pmf(y, s)))
# %% negative_log_likelihood: mean
# as if: the mean were returned, not the sum
# hint: The mean is what training minimises; the negative log-likelihood itself is the sum.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return -np.mean(np.log(ce.pmf(y, s)))
# %% negative_log_likelihood: sign
# as if: the minus sign were missing
# hint: Logarithms of probabilities are never above 0. The negative log-likelihood is a cost, never below 0.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return np.sum(np.log(ce.pmf(y, s)))
# %% negative_log_likelihood: base-2
# as if: the logarithm were to base 2
# hint: The loss is asked for in nats: the natural logarithm, np.log.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return -np.sum(np.log2(ce.pmf(y, s)))
# %% negative_log_likelihood: base-10
# as if: the logarithm were to base 10
# hint: The loss is asked for in nats: the natural logarithm, np.log.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return -np.sum(np.log10(ce.pmf(y, s)))
# %% negative_log_likelihood: one-minus-y-forgotten
# as if: the labels 0 were left out of the sum
# hint: The second term, -(1 - y) ln(1 - s), is missing: a label 0 costs something, too.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return np.sum(-np.asarray(y) * np.log(s))
# %% negative_log_likelihood: log-s-only
# as if: ln s were added up whatever the labels
# hint: Where the label is 0, the probability of what happened is 1 - s.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return -np.sum(np.log(s))
# %% negative_log_likelihood: log-of-sum
# as if: the probabilities were added before the logarithm
# hint: The logarithm of a product is a sum of logarithms; ln(p + q) is something else.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return -np.log(np.sum(ce.pmf(y, s)))
# %% negative_log_likelihood: not-summed
# as if: the losses were returned one by one
# hint: One number is asked for: the sum over all samples.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return -np.log(ce.pmf(y, s))
# %% negative_log_likelihood: opposite-labels
# as if: the labels were the other way round
# hint: s is the probability of the label 1: where y is 1 the summand is -ln s.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    return -np.sum(np.log(ce.pmf(1 - np.asarray(y), s)))
# %% negative_log_likelihood: inner-sign
# as if: the two terms had opposite signs
# hint: Both terms carry a minus: -y ln s - (1 - y) ln(1 - s). Mind the brackets.
# caught by: nll-values, nll-long
def negative_log_likelihood(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return np.sum(-y * np.log(s) + (1 - y) * np.log(1 - s))
# %% binary_cross_entropy: summed
# as if: the losses were added up
# hint: Here each sample keeps its own loss: shape (n,).
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return np.sum(-y * np.log(s) - (1 - y) * np.log(1 - s))
# %% binary_cross_entropy: averaged
# as if: the mean of the losses were returned
# hint: Libraries return the mean; here each sample keeps its own loss: shape (n,).
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return np.mean(-y * np.log(s) - (1 - y) * np.log(1 - s))
# %% binary_cross_entropy: one-minus-y-forgotten
# as if: the second term, -(1 - y) ln(1 - s), were missing
# hint: Then a sample with the label 0 costs nothing, whatever you predict.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    return -np.asarray(y) * np.log(s)
# %% binary_cross_entropy: switch-missing
# as if: the factor 1 - y were missing: -y ln s - ln(1 - s)
# hint: Where the label is 1, the second term must vanish. That is what the factor 1 - y is for.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return -y * np.log(s) - np.log(1 - s)
# %% binary_cross_entropy: sign
# as if: the minus signs were missing
# hint: The logarithm of a probability is never above 0; a loss is never below 0.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return y * np.log(s) + (1 - y) * np.log(1 - s)
# %% binary_cross_entropy: inner-sign
# as if: the second term had a plus sign
# hint: Both terms carry a minus: -(y ln s + (1 - y) ln(1 - s)). Mind the brackets.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return -y * np.log(s) + (1 - y) * np.log(1 - s)
# %% binary_cross_entropy: base-2
# as if: the logarithm were to base 2
# hint: The loss is asked for in nats: the natural logarithm, np.log.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return -y * np.log2(s) - (1 - y) * np.log2(1 - s)
# %% binary_cross_entropy: roles-swapped
# as if: label and probability had changed places
# hint: The logarithm belongs to the prediction s; the label y is only the switch.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    y, s = np.clip(np.asarray(y, dtype=float), 1e-12, 1 - 1e-12), np.asarray(s, dtype=float)
    return -s * np.log(y) - (1 - s) * np.log(1 - y)
# %% binary_cross_entropy: opposite-labels
# as if: the labels were the other way round
# hint: A label 1 costs -ln s. Put in y = 1 and see what your formula leaves.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.asarray(s, dtype=float)
    return -(1 - y) * np.log(s) - y * np.log(1 - s)
# %% binary_cross_entropy: squared
# as if: the squared difference (s - y)^2 were the loss
# hint: That is the squared loss. It never costs more than 1, even for a certain and wrong prediction.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    return (np.asarray(s, dtype=float) - np.asarray(y)) ** 2
# %% binary_cross_entropy: absolute
# as if: the distance |s - y| were the loss
# hint: The loss is the negative logarithm of the probability of what happened, 1 - |s - y|.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    return np.abs(np.asarray(s, dtype=float) - np.asarray(y))
# %% binary_cross_entropy: coarse-clip
# as if: s were kept a thousandth or more away from 0 and 1
# hint: So wide a guard changes losses that are perfectly fine: -ln(1e-6) is 13.8.
# caught by: bce-values
def binary_cross_entropy(y, s):
    y, s = np.asarray(y), np.clip(np.asarray(s, dtype=float), 1e-3, 1 - 1e-3)
    return -y * np.log(s) - (1 - y) * np.log(1 - s)
# %% binary_cross_entropy: entropy-of-s
# as if: s stood where the label belongs: -s ln s - (1 - s) ln(1 - s)
# hint: That is the entropy of the prediction. The loss compares it with the label that occurred.
# caught by: bce-values, bce-other
def binary_cross_entropy(y, s):
    s = np.asarray(s, dtype=float)
    return -s * np.log(s) - (1 - s) * np.log(1 - s)
# %% binary_cross_entropy_with_logits: detour
# as if: the sigmoid were computed first, and then the loss from it
# hint: The sigmoid is rounded to 0 or 1 before the logarithm sees it. Take the logarithm on paper first.
# caught by: bce-logits-wrong, bce-logits-right
def binary_cross_entropy_with_logits(y, z):
    y, s = np.asarray(y), ce.sigmoid(z)
    return -np.log(np.where(y == 1, s, 1 - s))
# %% binary_cross_entropy_with_logits: detour-with-switch
# as if: the sigmoid were computed first, and then -y ln s - (1 - y) ln(1 - s)
# hint: Where s is rounded to 0 or 1 this is infinite, or 0 times infinity, which is nan. Take the logarithm on paper first.
# caught by: bce-logits-wrong, bce-logits-right
def binary_cross_entropy_with_logits(y, z):
    y, s = np.asarray(y), ce.sigmoid(z)
    return -y * np.log(s) - (1 - y) * np.log(1 - s)
# %% binary_cross_entropy_with_logits: clipped-detour
# as if: the sigmoid were computed and kept away from 0 and 1 by a small epsilon
# hint: The epsilon avoids infinity but caps the loss at 27.6 nats. The true loss at z = -800 is 800.
# caught by: bce-logits-wrong, bce-logits-right
def binary_cross_entropy_with_logits(y, z):
    y, s = np.asarray(y), np.clip(ce.sigmoid(z), 1e-12, 1 - 1e-12)
    return -y * np.log(s) - (1 - y) * np.log(1 - s)
# %% binary_cross_entropy_with_logits: overflow
# as if: ln(1 + exp(z)) - y z were computed as it stands
# hint: exp(800) overflows. Split the large part off first: max(z, 0) + ln(1 + exp(-|z|)).
# caught by: bce-logits-wrong, bce-logits-right
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    return np.log(1 + np.exp(z)) - y * z
# %% binary_cross_entropy_with_logits: cancels
# as if: y z were subtracted after ln(1 + exp(z)) had been rounded
# hint: At z = 40 both terms are 40 and the small rest is lost. Choose the sign of z by the label first.
# caught by: bce-logits-right
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    return np.logaddexp(0, z) - y * z
# %% binary_cross_entropy_with_logits: log-not-log1p
# as if: np.log(1 + x) were used where np.log1p(x) is needed
# hint: 1 + x is rounded to 1 when x is tiny; log1p takes x alone and keeps it.
# caught by: bce-logits-right
def binary_cross_entropy_with_logits(y, z):
    u = np.where(np.asarray(y) == 1, np.negative(z), z)
    return np.maximum(u, 0) + np.log(1 + np.exp(-np.abs(u)))
# %% binary_cross_entropy_with_logits: scores-as-probabilities
# as if: the scores were put into the loss as probabilities
# hint: A score is no probability: ln z makes no sense for a negative z. The sigmoid stands between them.
# caught by: bce-logits-values, bce-logits-wrong, bce-logits-other
def binary_cross_entropy_with_logits(y, z):
    y, z = np.asarray(y), np.asarray(z, dtype=float)
    return -y * np.log(z) - (1 - y) * np.log(1 - z)
# %% binary_cross_entropy_with_logits: opposite-labels
# as if: the labels were the other way round
# hint: A high score with the label 1 is right, and costs little: the loss of the label 1 is ln(1 + exp(-z)).
# caught by: bce-logits-values, bce-logits-wrong, bce-logits-other
def binary_cross_entropy_with_logits(y, z):
    return np.logaddexp(0, np.where(np.asarray(y) == 1, z, np.negative(z)))
# %% binary_cross_entropy_with_logits: label-ignored
# as if: ln(1 + exp(-z)) were returned whatever the label
# hint: That is the loss of the label 1. For the label 0 the sign of z turns round.
# caught by: bce-logits-values, bce-logits-wrong, bce-logits-other
def binary_cross_entropy_with_logits(y, z):
    return np.logaddexp(0, np.negative(z))
# %% binary_cross_entropy_with_logits: zero-labels-free
# as if: a label 0 cost nothing
# hint: The second term, (1 - y) ln(1 + exp(z)), is missing.
# caught by: bce-logits-values, bce-logits-wrong, bce-logits-other
def binary_cross_entropy_with_logits(y, z):
    return np.asarray(y) * np.logaddexp(0, np.negative(z))
# %% binary_cross_entropy_with_logits: sign
# as if: the sign were turned round
# hint: A loss is never below 0: minus the logarithm of the probability.
# caught by: bce-logits-values, bce-logits-wrong, bce-logits-other
def binary_cross_entropy_with_logits(y, z):
    return -np.logaddexp(0, np.where(np.asarray(y) == 1, np.negative(z), z))
# %% binary_cross_entropy_with_logits: hinge
# as if: the tail ln(1 + exp(-|z|)) were left out
# hint: What is left is a straight line with a corner. Near 0 the tail is what counts: ln 2 at z = 0.
# caught by: bce-logits-values, bce-logits-right, bce-logits-other
def binary_cross_entropy_with_logits(y, z):
    return np.maximum(np.where(np.asarray(y) == 1, np.negative(z), z), 0)
# %% binary_cross_entropy_with_logits: averaged
# as if: the mean of the losses were returned
# hint: Libraries return the mean; here each sample keeps its own loss: shape (n,).
# caught by: bce-logits-values, bce-logits-wrong, bce-logits-other
def binary_cross_entropy_with_logits(y, z):
    return np.mean(np.logaddexp(0, np.where(np.asarray(y) == 1, np.negative(z), z)))
# %% binary_cross_entropy_with_logits: base-2
# as if: the logarithm were to base 2
# hint: The loss is asked for in nats: the natural logarithm.
# caught by: bce-logits-values, bce-logits-wrong, bce-logits-other
def binary_cross_entropy_with_logits(y, z):
    return np.logaddexp(0, np.where(np.asarray(y) == 1, np.negative(z), z)) / np.log(2)
# %% bce_gradient: sum
# as if: the gradient of the sum were computed, not that of the mean
# hint: Divide by n, or the steps of training grow with the number of samples.
# caught by: gradient-values
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return X.T @ r, r.sum()
# %% bce_gradient: sign
# as if: y minus the prediction were taken
# hint: The gradient is prediction minus label. The other sign points downhill, not up.
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = np.asarray(y) - ce.sigmoid(X @ np.asarray(w) + b)
    return X.T @ r / len(r), r.mean()
# %% bce_gradient: sigmoid-forgotten
# as if: the score were used as the prediction, without the sigmoid
# hint: That is the gradient of linear regression. The prediction is s(w·x + b).
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = X @ np.asarray(w) + b - np.asarray(y)
    return X.T @ r / len(r), r.mean()
# %% bce_gradient: bias-forgotten
# as if: the bias b were left out of the score
# hint: The score is w·x + b. At b = 0 nobody notices, which is why the check moves away from there.
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w)) - np.asarray(y)
    return X.T @ r / len(r), r.mean()
# %% bce_gradient: squared-loss
# as if: the gradient of the squared loss were computed, up to a factor 2
# hint: The factor s(1 - s) belongs to the squared loss. In the cross-entropy it cancels.
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    s = ce.sigmoid(X @ np.asarray(w) + b)
    r = (s - np.asarray(y)) * s * (1 - s)
    return X.T @ r / len(r), r.mean()
# %% bce_gradient: divided-by-d
# as if: the sums were divided by d, the number of features
# hint: The mean runs over the n samples: divide by len(y), the number of rows.
# caught by: gradient-values
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return X.T @ r / X.shape[1], r.sum() / X.shape[1]
# %% bce_gradient: bias-gradient-summed
# as if: only the gradient of w were divided by n
# hint: Both belong to the mean loss: the bias gradient is the mean of the residuals.
# caught by: gradient-values
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return X.T @ r / len(r), r.sum()
# %% bce_gradient: input-forgotten
# as if: the factor x were missing: the mean residual for each weight
# hint: The score changes with w_j by x_j. Multiply each residual by its row of X before you average.
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return np.full(X.shape[1], r.mean()), r.mean()
# %% bce_gradient: means-multiplied
# as if: the mean residual were multiplied by the mean input
# hint: The mean of products is not the product of the means: multiply row by row first.
# caught by: gradient-values
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return X.mean(axis=0) * r.mean(), r.mean()
# %% bce_gradient: only-weights
# as if: only the gradient of w were returned
# hint: Two results are asked for: return grad_w, grad_b.
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return X.T @ r / len(r)
# %% bce_gradient: order
# as if: the two results were returned in the other order
# hint: First the gradient of w, an array of d numbers, then that of b, one number.
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return r.mean(), X.T @ r / len(r)
# %% bce_gradient: not-averaged
# as if: the rows were not added up
# hint: The gradient has one number for each weight, shape (d,): average over the samples, axis 0.
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return r[:, None] * X, r
# %% bce_gradient: column
# as if: the gradient of w were a column, shape (d, 1)
# hint: Keep vectors one-dimensional: X.T @ r has shape (d,) if r has shape (n,).
# caught by: gradient-values, gradient-other
def bce_gradient(X, y, w, b):
    X = np.asarray(X, dtype=float)
    r = ce.sigmoid(X @ np.asarray(w) + b) - np.asarray(y)
    return X.T @ r[:, None] / len(r), r.mean()
# %% fit_logistic_regression: uphill
# as if: the gradient were added, not subtracted
# hint: The gradient points uphill, to a larger loss. Subtract it.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        r = ce.sigmoid(X @ w + b) - y
        w, b = w + learning_rate * X.T @ r / len(y), b + learning_rate * r.mean()
    return w, b
# %% fit_logistic_regression: sum
# as if: the gradient of the sum were followed, not that of the mean
# hint: Divide by n: otherwise a learning rate that suits 10 samples is far too large for 1000.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        r = ce.sigmoid(X @ w + b) - y
        w, b = w - learning_rate * X.T @ r, b - learning_rate * r.sum()
    return w, b
# %% fit_logistic_regression: one-step-short
# as if: one step were missing
# hint: range(steps) makes exactly that many steps; range(1, steps) makes one fewer.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(1, steps):
        r = ce.sigmoid(X @ w + b) - y
        w, b = w - learning_rate * X.T @ r / len(y), b - learning_rate * r.mean()
    return w, b
# %% fit_logistic_regression: one-step-more
# as if: one step too many were made
# hint: range(steps) makes exactly that many steps; with 0 steps the answer is the start.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps + 1):
        r = ce.sigmoid(X @ w + b) - y
        w, b = w - learning_rate * X.T @ r / len(y), b - learning_rate * r.mean()
    return w, b
# %% fit_logistic_regression: one-step-only
# as if: the function returned from inside the loop, after the first step
# hint: The return belongs after the loop: indent it as far as the word for.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        r = ce.sigmoid(X @ w + b) - y
        w, b = w - learning_rate * X.T @ r / len(y), b - learning_rate * r.mean()
        return w, b
    return w, b
# %% fit_logistic_regression: bias-not-trained
# as if: the bias stayed 0
# hint: The bias is a parameter, too: it needs its own line in the loop.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        w = w - learning_rate * X.T @ (ce.sigmoid(X @ w + b) - y) / len(y)
    return w, b
# %% fit_logistic_regression: new-weights-for-the-bias
# as if: the step of b already used the new w
# hint: Compute the residuals once, with the old w and the old b, and use them for both.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        w = w - learning_rate * X.T @ (ce.sigmoid(X @ w + b) - y) / len(y)
        b = b - learning_rate * np.mean(ce.sigmoid(X @ w + b) - y)
    return w, b
# %% fit_logistic_regression: start-at-ones
# as if: the descent started at w = 1
# hint: The text asks for a start at zero: w = np.zeros(d) and b = 0.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.ones(X.shape[1]), 0.0
    for _ in range(steps):
        r = ce.sigmoid(X @ w + b) - y
        w, b = w - learning_rate * X.T @ r / len(y), b - learning_rate * r.mean()
    return w, b
# %% fit_logistic_regression: sigmoid-forgotten
# as if: the score were used as the prediction, without the sigmoid
# hint: That trains a linear regression. The prediction is s(w·x + b).
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        r = X @ w + b - y
        w, b = w - learning_rate * X.T @ r / len(y), b - learning_rate * r.mean()
    return w, b
# %% fit_logistic_regression: one-sample-a-step
# as if: w and b were changed after each single sample
# hint: That is stochastic gradient descent. Here one step uses the mean over all samples.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        for x, label in zip(X, y):
            r = ce.sigmoid(x @ w + b) - label
            w, b = w - learning_rate * r * x, b - learning_rate * r
    return w, b
# %% fit_logistic_regression: start-again
# as if: w and b were set back to zero in each step
# hint: Start once, before the loop; inside the loop w and b go on from where they are.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        r = ce.sigmoid(np.zeros(len(y))) - y
        w, b = -learning_rate * X.T @ r / len(y), -learning_rate * r.mean()
    return w, b
# %% fit_logistic_regression: old-gradient
# as if: the gradient at the start were used in every step
# hint: The slope changes as you walk: compute the residuals anew in each step, inside the loop.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    r = ce.sigmoid(X @ w + b) - y
    for _ in range(steps):
        w, b = w - learning_rate * X.T @ r / len(y), b - learning_rate * r.mean()
    return w, b
# %% fit_logistic_regression: rate-forgotten
# as if: the learning rate were not used
# hint: Multiply the gradient by learning_rate before you subtract it.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        r = ce.sigmoid(X @ w + b) - y
        w, b = w - X.T @ r / len(y), b - r.mean()
    return w, b
# %% fit_logistic_regression: only-weights
# as if: only w were returned
# hint: Two results are asked for: return w, b.
# caught by: fit-steps, fit-long
def fit_logistic_regression(X, y, learning_rate, steps):
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        r = ce.sigmoid(X @ w + b) - y
        w, b = w - learning_rate * X.T @ r / len(y), b - learning_rate * r.mean()
    return w
