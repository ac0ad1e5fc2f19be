# Named wrong solutions, each with the hint that a student should read.
# %% entropy: no-minus
# as if: the minus sign were missing
# hint: Logarithms of probabilities are at most 0; the minus makes a surprise of them. Entropy is never negative.
# caught by: entropy-values
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    p = p[p > 0]
    h = np.sum(p * np.log(p))
    return h if base is None else h / np.log(base)
# %% entropy: bits-by-default
# as if: the default were bits, base 2
# hint: base=None means nats: np.log. "The expected number of bits" is right for base 2 only.
# caught by: entropy-values
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    p = p[p > 0]
    return -np.sum(p * np.log(p)) / np.log(2 if base is None else base)
# %% entropy: zero-is-nan
# as if: 0 * np.log(0) were left to NumPy
# hint: NumPy makes nan of it, and nan spoils the whole sum. Leave out the outcomes that never happen.
# caught by: entropy-zeros
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    h = -np.sum(p * np.log(p))
    return h if base is None else h / np.log(base)
# %% entropy: zero-is-infinite
# as if: an outcome of probability 0 made the entropy infinite
# hint: Its surprise would be infinite, but it never comes: x ln x goes to 0 as x does.
# caught by: entropy-zeros
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    if np.any(p == 0):
        return np.inf
    h = -np.sum(p * np.log(p))
    return h if base is None else h / np.log(base)
# %% entropy: coarse-epsilon
# as if: a coarse epsilon, such as 1e-6, were added to all probabilities
# hint: It changes every term. Leave out the zeros instead: a mask p > 0 needs no epsilon.
# caught by: entropy-values
def entropy(p, base=None):
    p = np.asarray(p, dtype=float) + 1e-6
    h = -np.sum(p * np.log(p))
    return h if base is None else h / np.log(base)
# %% entropy: mean-for-sum
# as if: the terms were averaged, not added
# hint: The weights p_k make a mean of the surprises already. Add the terms; do not divide by C.
# caught by: entropy-values
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0)
    h = -np.mean(terms)
    return h if base is None else h / np.log(base)
# %% entropy: unweighted
# as if: the surprises were added without their weights p_k
# hint: Entropy is the expected surprise: what happens rarely counts rarely. Multiply by p_k.
# caught by: entropy-values
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    h = -np.sum(np.log(p[p > 0]))
    return h if base is None else h / np.log(base)
# %% entropy: terms-not-added
# as if: the terms were returned one by one
# hint: The sum is missing: one number is asked for.
# caught by: entropy-values, entropy-base, entropy-zeros
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    h = -np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0)
    return h if base is None else h / np.log(base)
# %% entropy: base-ignored
# as if: the base were ignored
# hint: Divide the nats by ln(base) where a base is given.
# caught by: entropy-base
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    p = p[p > 0]
    return -np.sum(p * np.log(p))
# %% entropy: base-multiplied
# as if: the nats were multiplied by ln(base)
# hint: A nat is more than a bit, so there are more bits than nats: log_b x = ln x / ln b. Divide.
# caught by: entropy-base
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    p = p[p > 0]
    return -np.sum(p * np.log(p)) * (1 if base is None else np.log(base))
# %% entropy: divided-by-base
# as if: the nats were divided by the base, not by its logarithm
# hint: log_b x = ln x / ln b: the logarithm of the base is below the bar.
# caught by: entropy-base
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    p = p[p > 0]
    return -np.sum(p * np.log(p)) / (1 if base is None else base)
# %% entropy: always-bits
# as if: every base were taken for 2
# hint: base=10 is a unit of its own: divide by ln(base), whatever the base is.
# caught by: entropy-base
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    p = p[p > 0]
    return -np.sum(p * (np.log(p) if base is None else np.log2(p)))
# %% entropy: likeliest-only
# as if: the surprise of the likeliest outcome were returned
# hint: Entropy is the mean over all outcomes, not the least of the surprises.
# caught by: entropy-values
def entropy(p, base=None):
    h = -np.log(np.max(p))
    return h if base is None else h / np.log(base)
