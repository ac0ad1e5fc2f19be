# Named wrong solutions, each with the hint that a student should read.
# %% one_hot: off-by-one
# as if: the classes were numbered from 1
# hint: The first class is class 0: label c has its 1 in column c, not c - 1.
# caught by: one-hot-values
def one_hot(y, num_classes):
    return np.eye(num_classes)[np.asarray(y) - 1]
# %% one_hot: one-too-far
# as if: a first column were kept free, so that label c stood in column c + 1
# hint: Label c has its 1 in column c: Python counts from 0, too.
# caught by: one-hot-values
def one_hot(y, num_classes):
    return np.eye(num_classes + 1)[np.asarray(y) + 1][:, :num_classes]
# %% one_hot: transposed
# as if: rows and columns had changed places
# hint: One row for each sample, one column for each class: the shape is (n, C).
# caught by: one-hot-values
def one_hot(y, num_classes):
    return np.eye(num_classes)[np.asarray(y)].T
# %% one_hot: classes-that-occur
# as if: the number of columns were the largest label plus one
# hint: A class may be missing from this batch and still be a class: use num_classes.
# caught by: one-hot-values
def one_hot(y, num_classes):
    y = np.asarray(y)
    return np.eye(int(y.max()) + 1)[y]
# %% one_hot: label-as-value
# as if: the label's number stood in its place, not a 1
# hint: A one-hot vector has a single 1. The number of the class is its place, not its value.
# caught by: one-hot-values
def one_hot(y, num_classes):
    y = np.asarray(y)
    return np.eye(num_classes)[y] * y[:, None]
# %% one_hot: inverted
# as if: 0 and 1 had changed places
# hint: The label's own place is 1, all the others are 0.
# caught by: one-hot-values
def one_hot(y, num_classes):
    return 1 - np.eye(num_classes)[np.asarray(y)]
# %% one_hot: every-row
# as if: the ones of all samples stood in every row
# hint: table[:, y] = 1 fills whole columns. Each row gets only its own label: table[np.arange(n), y] = 1.
# caught by: one-hot-values
def one_hot(y, num_classes):
    table = np.zeros((len(y), num_classes))
    table[:, y] = 1
    return table
# %% one_hot: up-to-the-label
# as if: all places up to the label were 1
# hint: That says "at least", for classes with an order. One-hot has a single 1.
# caught by: one-hot-values
def one_hot(y, num_classes):
    return np.tril(np.ones((num_classes, num_classes)))[np.asarray(y)]
# %% one_hot: plus-minus-one
# as if: the other places were -1, not 0
# hint: A one-hot vector is a distribution: its entries are 0 and 1 and sum to 1.
# caught by: one-hot-values
def one_hot(y, num_classes):
    return 2 * np.eye(num_classes)[np.asarray(y)] - 1
# %% one_hot: counts
# as if: the labels were counted, one number for each class
# hint: One row for each sample is asked for; you have added them up.
# caught by: one-hot-values
def one_hot(y, num_classes):
    return np.bincount(np.asarray(y), minlength=num_classes)
# %% softmax: overflows
# as if: the exponentials were taken without a shift
# hint: exp(1000) is inf, and inf/inf is nan. Subtract each sample's largest logit first: softmax does not see it.
# caught by: softmax-stable
def softmax(z):
    e = np.exp(np.asarray(z, dtype=float))
    return e / e.sum(axis=-1, keepdims=True)
# %% softmax: global-shift
# as if: the largest logit of the whole table were subtracted from every row
# hint: A row far below it underflows to zeros, and 0/0 is nan. Each row needs its own largest logit: axis=-1, keepdims=True.
# caught by: softmax-stable
def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)
# %% softmax: clipped
# as if: the logits were clipped before the exponential
# hint: Clipping hides the overflow and changes the answer. A shift does neither.
# caught by: softmax-stable
def softmax(z):
    e = np.exp(np.clip(np.asarray(z, dtype=float), -500, 500))
    return e / e.sum(axis=-1, keepdims=True)
