# Named wrong solutions, each with the hint that a student should read.
# %% inner: no-sum
# as if: the products were not added up
# hint: The inner product is one number: the sum of the products of the components.
# caught by: inner-values
def inner(u, v):
    return np.asarray(u) * np.asarray(v)
# %% inner: outer
# as if: every component of u were multiplied by every component of v
# hint: That is the outer product, a matrix. Only components with the same index meet.
# caught by: inner-values
def inner(u, v):
    return np.outer(u, v)
# %% inner: outer-summed
# as if: the sums of the two vectors were multiplied
# hint: (a + b)(c + d) is not ac + bd. Multiply component by component, then add.
# caught by: inner-values
def inner(u, v):
    return float(np.sum(u) * np.sum(v))
# %% inner: mean
# as if: the mean of the products were taken
# hint: There is no division by d in the inner product.
# caught by: inner-values
def inner(u, v):
    return float(np.mean(np.asarray(u) * np.asarray(v)))
# %% inner: last-component
# as if: only the last components were multiplied
# hint: The summand carries the running index: u_k v_k. A fixed index, as in u_d v_d, leaves out all the others.
# caught by: inner-values
def inner(u, v):
    return float(u[-1] * v[-1])
# %% inner: starts-at-one
# as if: the sum started at index 1
# hint: Indices start at 0: range(len(u)), not range(1, len(u)).
# caught by: inner-values
def inner(u, v):
    return float(sum(u[k] * v[k] for k in range(1, len(u))))
# %% inner: stops-early
# as if: the sum left out the last component
# hint: The indices run from 0 to d - 1, and range(d) already stops there.
# caught by: inner-values
def inner(u, v):
    return float(sum(u[k] * v[k] for k in range(len(u) - 1)))
# %% inner: absolute
# as if: the products were made positive before they are added
# hint: Products may be negative: that is how opposite directions show.
# caught by: inner-values
def inner(u, v):
    return float(np.sum(np.abs(np.asarray(u) * np.asarray(v))))
# %% inner: sum-of-sums
# as if: the components were added instead of multiplied
# hint: Multiply u_k by v_k; then add over k.
# caught by: inner-values
def inner(u, v):
    return float(np.sum(np.asarray(u) + np.asarray(v)))