# %% entropy: gini
# as if: one minus the sum of the squares were returned
# hint: That is the Gini impurity, another measure of uncertainty. Entropy has a logarithm.
# caught by: entropy-values
def entropy(p, base=None):
    return 1 - np.sum(np.asarray(p, dtype=float) ** 2)
# %% entropy: perplexity
# as if: the exponential of the entropy were returned
# hint: That is the perplexity, a number of outcomes. Entropy itself is in nats or bits.
# caught by: entropy-values
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    p = p[p > 0]
    return np.exp(-np.sum(p * np.log(p)))
# %% entropy: equal-probabilities
# as if: all outcomes were taken for equally likely: ln C
# hint: ln C is the largest entropy that C outcomes can have. Unequal probabilities have less.
# caught by: entropy-values
def entropy(p, base=None):
    h = np.log(len(p))
    return h if base is None else h / np.log(base)
# %% entropy: overwrites
# as if: the zeros were replaced in the caller's own array
# hint: Work on a new array: p[p > 0] makes one, p[p == 0] = 1 writes into the old one.
# caught by: entropy-zeros
def entropy(p, base=None):
    p = np.asarray(p, dtype=float)
    p[p == 0] = 1e-300
    h = -np.sum(p * np.log(p))
    return h if base is None else h / np.log(base)
# %% cross_entropy: swapped
# as if: P and Q had changed places
# hint: P draws what happens and weighs; the logarithm is of Q, the model.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    p, q = np.asarray(q, dtype=float), np.asarray(p, dtype=float)
    m = p > 0
    with np.errstate(divide="ignore"):
        h = -np.sum(p[m] * np.log(q[m]))
    return h if base is None else h / np.log(base)
# %% cross_entropy: no-minus
# as if: the minus sign were missing
# hint: The logarithm of a probability is at most 0; the surprise is minus that.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = p > 0
    with np.errstate(divide="ignore"):
        h = np.sum(p[m] * np.log(q[m]))
    return h if base is None else h / np.log(base)
# %% cross_entropy: bits-by-default
# as if: the default were bits, base 2
# hint: base=None means nats: np.log. "The expected number of bits" is right for base 2 only.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = p > 0
    with np.errstate(divide="ignore"):
        h = -np.sum(p[m] * np.log(q[m]))
    return h / np.log(2 if base is None else base)
# %% cross_entropy: epsilon
# as if: a small epsilon kept q away from 0
# hint: A model that calls impossible what happens pays infinitely. The epsilon hides that behind some number near 30.
# caught by: cross-entropy-supports
def cross_entropy(p, q, base=None):
    q = np.clip(np.asarray(q, dtype=float), 1e-12, 1)
    h = -np.sum(np.asarray(p, dtype=float) * np.log(q))
    return h if base is None else h / np.log(base)
# %% cross_entropy: zero-is-nan
# as if: 0 * np.log(0) were left to NumPy
# hint: NumPy makes nan of it. Add up only the outcomes with p > 0.
# caught by: cross-entropy-supports
def cross_entropy(p, q, base=None):
    h = -np.sum(np.asarray(p, dtype=float) * np.log(np.asarray(q, dtype=float)))
    return h if base is None else h / np.log(base)
# %% cross_entropy: every-zero-is-infinite
# as if: any q_k = 0 made it infinite
# hint: Only where p_k > 0. What never happens is not paid for, however surprising it would be.
# caught by: cross-entropy-supports
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    if np.any(q == 0):
        return np.inf
    h = -np.sum(p * np.log(q))
    return h if base is None else h / np.log(base)
# %% cross_entropy: zeros-of-q-left-out
# as if: the outcomes with q_k = 0 were left out
# hint: You have masked the wrong distribution: leave out p_k = 0. Where q_k = 0 and p_k > 0 the answer is infinite.
# caught by: cross-entropy-supports
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = q > 0
    h = -np.sum(p[m] * np.log(q[m]))
    return h if base is None else h / np.log(base)