# %% softmax: wrong-axis
# as if: the sum ran over the samples, down the columns
# hint: Each row is a sample with one whole of its own: sum along the last axis, axis=-1.
# caught by: softmax-table
def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)
# %% softmax: whole-table
# as if: one sum were taken over the whole table
# hint: The whole is shared within a sample, not among all samples: sum along axis=-1 and keep the dimension.
# caught by: softmax-table
def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max())
    return e / e.sum()
# %% softmax: whole-table-unshifted
# as if: one sum were taken over the whole table, and the exponentials without a shift
# hint: The whole is shared within a sample: sum along axis=-1 and keep the dimension. And subtract each sample's largest logit first, or exp(1000) is inf.
# caught by: softmax-table
def softmax(z):
    e = np.exp(np.asarray(z, dtype=float))
    return e / e.sum()
# %% softmax: rows-not-kept
# as if: the sums of the rows were laid along the columns
# hint: e.sum(axis=-1) has shape (n,), and NumPy matches it with the columns. Use keepdims=True.
# caught by: softmax-table
def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1)
# %% softmax: sign-slip
# as if: the exponentials were of -z
# hint: The largest score must get the largest probability. The minus of the sigmoid is not here.
# caught by: softmax-values
def softmax(z):
    return ce.softmax(-np.asarray(z, dtype=float))
# %% softmax: no-exponential
# as if: the scores themselves were divided by their sum
# hint: Scores may be negative, and their sum 0. Make them positive with exp first.
# caught by: softmax-values
def softmax(z):
    z = np.asarray(z, dtype=float)
    return z / z.sum(axis=-1, keepdims=True)
# %% softmax: sigmoids
# as if: a sigmoid were put on each score
# hint: Those are separate answers that do not share one whole: they do not sum to 1.
# caught by: softmax-values
def softmax(z):
    return ce.sigmoid(z)
# %% softmax: hard-maximum
# as if: the largest score got probability 1 and the others 0
# hint: That is the hard maximum. Softmax gives each class its share.
# caught by: softmax-values
def softmax(z):
    z = np.asarray(z, dtype=float)
    return np.eye(z.shape[-1])[z.argmax(axis=-1)]
# %% softmax: base-2
# as if: powers of 2 were used, not of e
# hint: That is softmax at another temperature. Use np.exp.
# caught by: softmax-values
def softmax(z):
    return ce.softmax(np.log(2) * np.asarray(z, dtype=float))
# %% softmax: logarithm
# as if: the logarithm of softmax were returned
# hint: That is part 3. Probabilities lie between 0 and 1.
# caught by: softmax-values
def softmax(z):
    return ce.log_softmax(z)
# %% softmax: divided-by-largest
# as if: the exponentials were divided by the largest one, not by their sum
# hint: Then the largest "probability" is always 1. Divide by the sum.
# caught by: softmax-values
def softmax(z):
    z = np.asarray(z, dtype=float)
    return np.exp(z - z.max(axis=-1, keepdims=True))
# %% softmax: unit-length
# as if: the exponentials were scaled to length 1
# hint: Their squares sum to 1 then; probabilities must sum to 1 themselves.
# caught by: softmax-values
def softmax(z):
    p = np.asarray(ce.softmax(z))
    return p / np.sqrt((p**2).sum(axis=-1, keepdims=True))
# %% softmax: overwrites
# as if: the shift were made in the caller's own array
# hint: z -= m writes into the array you were given. Write z = z - m, which makes a new one.
# caught by: softmax-table
def softmax(z):
    z = np.asarray(z, dtype=float)
    z -= z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)
# %% log_softmax: two-steps
# as if: softmax were computed first, and then its logarithm
# hint: Softmax is rounded to 0 before the logarithm sees it. Take the logarithm on paper first: z - log-sum-exp.
# caught by: log-softmax-stable
def log_softmax(z):
    return np.log(ce.softmax(z))