# %% inner: cosine
# as if: the lengths were divided out
# hint: That is the cosine of the angle. The inner product keeps the lengths.
# caught by: inner-values
def inner(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    with np.errstate(invalid="ignore"):
        return float(np.sum(u * v) / np.sqrt(np.sum(u * u) * np.sum(v * v)))
# %% norm: squared
# as if: the root were missing
# hint: The inner product of v with itself is the square of the length.
# caught by: norm-values
def norm(v):
    v = np.asarray(v, float)
    return float(np.sum(v * v))
# %% norm: sum-of-absolutes
# as if: the absolute values were added
# hint: That is another norm (the 1-norm). The length of an arrow goes by Pythagoras.
# caught by: norm-values
def norm(v):
    return float(np.sum(np.abs(v)))
# %% norm: largest
# as if: the largest component were taken
# hint: That is another norm (the maximum norm). Every component counts, squared.
# caught by: norm-values
def norm(v):
    return float(np.max(np.abs(v)))
# %% norm: root-mean-square
# as if: the mean of the squares were taken
# hint: No division by d: more components make a vector longer.
# caught by: norm-values
def norm(v):
    return float(np.sqrt(np.mean(np.square(v))))
# %% norm: root-of-sum
# as if: the components were added before squaring
# hint: Square each component first, then add. Adding first lets signs cancel.
# caught by: norm-values
def norm(v):
    return float(np.sqrt(np.sum(np.asarray(v, float)) ** 2))
# %% norm: sum-of-roots
# as if: the root were taken of each square before adding
# hint: The root of a sum is not the sum of the roots: one root, at the end.
# caught by: norm-values
def norm(v):
    return float(np.sum(np.sqrt(np.square(np.asarray(v, float)))) + 0.0)
# %% norm: dimension
# as if: the number of components were returned
# hint: The length of a vector is how far its arrow reaches, not how many entries it has.
# caught by: norm-values
def norm(v):
    return float(len(v))
# %% norm: half-power-of-each
# as if: absolute values were rooted and added
# hint: Square the components, add, take one root.
# caught by: norm-values
def norm(v):
    return float(np.sum(np.sqrt(np.abs(v))))
# %% cosine_similarity: lengths-forgotten
# as if: the inner product were returned as it is
# hint: Divide by both lengths; else a long vector looks similar to everything.
# caught by: cosine-values, cosine-scale
def cosine_similarity(u, v):
    return ce.inner(u, v)
# %% cosine_similarity: squares-of-lengths
# as if: the lengths were divided out twice
# hint: v·v is the square of the length; take the roots.
# caught by: cosine-values, cosine-scale
def cosine_similarity(u, v):
    return ce.inner(u, v) / (ce.inner(u, u) * ce.inner(v, v))
# %% cosine_similarity: one-length
# as if: only one of the two lengths were divided out
# hint: Both lengths have to go.
# caught by: cosine-values, cosine-scale
def cosine_similarity(u, v):
    return ce.inner(u, v) / ce.norm(u)
# %% cosine_similarity: other-length
# as if: only the length of v were divided out
# hint: Both lengths have to go.
# caught by: cosine-values, cosine-scale
def cosine_similarity(u, v):
    return ce.inner(u, v) / ce.norm(v)
# %% cosine_similarity: absolute
# as if: the sign were thrown away
# hint: Opposite directions have similarity -1, not 1.
# caught by: cosine-scale
def cosine_similarity(u, v):
    return abs(ce.inner(u, v)) / (ce.norm(u) * ce.norm(v))
# %% cosine_similarity: angle
# as if: the angle were returned, not its cosine
# hint: No arccos here: the cosine itself is the similarity.
# caught by: cosine-values, cosine-scale
def cosine_similarity(u, v):
    return ce.angle(u, v)
# %% cosine_similarity: distance
# as if: one minus the cosine were returned
# hint: That is the cosine distance. The similarity is 1 for equal directions.
# caught by: cosine-values, cosine-scale
def cosine_similarity(u, v):
    return 1 - ce.inner(u, v) / (ce.norm(u) * ce.norm(v))
# %% cosine_similarity: sum-of-lengths
# as if: the inner product were divided by the sum of the lengths
# hint: Divide by the product of the lengths.
# caught by: cosine-values, cosine-scale
def cosine_similarity(u, v):
    return ce.inner(u, v) / (ce.norm(u) + ce.norm(v))
# %% angle: unclipped
# as if: arccos were taken of the rounded cosine
# hint: Rounding can push the cosine just above 1, and arccos of that is nan. Keep it in [-1, 1] with np.clip.
# caught by: angle-ends
def angle(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    with np.errstate(invalid="ignore"):
        return float(np.arccos(np.sum(u * v) / (np.sqrt(np.sum(u * u)) * np.sqrt(np.sum(v * v)))))
# %% angle: degrees
# as if: the angle were given in degrees
# hint: Radians are asked for: a right angle is pi/2, not 90.
# caught by: angle-values
def angle(u, v):
    return float(np.degrees(ce.angle(u, v)))
# %% angle: cosine
# as if: the cosine were returned, not the angle
# hint: Take arccos of it.
# caught by: angle-values, angle-ends
def angle(u, v):
    return ce.cosine_similarity(u, v)
# %% angle: arcsin
# as if: arcsin were taken instead of arccos
# hint: The quotient is the cosine of the angle: undo it with arccos.
# caught by: angle-values, angle-ends
def angle(u, v):
    return float(np.arcsin(np.clip(ce.cosine_similarity(u, v), -1, 1)))
# %% angle: acute
# as if: the sign of the inner product were thrown away
# hint: Vectors can point away from each other: angles run up to pi, not to pi/2.
# caught by: angle-ends
def angle(u, v):
    return float(np.arccos(np.clip(abs(ce.cosine_similarity(u, v)), -1, 1)))
# %% angle: lengths-forgotten
# as if: arccos were taken of the inner product itself
# hint: Divide by both lengths first; arccos only takes numbers in [-1, 1].
# caught by: angle-values, angle-ends
def angle(u, v):
    return float(np.arccos(np.clip(ce.inner(u, v), -1, 1)))
# %% angle: arctan
# as if: arctan were taken of the cosine
# hint: The quotient is a cosine, not a tangent: undo it with arccos.
# caught by: angle-values, angle-ends
def angle(u, v):
    return float(np.arctan(ce.cosine_similarity(u, v)))
# %% angle: first-components
# as if: only the first two components were used
# hint: An angle is measured in any dimension, with all components: through the inner product.
# caught by: angle-values
def angle(u, v):
    return ce.angle(np.asarray(u, float)[:2], np.asarray(v, float)[:2])
# %% project: onto-u
# as if: v were projected onto u
# hint: The result must lie along v: the second argument is what you project onto.
# caught by: project-values, project-other
def project(u, v):
    u = np.asarray(u, float)
    return ce.inner(u, v) / ce.inner(u, u) * u
# %% project: length-not-squared
# as if: the inner product were divided by the length of v, not by its square
# hint: One length makes v a unit vector, the other makes u·v the length of the shadow.
# caught by: project-values
def project(u, v):
    v = np.asarray(v, float)
    return ce.inner(u, v) / ce.norm(v) * v
# %% project: not-divided
# as if: v were assumed to have length 1
# hint: Divide by v·v, or the length of v counts twice.
# caught by: project-values, project-other
def project(u, v):
    return ce.inner(u, v) * np.asarray(v, float)
# %% project: number
# as if: the length of the shadow were returned
# hint: A number is not yet a vector: multiply the unit vector along v by it.
# caught by: project-values, project-other
def project(u, v):
    return ce.inner(u, v) / ce.norm(v)
# %% project: coefficient
# as if: only the factor u·v/v·v were returned
# hint: The projection is that factor times the vector v.
# caught by: project-values, project-other
def project(u, v):
    return ce.inner(u, v) / ce.inner(v, v)
# %% project: rest
# as if: the part at a right angle to v were returned
# hint: That is what is left after the projection is taken away: u minus the shadow.
# caught by: project-values, project-other
def project(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    return u - ce.inner(u, v) / ce.inner(v, v) * v
# %% project: factor-times-u
# as if: the factor were multiplied by u
# hint: The shadow lies along v, so it is a multiple of v.
# caught by: project-values
def project(u, v):
    return ce.inner(u, v) / ce.inner(v, v) * np.asarray(u, float)
# %% project: componentwise
# as if: the components were multiplied one by one
# hint: The inner product is one number; it scales the whole vector v.
# caught by: project-values
def project(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    return u * v / ce.inner(v, v) * v
# %% classify: zero-is-zero
# as if: np.sign were used as it is
# hint: np.sign(0) is 0, which is no class. Settle it: here 0 counts as +1.
# caught by: classify-zero
def classify(X, w, b):
    return np.sign(X @ w + b)
# %% classify: zero-is-minus
# as if: a score of 0 were answered with -1
# hint: The text settles the sign of 0 as +1: use >=, not >.
# caught by: classify-zero
def classify(X, w, b):
    return np.where(X @ w + b > 0, 1, -1)
# %% classify: labels-0-1
# as if: the answers were 0 and 1
# hint: This classifier answers -1 or +1.
# caught by: classify-values
def classify(X, w, b):
    return (X @ w + b >= 0).astype(int)
# %% classify: scores
# as if: the scores were returned, without the sign
# hint: Only the sign of the score is asked for.
# caught by: classify-values, classify-zero
def classify(X, w, b):
    return X @ w + b
# %% classify: no-bias
# as if: the bias b were left out
# hint: Without b every boundary goes through the origin.
# caught by: classify-values
def classify(X, w, b):
    return np.where(X @ w >= 0, 1, -1)
# %% classify: bias-subtracted
# as if: b were subtracted
# hint: f(x) = w·x + b. With a minus sign the boundary moves the wrong way.
# caught by: classify-values
def classify(X, w, b):
    return np.where(X @ w - b >= 0, 1, -1)
# %% classify: turned-round
# as if: the classes were turned round
# hint: A positive score is class +1.
# caught by: classify-values, classify-zero
def classify(X, w, b):
    return np.where(X @ w + b >= 0, -1, 1)
# %% classify: column
# as if: a column, shape (n, 1), were returned
# hint: Keep w one-dimensional: X @ w has shape (n,).
# caught by: classify-values, classify-zero
def classify(X, w, b):
    return np.where(X @ w.reshape(-1, 1) + b >= 0, 1, -1)