# %% cross_entropy: divergence
# as if: the divergence were returned
# hint: You have subtracted the entropy of P. Cross-entropy includes it: with Q = P it is H(P), not 0.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    return ce.kl_divergence(p, q, base=base or np.e)
# %% cross_entropy: entropy-of-p
# as if: the entropy of P were returned
# hint: Q does not occur in it. The surprises are those of the model: -ln q_k.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    return ce.entropy(p, base=base or np.e)
# %% cross_entropy: entropy-of-q
# as if: the entropy of Q were returned
# hint: P does not occur in it. What happens is drawn from P: weigh with p_k.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    return ce.entropy(q, base=base or np.e)
# %% cross_entropy: likeliest-label
# as if: the likeliest outcome of P were taken for a label: -ln q at that place
# hint: That is the loss of a one-hot label. Here P may be spread out: every outcome counts, with its weight.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    with np.errstate(divide="ignore"):
        h = -np.log(q[int(np.argmax(p))])
    return h if base is None else h / np.log(base)
# %% cross_entropy: mean-for-sum
# as if: the terms were averaged, or a width dx = 1/C stood at the end of the sum
# hint: The sum has no dx: that belongs to an integral. The weights p_k make a mean of it already.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = p > 0
    with np.errstate(divide="ignore"):
        h = -np.sum(p[m] * np.log(q[m])) / len(p)
    return h if base is None else h / np.log(base)
# %% cross_entropy: binary-form
# as if: the terms (1 - p_k) log(1 - q_k) were added
# hint: That is the binary loss, once for each class. Here the outcomes share one whole: only p_k log q_k.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(all="ignore"):
        h = np.sum(np.where(p > 0, -p * np.log(q), 0) + np.where(p < 1, -(1 - p) * np.log(1 - q), 0))
    return h if base is None else h / np.log(base)
# %% cross_entropy: log-outside
# as if: the logarithm of the sum were taken, not the sum of the logarithms
# hint: Each outcome has a surprise of its own: take the logarithm first, then weigh and add.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    with np.errstate(divide="ignore"):
        h = -np.log(np.dot(p, q))
    return h if base is None else h / np.log(base)
# %% cross_entropy: terms-not-added
# as if: the terms were returned one by one
# hint: The sum is missing: one number is asked for.
# caught by: cross-entropy-values, cross-entropy-base, cross-entropy-supports
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(all="ignore"):
        h = np.where(p > 0, -p * np.log(q), 0)
    return h if base is None else h / np.log(base)