# %% log_softmax: overflows
# as if: log-sum-exp were computed without a shift
# hint: exp(1000) is inf. Subtract the largest logit inside, and add it outside.
# caught by: log-softmax-stable
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
# %% log_softmax: shift-not-undone
# as if: the shift were subtracted inside log-sum-exp and never added back
# hint: Log-sum-exp moves along with a shift: LSE(z) = m + LSE(z - m). Either add m back or shift both z.
# caught by: log-softmax-values, log-softmax-stable
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    m = z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z - m).sum(axis=-1, keepdims=True))
# %% log_softmax: global-shift
# as if: the largest logit of the whole table were subtracted from every row
# hint: A row far below it underflows, and ln 0 is -inf. Each row needs its own largest logit.
# caught by: log-softmax-stable
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    s = z - z.max()
    return s - np.log(np.exp(s).sum(axis=-1, keepdims=True))
# %% log_softmax: epsilon
# as if: a small epsilon were added before the logarithm
# hint: It avoids -inf and caps the loss: ln softmax is -1000 there, not ln(1e-12).
# caught by: log-softmax-stable
def log_softmax(z):
    return np.log(np.asarray(ce.softmax(z)) + 1e-12)
# %% log_softmax: sign
# as if: the sign were turned round
# hint: That is the loss. The logarithm of a probability is never above 0.
# caught by: log-softmax-values
def log_softmax(z):
    return -np.asarray(ce.log_softmax(z))
# %% log_softmax: base-2
# as if: the logarithm were to base 2
# hint: Losses in this course are in nats: np.log.
# caught by: log-softmax-values
def log_softmax(z):
    return np.asarray(ce.log_softmax(z)) / np.log(2)
# %% log_softmax: no-logarithm
# as if: softmax itself were returned
# hint: The logarithm is missing.
# caught by: log-softmax-values
def log_softmax(z):
    return ce.softmax(z)
# %% log_softmax: wrong-axis
# as if: the sum ran over the samples, down the columns
# hint: Each row is a sample: axis=-1.
# caught by: log-softmax-values
def log_softmax(z):
    return ce.log_softmax(z, axis=0)
# %% log_softmax: mean-for-sum
# as if: the mean of the exponentials were taken, not the sum
# hint: Dividing by C adds ln C to the answer. With two equal logits it must be -ln 2, not 0.
# caught by: log-softmax-values
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    return np.asarray(ce.log_softmax(z)) + np.log(z.shape[-1])
# %% log_softmax: sum-of-logs
# as if: the sum of the logits were subtracted
# hint: ln(a + b) is not ln a + ln b: take exponentials, add them, then the logarithm.
# caught by: log-softmax-values
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    return z - z.sum(axis=-1, keepdims=True)
# %% log_softmax: maximum-only
# as if: only the largest logit were subtracted
# hint: The largest logit is nearly log-sum-exp, but not quite: ln(sum of exp(z - m)) is still to be subtracted.
# caught by: log-softmax-values
def log_softmax(z):
    z = np.asarray(z, dtype=float)
    return z - z.max(axis=-1, keepdims=True)
# %% log_softmax: log-sigmoids
# as if: the logarithm of a sigmoid were taken of each score
# hint: Those are separate answers. Here the classes share one whole.
# caught by: log-softmax-values
def log_softmax(z):
    return ce.log_sigmoid(z)
# %% softmax_jacobian: factor-of-the-column
# as if: the common factor were p_j, not p_i
# hint: p_j (1[i=j] - p_j) is right on the diagonal only; the lecture notes slip here, too. Take out p_i, and 1[i=j] - p_j is left.
# caught by: jacobian-values
def softmax_jacobian(z):
    p = ce.softmax(z)
    return p[None, :] * (np.eye(len(p)) - p[None, :])
