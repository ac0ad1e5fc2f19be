# Everything right, step by step as the text suggests.
# %% entropy
def entropy(p, base=None):
    total = 0.0
    for x in p:
        if x > 0:
            total = total - x * np.log(x)
    if base is not None:
        total = total / np.log(base)
    return total
# %% cross_entropy
def cross_entropy(p, q, base=None):
    total = 0.0
    for x, y in zip(p, q):
        if x > 0 and y == 0:
            return np.inf
        if x > 0:
            total = total - x * np.log(y)
    if base is not None:
        total = total / np.log(base)
    return total
# %% kl_divergence
def kl_divergence(p, q, base=None):
    if base is None:
        return ce.information.cross_entropy(p, q) - ce.entropy(p)
    return ce.information.cross_entropy(p, q, base=base) - ce.entropy(p, base=base)
# %% product_distribution
def product_distribution(p1, p2):
    return np.array([[x * y for y in p2] for x in p1])
# %% derivation
derivation = """
-Sum(Sum(p[i]*r[j]*ln(q[i]*s[j]), j), i)
= -Sum(Sum(p[i]*r[j]*ln(q[i]) + p[i]*r[j]*ln(s[j]), j), i)   ; logarithm of a product
= -Sum(p[i]*ln(q[i])*Sum(r[j], j), i)
  - Sum(p[i]*Sum(r[j]*ln(s[j]), j), i)                       ; split the sum
= -Sum(p[i]*ln(q[i]), i) - Sum(r[j]*ln(s[j]), j)             ; both sum to one
= crossentropy(p, q) + crossentropy(r, s)                    ; definition of cross-entropy
"""
# %% choice
answer = "b"
# %% plot
q = np.linspace(0.01, 0.99, 99)
plt.plot(q, [ce.information.cross_entropy([0.3, 0.7], [x, 1 - x]) for x in q], label="H(P, Q)")
plt.axhline(ce.entropy([0.3, 0.7]), color="black", label="H(P)")
plt.xlabel("q")
plt.ylabel("nats")
plt.legend()
# They touch at q = 0.3; the gap is the divergence of Q from P.
# %% [markdown] floor
# The loss is the entropy of the labels given the inputs plus the divergence. No model gets below
# the entropy, so 0.9 may be as good as it can be; training can only remove the divergence.