# %% cross_entropy: unweighted
# as if: the surprises of Q were added without the weights p_k
# hint: P says how often each surprise comes: multiply by p_k.
# caught by: cross-entropy-values
def cross_entropy(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore"):
        h = -np.sum(np.log(q[p > 0]))
    return h if base is None else h / np.log(base)
# %% cross_entropy: base-ignored
# as if: the base were ignored
# hint: Divide the nats by ln(base) where a base is given.
# caught by: cross-entropy-base
def cross_entropy(p, q, base=None):
    return ce.information.cross_entropy(p, q)
# %% cross_entropy: base-multiplied
# as if: the nats were multiplied by ln(base)
# hint: log_b x = ln x / ln b: divide. There are more bits than nats.
# caught by: cross-entropy-base
def cross_entropy(p, q, base=None):
    return ce.information.cross_entropy(p, q) * (1 if base is None else np.log(base))
# %% cross_entropy: always-bits
# as if: every base were taken for 2
# hint: base=10 is a unit of its own: divide by ln(base), whatever the base is.
# caught by: cross-entropy-base
def cross_entropy(p, q, base=None):
    return ce.information.cross_entropy(p, q, base=np.e if base is None else 2)
# %% kl_divergence: wrong-way-round
# as if: P and Q had changed places
# hint: D(P || Q) weighs with P, and P is above the bar: p log(p/q). It is not symmetric.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    return ce.kl_divergence(q, p, base=base or np.e)
# %% kl_divergence: upside-down
# as if: the fraction were upside down, p log(q/p)
# hint: The sign is turned round: the divergence is never negative. P is above the bar.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    return -ce.kl_divergence(p, q, base=base or np.e)
# %% kl_divergence: weighted-with-q
# as if: the weights were q_k
# hint: The logarithm is right, but what happens is drawn from P: weigh with p_k.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    return -ce.kl_divergence(q, p, base=base or np.e)
# %% kl_divergence: cross-entropy
# as if: the cross-entropy were returned
# hint: The entropy of P is still to be subtracted: with Q = P the divergence is 0.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    return ce.information.cross_entropy(p, q, base=base or np.e)
# %% kl_divergence: entropy-of-q-subtracted
# as if: the entropy of Q were subtracted from the cross-entropy
# hint: The floor belongs to the world: subtract H(P), the entropy of what happens.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    base = base or np.e
    return ce.information.cross_entropy(p, q, base=base) - ce.entropy(q, base=base)
# %% kl_divergence: both-directions
# as if: the two directions were added
# hint: That is symmetric; the divergence is not. Only p log(p/q) is asked for.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    base = base or np.e
    return ce.kl_divergence(p, q, base=base) + ce.kl_divergence(q, p, base=base)
# %% kl_divergence: absolute-terms
# as if: every term were made positive
# hint: Single terms may be negative, where Q believes in an outcome more than it happens. Only their sum is at least 0.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = p > 0
    with np.errstate(divide="ignore"):
        d = np.sum(np.abs(p[m] * np.log(p[m] / q[m])))
    return d if base is None else d / np.log(base)
# %% kl_divergence: unweighted
# as if: the logarithms of p/q were added without the weights p_k
# hint: The divergence is an expected value under P: multiply each logarithm by p_k.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = p > 0
    with np.errstate(divide="ignore"):
        d = np.sum(np.log(p[m] / q[m]))
    return d if base is None else d / np.log(base)
# %% kl_divergence: ratio-of-logs
# as if: log p were divided by log q
# hint: The logarithm of a quotient is the difference of the logarithms.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = p > 0
    with np.errstate(all="ignore"):
        return np.sum(p[m] * np.log(p[m]) / np.log(q[m]))
# %% kl_divergence: no-logarithm
# as if: p - q were weighed with p, without the logarithm
# hint: The surprise is a logarithm: log p - log q, not p - q.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    return np.sum(p * (p - q))
# %% kl_divergence: total-variation
# as if: half the sum of |p - q| were returned
# hint: That is the total variation distance. The divergence compares logarithms, weighed with P.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    return 0.5 * np.sum(np.abs(np.asarray(p, dtype=float) - np.asarray(q, dtype=float)))
# %% kl_divergence: mean-for-sum
# as if: the terms were averaged, not added
# hint: The weights p_k make a mean of it already. Do not divide by C.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    return ce.kl_divergence(p, q, base=base or np.e) / len(p)
# %% kl_divergence: epsilon
# as if: a small epsilon kept q away from 0
# hint: Where p_k > 0 and q_k = 0 the divergence is infinite; the epsilon hides that.
# caught by: kl-supports
def kl_divergence(p, q, base=None):
    p = np.clip(np.asarray(p, dtype=float), 1e-12, 1)
    q = np.clip(np.asarray(q, dtype=float), 1e-12, 1)
    d = np.sum(p * np.log(p / q))
    return d if base is None else d / np.log(base)
# %% kl_divergence: zero-is-nan
# as if: 0 * np.log(0) were left to NumPy
# hint: NumPy makes nan of it. Add up only the outcomes with p > 0.
# caught by: kl-supports
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    d = np.sum(p * np.log(p / q))
    return d if base is None else d / np.log(base)
# %% kl_divergence: zeros-of-q-left-out
# as if: the outcomes with q_k = 0 were left out
# hint: Leave out p_k = 0 only. Where q_k = 0 and p_k > 0 the answer is infinite.
# caught by: kl-supports
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = (p > 0) & (q > 0)
    d = np.sum(p[m] * np.log(p[m] / q[m]))
    return d if base is None else d / np.log(base)
# %% kl_divergence: every-zero-is-infinite
# as if: any zero in P or Q made it infinite
# hint: Only q_k = 0 where p_k > 0 does. An outcome that P never draws adds nothing.
# caught by: kl-supports
def kl_divergence(p, q, base=None):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    if np.any(p == 0) or np.any(q == 0):
        return np.inf
    d = np.sum(p * np.log(p / q))
    return d if base is None else d / np.log(base)
# %% kl_divergence: bits-by-default
# as if: the default were bits, base 2
# hint: base=None means nats: np.log.
# caught by: kl-values
def kl_divergence(p, q, base=None):
    return ce.kl_divergence(p, q, base=base or 2)
# %% kl_divergence: base-ignored
# as if: the base were ignored
# hint: Divide the nats by ln(base) where a base is given.
# caught by: kl-base
def kl_divergence(p, q, base=None):
    return ce.kl_divergence(p, q)
# %% kl_divergence: base-multiplied
# as if: the nats were multiplied by ln(base)
# hint: log_b x = ln x / ln b: divide. There are more bits than nats.
# caught by: kl-base
def kl_divergence(p, q, base=None):
    return ce.kl_divergence(p, q) * (1 if base is None else np.log(base))
# %% product_distribution: transposed
# as if: rows and columns had changed places
# hint: Row i belongs to the first variable: p1 runs down, p2 runs across, and the shape is (n, m).
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.outer(p2, p1)
# %% product_distribution: flat
# as if: all products were returned in one row
# hint: The numbers are right; reshape them to (n, m).
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.outer(p1, p2).ravel()
# %% product_distribution: sums
# as if: the probabilities were added
# hint: Surprises add up; probabilities of independent events are multiplied. The table must sum to 1.
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.add.outer(p1, p2)
# %% product_distribution: means
# as if: the mean of the two probabilities were taken
# hint: The probability that both happen is the product, and below each of the two.
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.add.outer(p1, p2) / 2
# %% product_distribution: elementwise
# as if: only outcomes with the same index met: p1 * p2
# hint: Every outcome of the first can meet every outcome of the second: n times m pairs.
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.asarray(p1, dtype=float) * np.asarray(p2, dtype=float)
# %% product_distribution: inner
# as if: the inner product were taken
# hint: That adds up the pairs with equal indices, one number. A table of all pairs is asked for.
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.dot(p1, p2)
# %% product_distribution: diagonal
# as if: the products stood on the diagonal, and 0 elsewhere
# hint: That says that the two variables always agree. Independent ones show every pair.
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.diag(np.asarray(p1, dtype=float) * np.asarray(p2, dtype=float))
# %% product_distribution: rows-normalised
# as if: each row were made to sum to 1
# hint: The whole table is one distribution: it sums to 1, and row i sums to p_i.
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.tile(np.asarray(p2, dtype=float), (len(p1), 1))
# %% product_distribution: equal-cells
# as if: all pairs were equally likely
# hint: Independent is not uniform: a pair is as likely as the product of its two probabilities.
# caught by: product-values, product-other
def product_distribution(p1, p2):
    return np.full((len(p1), len(p2)), 1 / (len(p1) * len(p2)))
# %% product_distribution: stacked
# as if: the two distributions were put side by side
# hint: Two columns of n numbers are not a table of pairs. Multiply each p_i with each r_j.
# caught by: product-values
def product_distribution(p1, p2):
    return np.column_stack([p1, p2])
# %% product_distribution: overwrites
# as if: a column of the caller's own array were used up
# hint: The arguments belong to the caller: make a new table, and leave them as they are.
# caught by: product-other
def product_distribution(p1, p2):
    table = np.outer(p1, p2)
    if isinstance(p1, np.ndarray):
        p1 /= len(p1)
    return table