# %% softmax_jacobian: exponent-below-the-bar
# as if: the power -2 of the sum had been kept below the bar
# hint: (Sum)^(-2) above the bar is (Sum)^2 below it. The lecture notes slip here, too; dividing by (Sum)^(-2) multiplies.
# caught by: jacobian-values
def softmax_jacobian(z):
    e = np.exp(np.asarray(z, dtype=float))
    S = e.sum()
    return np.diag(e / S) - np.outer(e, e) / S ** (-2)
# %% softmax_jacobian: power-too-early
# as if: the product rule had differentiated the power -2 of the sum, where -1 stands
# hint: A quotient is a product with the power -1. The -2 comes out of the derivative; the notes write it one line too early.
# caught by: jacobian-values
def softmax_jacobian(z):
    e = np.exp(np.asarray(z, dtype=float))
    S = e.sum()
    return np.diag(e / S) - 2 * np.outer(e, e) / S**3
# %% softmax_jacobian: sign
# as if: the products p_i p_j were added
# hint: What one class gains the others lose: beside the diagonal all entries are negative.
# caught by: jacobian-values
def softmax_jacobian(z):
    p = ce.softmax(z)
    return np.diag(p) + np.outer(p, p)
# %% softmax_jacobian: diagonal-only
# as if: each logit moved only its own probability
# hint: p_i (1 - p_i) is the diagonal. Raising z_j lowers every other probability, too: -p_i p_j.
# caught by: jacobian-values
def softmax_jacobian(z):
    p = ce.softmax(z)
    return np.diag(p * (1 - p))
# %% softmax_jacobian: vector
# as if: the derivative of each probability in its own logit were returned, as a vector
# hint: C probabilities and C logits have C times C derivatives: a matrix.
# caught by: jacobian-values, jacobian-other
def softmax_jacobian(z):
    p = ce.softmax(z)
    return p * (1 - p)
# %% softmax_jacobian: no-delta
# as if: -p_i p_j were used on the diagonal as well
# hint: Where i = j the numerator depends on z_j, too: p_i (1 - p_i).
# caught by: jacobian-values
def softmax_jacobian(z):
    p = ce.softmax(z)
    return -np.outer(p, p)
# %% softmax_jacobian: delta-everywhere
# as if: 1 stood for the indicator everywhere: p_i (1 - p_j)
# hint: The 1 is there only if i = j. Beside the diagonal it is 0.
# caught by: jacobian-values
def softmax_jacobian(z):
    p = ce.softmax(z)
    return np.outer(p, 1 - p)
# %% softmax_jacobian: of-the-logarithm
# as if: the derivative of the logarithm were returned: 1[i=j] - p_j
# hint: That is d ln p_i / d z_j. The factor p_i is missing.
# caught by: jacobian-values
def softmax_jacobian(z):
    p = ce.softmax(z)
    return np.eye(len(p)) - p[None, :]
# %% softmax_jacobian: broadcast
# as if: p were laid along every row where diag(p) is meant
# hint: p - outer(p, p) puts p into every row of the matrix. It belongs on the diagonal only: np.diag(p).
# caught by: jacobian-values
def softmax_jacobian(z):
    p = ce.softmax(z)
    return p - np.outer(p, p)
# %% softmax_jacobian: takes-p
# as if: the argument were taken for the probabilities already
# hint: The function gets logits: compute p = softmax(z) first.
# caught by: jacobian-values
def softmax_jacobian(z):
    z = np.asarray(z, dtype=float)
    return np.diag(z) - np.outer(z, z)
# %% softmax_jacobian: summed
# as if: the rows had been added up
# hint: Each row sums to 0: you have added the effects of all logits. The matrix itself is asked for.
# caught by: jacobian-values, jacobian-other
def softmax_jacobian(z):
    p = ce.softmax(z)
    return (np.diag(p) - np.outer(p, p)).sum(axis=1)
# %% cross_entropy: mean
# as if: the mean of the losses were returned
# hint: One loss for each sample is asked for, shape (n,); the mean comes later.
# caught by: cross-entropy-values, cross-entropy-other
def cross_entropy(y, p):
    return ce.cross_entropy(y, p)
