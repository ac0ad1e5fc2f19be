# ruff: noqa: E501  (one step a line, so that a chain reads like a table)
"""The source's slips: each line as printed, and the line that was meant.

A slip that is an equation is refuted and its correction proved; one of wording is only told. All of
them are slips that everyone makes at the board.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..derivation import Derivation
from ..errors import ParseError, ProofError, RefutedError
from .entries import get

_SOFTMAX = "i, j, k: 1..n; y: weights[n]; z: real[n]"
_HAT = "yhat[i] = softmax(z, i)"


@dataclass(frozen=True)
class Erratum:
    """One slip.

    printed : the step as printed (two lines of a chain), or words, in Markdown.
    meant : the corrected step, or words.
    note : what is wrong, in Markdown.
    """

    refs: str
    lines: str
    title: str
    printed: str
    meant: str
    note: str
    given: str = ""
    where: str = ""
    needs: str = ""

    @property
    def formal(self) -> bool:
        """Is the slip an equation?"""
        return bool(self.given)

    def correction(self) -> Derivation:
        """The corrected line, proved."""
        if self.needs:
            get(self.needs)  # the lemma that the correction cites
        return Derivation(self.title, self.meant, self.given, self.where)

    def objection(self) -> ProofError:
        """What the checker says to the printed line.

        Raises
        ------
        AssertionError : it says nothing, so this is no erratum.
        """
        try:
            Derivation(f"{self.title}, as printed", self.printed, self.given, self.where)
        except (RefutedError, ParseError) as e:
            return e
        raise AssertionError(f"{self.title}: the printed line was accepted")


ERRATA: tuple[Erratum, ...] = (
    Erratum(
        "B1", "slides 3 to 8", "the index of the inner product",
        "u @ v\n = Sum(u[d]*v[d], k)", "u @ v\n = Sum(u[k]*v[k], k)",
        "The summand must carry the running index. $u_d$ does not even exist when the components are "
        "numbered $0$ to $d - 1$.",
        "k: 0..d-1; u, v: real[d]",
    ),
    Erratum(
        "A4b", "notes 26", "the factor of the Jacobian",
        "Sum(-(y[i]/yhat[i])*D(yhat[i], z[j]), i)\n"
        " = Sum(-(y[i]/yhat[i])*yhat[j]*(delta(i, j) - yhat[j]), i)",
        "Sum(-(y[i]/yhat[i])*D(yhat[i], z[j]), i)\n"
        " = Sum(-(y[i]/yhat[i])*yhat[i]*(delta(i, j) - yhat[j]), i)",
        "One index of the first factor: it is the component that is differentiated.",
        _SOFTMAX, _HAT,
    ),
    Erratum(
        "A4e", "notes 29", "the component of the gradient",
        "D(-Sum(y[i]*ln(yhat[i]), i), z[j])\n = yhat[j] - y[i]",
        "D(-Sum(y[i]*ln(yhat[i]), i), z[j])\n = yhat[j] - y[j]",
        "The index $i$ is used up by the sum; only $j$ is left.",
        _SOFTMAX, _HAT,
    ),
    Erratum(
        "A4d", "notes 28 and 29", "a step that hides two slips",
        "Sum(y[i]*yhat[j]*yhat[j]/yhat[i], i) - Sum(y[i]*yhat[j]*delta(i, j)/yhat[i], i)\n"
        " = yhat[j] - y[j]",
        "Sum(y[i]*yhat[i]*yhat[j]/yhat[i], i) - Sum(y[i]*yhat[i]*delta(i, j)/yhat[i], i)\n"
        " = yhat[j] - y[j]",
        "The wrong factor of the line above makes this step false; the right result is written down all "
        "the same.",
        _SOFTMAX, _HAT,
    ),
    Erratum(
        "A3", "notes 19", "the labels must sum to one",
        "D(-Sum(y[i]*ln(yhat[i]), i), z[j])\n = yhat[j] - y[j]",
        "D(-Sum(y[i]*ln(yhat[i]), i), z[j])\n = yhat[j]*Sum(y[i], i) - y[j]",
        "For labels that are any real numbers, the sum of the labels stays as a factor.",
        "i, j, k: 1..n; y, z: real[n]", _HAT,
    ),
    Erratum(
        "A5b", "notes 32", "the Jacobian of softmax",
        "yhat[j]*delta(i, j) - yhat[j]*yhat[i]\n = yhat[j]*(delta(i, j) - yhat[j])",
        "yhat[j]*delta(i, j) - yhat[j]*yhat[i]\n = yhat[i]*(delta(i, j) - yhat[j])",
        r"Taking out $\hat y_j$ leaves $\mathbf{1}[i = j] - \hat y_i$; taking out $\hat y_i$ leaves "
        r"$\mathbf{1}[i = j] - \hat y_j$. The printed line mixes both.",
        _SOFTMAX, _HAT,
    ),
    Erratum(
        "A6a", "notes 34", "an index used twice",
        "D(-Sum(y[k]*ln(p[k]), k), p[i])\n = -Sum(D(y[i]*ln(p[i]), p[i]), i)",
        "D(-Sum(y[k]*ln(p[k]), k), p[i])\n = -Sum(D(y[k]*ln(p[k]), p[i]), k)",
        "The sum needs an index of its own: $i$ is already taken by the derivative.",
        "i, k: 1..n; y: real[n]; p: positive[n]",
    ),
    Erratum(
        "A13b", "notes 147", "the product rule and an exponent",
        "D(exp(z[i])/Sum(exp(z[k]), k), z[j])\n"
        " = D(exp(z[i]), z[j])*(1/Sum(exp(z[k]), k))"
        " + exp(z[i])*D(Sum(exp(z[k]), k)**(-2), z[j])",
        "D(exp(z[i])/Sum(exp(z[k]), k), z[j])\n"
        " = D(exp(z[i]), z[j])*(1/Sum(exp(z[k]), k))"
        " + exp(z[i])*D(Sum(exp(z[k]), k)**(-1), z[j])",
        "A quotient is a product with the power $-1$; the $-2$ comes one line later. (The printed line "
        "also lacks the sign of the derivative.)",
        "i, j, k: 1..n; z: real[n]",
    ),
    Erratum(
        "A13c A13d", "notes 148 and 149", "a power below the bar",
        "D(softmax(z, i), z[j])\n = softmax(z, j)*delta(i, j)"
        " + (-exp(z[i]))/Sum(exp(z[k]), k)**(-2)*exp(z[j])",
        "D(softmax(z, i), z[j])\n = softmax(z, j)*delta(i, j)"
        " + (-exp(z[i]))/Sum(exp(z[k]), k)**2*exp(z[j])",
        "Below the bar the power is $+2$: one minus sign too many.",
        "i, j, k: 1..n; z: real[n]",
    ),
    Erratum(
        "A18", "notes 244", "the minimum over which argument?",
        "entropy(p) - crossentropy(q, p)\n <= 0", "entropy(p) - crossentropy(p, q)\n"
        " <= 0   ; the logarithm lies below its tangent; both sum to one"
        " [tangent of the logarithm: x = q[i]/p[i], times p[i]]",
        "Cross-entropy is least for $Q = P$ when $P$ is fixed. For fixed $Q$, another $P$ may do better "
        "(written here with the arguments exchanged).",
        "i: 1..n; p, q: simplex[n]", "", "logarithm-below-tangent",
    ),
    Erratum(
        "A30", "notes 560", "the card's title",
        "D(-Sum(y[i]*ln(sigma(z[i])), i), z[j])\n = sigma(z[j]) - y[j]",
        "D(-Sum(y[i]*ln(softmax(z, i)), i), z[j])\n = softmax(z, j) - y[j]",
        r"With several classes the prediction is $\operatorname{softmax}(z)$, not $\sigma(z)$.",
        _SOFTMAX,
    ),
    Erratum(
        "A17", "notes 238", "a dx too many",
        "a sum over $x$ with $dx$ at its end", "the same sum without $dx$",
        "$dx$ belongs to the integral of the continuous case.",
    ),
    Erratum(
        "A21", "notes 255 to 263", "independent variables",
        "the headline, and then only the definition of cross-entropy",
        r"$H(P_1 \otimes P_2, Q_1 \otimes Q_2) = H(P_1, Q_1) + H(P_2, Q_2)$",
        "The result that the headline promises; it is proved in the course.",
    ),
    Erratum(
        "B15", "slide 10", "large score, small angle?",
        "$f(x)$ is large if the angle between $w$ and $x$ is close to zero",
        "for fixed lengths of $w$ and $x$, $f(x)$ grows as the angle shrinks",
        "With $w = (1, 0)$ and $b = 0$, $x = (0.001, 0)$ has angle 0 and score 0.001, and $x = (100, 100)$ "
        "has 45 degrees and score 100.",
    ),
    Erratum(
        "B16", "slide 10", "where the bias lives",
        r"$w = (w_0, \ldots, w_{d-1}, b) \in \mathbb{R}^d$",
        r"$w = (w_0, \ldots, w_{d-1}, b) \in \mathbb{R}^{d+1}$",
        "$d$ weights and a bias are $d + 1$ numbers; $x$ then gets a last component $1$.",
    ),
    Erratum(
        "B18", "slides 1 and 14", "the range of the sigmoid",
        "onto $[0, 1]$", "onto $(0, 1)$", "$0$ and $1$ are limits that the sigmoid never reaches.",
    ),
    Erratum(
        "B20", "slide 14", "a probability of what?",
        "$s(u)$ as a probability over inputs $u$",
        "$s(f(x))$ as the probability of $Y = 1$ given $X = x$",
        "Nothing sums to one over the inputs.",
    ),
    Erratum(
        "B47", "slide 44", "the data of the likelihood",
        "$z_i = (y_i, z_i)$", "$z_i = (y_i, x_i)$",
        "And the joint density is the model times the density of the inputs, which does not depend "
        "on the parameter and so does not move the arg max.",
    ),
    Erratum(
        "B51", "slides 48 and 49", "the size of a one-hot vector",
        r"in $\mathbb{R}^c$", r"in $\mathbb{R}^C$", "There are $C$ classes; $c$ would be one of them.",
    ),
    Erratum(
        "B56", "slides 1, 12 and 46", "softmax is missing",
        "the slides announce softmax", "softmax is defined in the course",
        "It never appears on the slides.",
    ),
)  # fmt: skip