# %% cross_entropy: total
# as if: the losses were added up
# hint: One loss for each sample is asked for, shape (n,).
# caught by: cross-entropy-values, cross-entropy-other
def cross_entropy(y, p):
    return ce.cross_entropy(y, p, reduction="sum")
# %% cross_entropy: sign
# as if: the minus sign were missing
# hint: The logarithm of a probability is at most 0; the loss is minus that.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return np.log(np.asarray(p)[np.arange(len(p)), y])
# %% cross_entropy: base-2
# as if: the logarithm were to base 2
# hint: The text asks for nats: np.log.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return -np.log2(np.asarray(p)[np.arange(len(p)), y])
# %% cross_entropy: no-logarithm
# as if: one minus the probability of the label were returned
# hint: That is near the loss for a good guess, and far from it for a bad one. The loss is -ln p.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return 1 - np.asarray(p)[np.arange(len(p)), y]
# %% cross_entropy: likeliest-class
# as if: the probability of the likeliest class were used
# hint: The label may be another class, and then the loss must be large. Pick p at the label.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return -np.log(np.max(p, axis=1))
# %% cross_entropy: all-classes
# as if: the surprises of all classes were added
# hint: Only the class that came counts: the others have y_k = 0.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return -np.log(p).sum(axis=1)
# %% cross_entropy: every-pair
# as if: every sample's probabilities were read at every sample's label
# hint: p[:, y] has shape (n, n). Pair each row with its own label: p[np.arange(n), y].
# caught by: cross-entropy-values, cross-entropy-other
def cross_entropy(y, p):
    return -np.log(np.asarray(p)[:, y])
# %% cross_entropy: rows-by-label
# as if: the labels picked rows, not columns
# hint: Rows are samples, columns are classes: the label is the second index.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return -np.log(np.asarray(p)[y, np.arange(len(p))])
# %% cross_entropy: off-by-one
# as if: the classes were numbered from 1
# hint: Class 0 is column 0. Index -1 is the last column, and NumPy does not complain.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return -np.log(np.asarray(p)[np.arange(len(p)), np.asarray(y) - 1])
# %% cross_entropy: binary-form
# as if: the terms of the other classes, -ln(1 - p_k), were added
# hint: That is the binary loss, once for each class. Here the classes exclude each other: only -ln p of the label.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    p = np.asarray(p)
    Y = np.eye(p.shape[1])[np.asarray(y)]
    return -(Y * np.log(p) + (1 - Y) * np.log(1 - p)).sum(axis=1)
# %% cross_entropy: entropy
# as if: the entropy of the prediction were returned
# hint: The label does not occur in it. That is how unsure the model is, not how wrong.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return -(np.asarray(p) * np.log(p)).sum(axis=1)
# %% cross_entropy: takes-logits
# as if: p were taken for logits and put through softmax
# hint: These are probabilities already. Softmax on top flattens them.
# caught by: cross-entropy-values
def cross_entropy(y, p):
    return ce.cross_entropy_with_logits(y, p, reduction="none")
# %% cross_entropy_with_logits: two-steps
# as if: softmax were computed first, and then the logarithm
# hint: For a hopeless sample softmax is rounded to 0 and the loss becomes inf. Use log_softmax.
# caught by: with-logits-stable
def cross_entropy_with_logits(y, z):
    return -np.log(np.asarray(ce.softmax(z))[np.arange(len(z)), y])
# %% cross_entropy_with_logits: overflows
# as if: log-sum-exp were computed without a shift
# hint: exp(1000) is inf. ce.log_softmax does the shift for you.
# caught by: with-logits-stable
def cross_entropy_with_logits(y, z):
    z = np.asarray(z, dtype=float)
    return np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), y]
# %% cross_entropy_with_logits: clipped
# as if: the probabilities were kept away from 0 by a small epsilon
# hint: That caps the loss near 28. The logits know better: the loss is 1000 there.
# caught by: with-logits-stable
def cross_entropy_with_logits(y, z):
    p = np.clip(ce.softmax(z), 1e-12, 1)
    return -np.log(p[np.arange(len(p)), y])
# %% cross_entropy_with_logits: mean
# as if: the mean of the losses were returned
# hint: One loss for each sample is asked for, shape (n,).
# caught by: with-logits-values, with-logits-stable
def cross_entropy_with_logits(y, z):
    return ce.cross_entropy_with_logits(y, z)
# %% cross_entropy_with_logits: total
# as if: the losses were added up
# hint: One loss for each sample is asked for, shape (n,).
# caught by: with-logits-values, with-logits-stable
def cross_entropy_with_logits(y, z):
    return ce.cross_entropy_with_logits(y, z, reduction="sum")
# %% cross_entropy_with_logits: sign
# as if: the minus sign were missing
# hint: ln softmax is at most 0; the loss is minus that.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    return ce.log_softmax(z)[np.arange(len(z)), y]
# %% cross_entropy_with_logits: base-2
# as if: the logarithm were to base 2
# hint: Losses in this course are in nats: np.log.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    return ce.cross_entropy_with_logits(y, z, reduction="none") / np.log(2)
# %% cross_entropy_with_logits: not-softmaxed
# as if: the logits were taken for probabilities
# hint: The logarithm of a logit means nothing: logits may be 0 or negative. Put softmax between.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    return -np.log(np.asarray(z, dtype=float)[np.arange(len(z)), y])
# %% cross_entropy_with_logits: lse-only
# as if: log-sum-exp were returned, without the logit of the label
# hint: The loss is LSE(z) - z_c: without z_c it does not know the label.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    return np.logaddexp.reduce(np.asarray(z, dtype=float), axis=1)
# %% cross_entropy_with_logits: label-logit-only
# as if: minus the logit of the label were returned
# hint: Log-sum-exp is missing: a logit counts only in comparison with the others.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    return -np.asarray(z, dtype=float)[np.arange(len(z)), y]
# %% cross_entropy_with_logits: largest-for-lse
# as if: the largest logit stood for log-sum-exp
# hint: That is close when one logit leads by far. ln(sum of exp(z - m)) is still to be added.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    z = np.asarray(z, dtype=float)
    return z.max(axis=1) - z[np.arange(len(z)), y]
# %% cross_entropy_with_logits: shift-not-undone
# as if: the shift inside log-sum-exp were never added back
# hint: LSE(z) = m + LSE(z - m): add m, or subtract it from z_c as well.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    z = np.asarray(z, dtype=float)
    m = z.max(axis=1, keepdims=True)
    return np.log(np.exp(z - m).sum(axis=1)) - z[np.arange(len(z)), y]
# %% cross_entropy_with_logits: likeliest-class
# as if: the loss of the likeliest class were returned
# hint: The label may be another class: read log_softmax at the label.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    return -ce.log_softmax(z).max(axis=1)
# %% cross_entropy_with_logits: off-by-one
# as if: the classes were numbered from 1
# hint: Class 0 is column 0. Index -1 is the last column, and NumPy does not complain.
# caught by: with-logits-values
def cross_entropy_with_logits(y, z):
    return -ce.log_softmax(z)[np.arange(len(z)), np.asarray(y) - 1]
# %% cross_entropy_gradient: no-mean
# as if: the mean over the samples were forgotten
# hint: The loss is a mean of n losses: each row's gradient is divided by n.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return ce.softmax(z) - ce.one_hot(y, np.shape(z)[1])
# %% cross_entropy_gradient: divided-by-classes
# as if: the mean ran over the classes, too
# hint: Only the samples are averaged. Divide by n, not by C or by n times C.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return (ce.softmax(z) - ce.one_hot(y, np.shape(z)[1])) / np.size(z)
# %% cross_entropy_gradient: sign
# as if: it were y - p
# hint: That is the way downhill. The gradient points uphill: p - y.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return (ce.one_hot(y, np.shape(z)[1]) - ce.softmax(z)) / len(y)
# %% cross_entropy_gradient: label-number
# as if: the number of the label were subtracted, not its one-hot vector
# hint: A label is a place, not a quantity: p - one_hot(y).
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return (ce.softmax(z) - np.asarray(y)[:, None]) / len(y)
# %% cross_entropy_gradient: leftover-index
# as if: y_i with a left-over index i stood there, not y_j
# hint: The sum over i has used the i up; only j is left: p_j - y_j. The lecture notes slip here, too.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    Y = ce.one_hot(y, np.shape(z)[1])
    return (ce.softmax(z) - Y[:, -1:]) / len(y)
# %% cross_entropy_gradient: factor-of-the-column
# as if: the softmax derivative had the factor p_j, not p_i
# hint: The sum over i of -(y_i/p_i) p_i (1[i=j] - p_j): the p_i cancel. With p_j in its place, as in the lecture notes, they do not.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    p = np.asarray(ce.softmax(z))
    Y = ce.one_hot(y, p.shape[1])
    return (p**2 * (Y / p).sum(axis=1, keepdims=True) - Y) / len(p)
# %% cross_entropy_gradient: in-the-probabilities
# as if: the derivative were taken in the probabilities: -y/p
# hint: That is the first factor of the chain rule. The derivative of softmax is still to come.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return -ce.one_hot(y, np.shape(z)[1]) / ce.softmax(z) / len(y)
# %% cross_entropy_gradient: softmax-twice
# as if: the derivative of softmax had been multiplied in once more
# hint: p - y has the chain rule inside already. The factor p(1 - p) belongs to the squared error.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    p = np.asarray(ce.softmax(z))
    return (p - ce.one_hot(y, p.shape[1])) * p * (1 - p) / len(p)
# %% cross_entropy_gradient: probabilities-only
# as if: the labels were not subtracted
# hint: Without - y the gradient does not know the labels, and its rows do not sum to 0.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return np.asarray(ce.softmax(z)) / len(y)
# %% cross_entropy_gradient: label-only
# as if: only the label's own entry had a derivative
# hint: The other logits matter, too: they are in the sum below the bar. Their derivative is p_k.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    Y = ce.one_hot(y, np.shape(z)[1])
    return Y * (ce.softmax(z) - Y) / len(y)
# %% cross_entropy_gradient: averaged-away
# as if: the rows of all samples were averaged into one
# hint: Each sample has logits of its own and so a row of its own: shape (n, C).
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return (ce.softmax(z) - ce.one_hot(y, np.shape(z)[1])).mean(axis=0)
# %% cross_entropy_gradient: logits-for-probabilities
# as if: softmax were left out: z - y
# hint: It is the probabilities minus the labels: p = softmax(z).
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return (np.asarray(z) - ce.one_hot(y, np.shape(z)[1])) / len(y)
# %% cross_entropy_gradient: sigmoids
# as if: a sigmoid stood on each logit, not one softmax on all
# hint: The classes exclude each other here: use softmax along the row.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return (ce.sigmoid(z) - ce.one_hot(y, np.shape(z)[1])) / len(y)
# %% cross_entropy_gradient: off-by-one
# as if: the classes were numbered from 1
# hint: Class 0 is column 0; ce.one_hot(y, C) does it right.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    C = np.shape(z)[1]
    return (ce.softmax(z) - np.eye(C)[np.asarray(y) - 1]) / len(y)
# %% cross_entropy_gradient: the-loss
# as if: the loss were returned, not its gradient
# hint: One number for each logit is asked for: how the loss changes when that logit does.
# caught by: gradient-values
def cross_entropy_gradient(y, z):
    return ce.cross_entropy_with_logits(y, z, reduction="none")
# %% fit_softmax_regression: uphill
# as if: the gradient were added
# hint: The gradient points uphill. Subtract it to make the loss smaller.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W + learning_rate * X.T @ G, b + learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: no-mean
# as if: the gradient of the sum of the losses were used
# hint: The mean loss is asked for: divide by n. Otherwise the step grows with the number of samples.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = ce.softmax(X @ W + b) - Y
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: no-bias
# as if: the bias stayed zero
# hint: b has a gradient, too: the sum of the rows of G.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        W = W - learning_rate * X.T @ ((ce.softmax(X @ W + b) - Y) / len(X))
    return W, b
# %% fit_softmax_regression: bias-averaged-twice
# as if: the bias took the mean of the rows of G, which has the mean inside already
# hint: G is divided by n once. Add up its rows: another mean divides by n twice.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.mean(axis=0)
    return W, b
# %% fit_softmax_regression: bias-one-number
# as if: all classes shared one bias
# hint: Sum G over the samples (axis 0), not over everything: each class has a bias of its own.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum()
    return W, b
# %% fit_softmax_regression: one-step-more
# as if: one step too many were taken
# hint: range(steps) takes exactly so many steps; with 0 steps the answer is the start.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps + 1):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: one-step-less
# as if: one step too few were taken
# hint: range(1, steps) has only steps - 1 numbers.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(1, steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: first-step-only
# as if: every step used the gradient at the start
# hint: Compute the gradient anew in each step: it changes with W and b. Is it inside the loop?
# caught by: fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    G = (ce.softmax(X @ W + b) - Y) / len(X)
    for _ in range(steps):
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: returned-in-the-loop
# as if: the function returned after its first step
# hint: Look at the indentation of `return`: it belongs after the loop, not in it.
# caught by: fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(min(steps, 1)):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: one-after-the-other
# as if: b's gradient were computed after W had moved already
# hint: Compute both gradients at the present W and b, then move both.
# caught by: fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        W = W - learning_rate * X.T @ ((ce.softmax(X @ W + b) - Y) / len(X))
        b = b - learning_rate * ((ce.softmax(X @ W + b) - Y) / len(X)).sum(axis=0)
    return W, b
# %% fit_softmax_regression: sigmoids
# as if: a separate logistic regression were trained for each class
# hint: The classes exclude each other: one softmax on all the scores, not a sigmoid on each.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.sigmoid(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: wrong-axis
# as if: softmax ran over the samples
# hint: Each row of X W + b is a sample: softmax along the last axis.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.softmax(X @ W + b, axis=0) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: transposed
# as if: W had a row for each class
# hint: W has shape (d, C): a column for each class. Return the transpose.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W.T, b
# %% fit_softmax_regression: bias-first
# as if: b and W were returned in the other order
# hint: return W, b: the weights first.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return b, W
# %% fit_softmax_regression: weights-only
# as if: only W were returned
# hint: The pair is asked for: return W, b.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W
# %% fit_softmax_regression: from-ones
# as if: W and b started at one
# hint: The text starts from zeros. From ones every class has the same score, too, but the result is shifted.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.ones((X.shape[1], num_classes)), np.ones(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate * X.T @ G, b - learning_rate * G.sum(axis=0)
    return W, b
# %% fit_softmax_regression: sample-by-sample
# as if: W and b moved after every single sample
# hint: That is stochastic gradient descent. Here one step uses the mean over all samples.
# caught by: fit-one-step, fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for _ in range(steps):
        for x, t in zip(X, Y):
            r = ce.softmax(x @ W + b) - t
            W, b = W - learning_rate * np.outer(x, r), b - learning_rate * r
    return W, b
# %% fit_softmax_regression: decaying-steps
# as if: the learning rate shrank from step to step
# hint: Plain gradient descent keeps the learning rate that it was given.
# caught by: fit-more-steps
def fit_softmax_regression(X, y, num_classes, learning_rate, steps):
    X = np.asarray(X, dtype=float)
    W, b, Y = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), ce.one_hot(y, num_classes)
    for t in range(steps):
        G = (ce.softmax(X @ W + b) - Y) / len(X)
        W, b = W - learning_rate / (t + 1) * X.T @ G, b - learning_rate / (t + 1) * G.sum(axis=0)
    return W, b
