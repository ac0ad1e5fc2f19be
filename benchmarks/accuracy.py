"""The largest error of each function in ulp, against mpmath at 200 bits, beside its peers.

One ulp (unit in the last place) is the distance between neighbouring floats at the true value;
half an ulp is the best that any float can do. "0 for 1e-30" counts as some 1e15 ulp.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

import ce_lib as ce
from benchmarks.exact import exact, row, sigmoid, softplus, worst
from benchmarks.normal_tables import lower_quantile
from benchmarks.tables import MISSING, markdown, number, options, peer, peers, publish, torch

Array = np.ndarray[Any, Any]


def scalar_functions(count: int, rng: np.random.Generator, dtype: str) -> list[list[str]]:
    special, tc = peer("scipy.special"), torch()
    sign = rng.choice([-1.0, 1.0], count)
    # float32 reaches no further than 1e38, and its exp underflows at -104.
    reach = {"float64": (760, 308, 323), "float32": (106, 38, 45)}[dtype]
    reals = np.concatenate(
        [
            rng.uniform(-reach[0], reach[0], count),
            rng.uniform(-40, 40, count),
            sign * 10.0 ** rng.uniform(-reach[2], reach[1], count),
        ]
    ).astype(dtype)
    unit = np.concatenate(
        [
            rng.uniform(0, 1, count),
            10.0 ** rng.uniform(-reach[2], 0, count),
            0.5 + sign * 10.0 ** rng.uniform(-12, -1, count),
        ]
    ).astype(dtype)
    unit = unit[(unit > 0) & (unit < 1) & (unit != 0.5)]
    tails = np.concatenate([rng.uniform(-39, 9, count), rng.uniform(-3, 3, count)]).astype(dtype)

    def in_torch(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda x: function(tc.from_numpy(x)).numpy()

    root = mpmath.sqrt(2)
    quantiles = [-lower_quantile(p) if p < 0.5 else lower_quantile(1 - p) for p in exact(unit[::5])]
    ones = np.ones((), dtype)
    cases = [
        (
            "sigmoid",
            reals,
            [sigmoid(t) for t in exact(reals)],
            ce.sigmoid,
            special.expit,
            in_torch(tc.sigmoid),
        ),
        (
            "log_sigmoid",
            reals,
            [-softplus(-t) for t in exact(reals)],
            ce.log_sigmoid,
            special.log_expit,
            in_torch(tc.nn.functional.logsigmoid),
        ),
        (
            "sigmoid_derivative",
            reals,
            [sigmoid(t) * sigmoid(-t) for t in exact(reals)],
            ce.sigmoid_derivative,
            lambda u: special.expit(u) * (ones - special.expit(u)),
            in_torch(lambda u: tc.sigmoid(u) * (1 - tc.sigmoid(u))),
        ),
        (
            "logit",
            unit,
            [mpmath.log(p / (1 - p)) for p in exact(unit)],
            ce.logit,
            special.logit,
            in_torch(tc.logit),
        ),
        (
            "normal_cdf",
            tails,
            [mpmath.erfc(-t / root) / 2 for t in exact(tails)],
            ce.normal_cdf,
            special.ndtr,
            in_torch(tc.special.ndtr),
        ),
        ("probit", unit[::5], quantiles, ce.probit, special.ndtri, in_torch(tc.special.ndtri)),
        (
            "binary_cross_entropy_with_logits, y\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}1",
            reals,
            [softplus(-t) for t in exact(reals)],
            lambda z: ce.binary_cross_entropy_with_logits(ones, z, reduction="none"),
            lambda z: -special.log_expit(z),
            in_torch(
                lambda z: tc.nn.functional.binary_cross_entropy_with_logits(
                    z, tc.ones_like(z), reduction="none"
                )
            ),
        ),
    ]
    return [
        compared(f"{name} ({dtype})", [worst(f(x), truth) for f in functions])
        for name, x, truth, *functions in cases
    ]


def dominated(rng: np.random.Generator, count: int, classes: int) -> tuple[Array, Array]:
    """Random rows in which the right class leads by up to 70."""
    z = 3 * rng.normal(size=(count, classes))
    y = rng.integers(0, classes, count)
    each = np.arange(count)
    z[each, y] = z.max(axis=1) + rng.uniform(0, 70, count)
    return z, y


def functions_of_rows(count: int, rng: np.random.Generator, dtype: str) -> list[list[str]]:
    special, tc = peer("scipy.special"), torch()
    results = []
    wide = 300 if dtype == "float64" else 30
    sets = {
        "random rows": 3 * rng.normal(size=(count, 10)),
        "wide rows": wide * rng.normal(size=(count, 10)),
        "far from 0": 3 * rng.normal(size=(count, 10)) - 1000,
    }
    for name, z in sets.items():
        z = z.astype(dtype)
        t = tc.from_numpy(z)
        truths = [row(line) for line in z]
        log_p = [v for pair in truths for v in pair[0]]
        p = [v for pair in truths for v in pair[1]]
        sums = [
            mpmath.mpf(float(line[0])) - pair[0][0] for line, pair in zip(z, truths, strict=True)
        ]
        for label, truth, functions in (
            ("softmax", p, (ce.softmax(z), special.softmax(z, axis=1), tc.softmax(t, 1).numpy())),
            (
                "log_softmax",
                log_p,
                (
                    ce.log_softmax(z),
                    special.log_softmax(z, axis=1),
                    tc.log_softmax(t, 1).numpy(),
                ),
            ),
            (
                "logsumexp",
                sums,
                (ce.logsumexp(z), special.logsumexp(z, axis=1), tc.logsumexp(t, 1).numpy()),
            ),
        ):
            results.append(
                compared(f"{label}, {name} ({dtype})", [worst(got, truth) for got in functions])
            )
    for name, (z, y) in {
        "random rows": (sets["random rows"], rng.integers(0, 10, count)),
        "the right class dominates": dominated(rng, count, 10),
        "the right class of 1000 dominates": dominated(rng, max(count // 30, 5), 1000),
    }.items():
        z = z.astype(dtype)
        each = np.arange(len(z))
        truth = [-row(line)[0][k] for line, k in zip(z, y, strict=True)]
        got = (
            ce.cross_entropy_with_logits(y, z, reduction="none"),
            -special.log_softmax(z, axis=1)[each, y],
            tc.nn.functional.cross_entropy(
                tc.from_numpy(z), tc.from_numpy(y), reduction="none"
            ).numpy(),
        )
        results.append(
            compared(f"cross_entropy_with_logits, {name} ({dtype})", [worst(g, truth) for g in got])
        )
    return results


def information(count: int, rng: np.random.Generator) -> list[list[str]]:
    special = peer("scipy.special")
    p = rng.dirichlet(np.ones(10), count)
    near = p * (1 + 1e-6 * rng.normal(size=p.shape))
    near /= near.sum(axis=1, keepdims=True)
    results = []
    entropy = [-mpmath.fsum(a * mpmath.log(a) for a in exact(line)) for line in p]
    results.append(
        compared(
            "entropy (float64)",
            [worst(ce.entropy(p), entropy), worst(special.entr(p).sum(axis=1), entropy), None],
        )
    )
    for name, q in (("any q", rng.dirichlet(np.ones(10), count)), ("q within 1e-6 of p", near)):
        truth = [
            mpmath.fsum(a * mpmath.log(a / b) for a, b in zip(exact(u), exact(v), strict=True))
            for u, v in zip(p, q, strict=True)
        ]
        errors = [
            worst(ce.kl_divergence(p, q), truth),
            worst(special.rel_entr(p, q).sum(axis=1), truth),
            worst(
                torch()
                .nn.functional.kl_div(
                    torch().from_numpy(np.log(q)), torch().from_numpy(p), reduction="none"
                )
                .sum(1)
                .numpy(),
                truth,
            ),
        ]
        results.append(compared(f"kl_divergence, {name} (float64)", errors))
    labels = rng.integers(0, 10, count)
    picked = mpmath.fsum(-mpmath.log(v) for v in exact(p[np.arange(count), labels])) / count
    log_loss = peer("sklearn.metrics").log_loss(labels, p, labels=np.arange(10))
    errors = [worst(np.float64(f), [picked]) for f in (ce.cross_entropy(labels, p), log_loss)]
    last = compared("cross_entropy of probabilities, mean (float64)", [*errors, None])
    last[2] += " (scikit-learn)"
    return [*results, last]


def compared(name: str, errors: list[float | None]) -> list[str]:
    """One row: ours, SciPy's, PyTorch's, and the best peer's error over ours."""
    peers = [e for e in errors[1:] if e is not None]
    ours = errors[0] or 0.0
    return [name, *(MISSING if e is None else number(e) for e in errors), number(min(peers) / ours)]


def run(quick: bool = False) -> str:
    count = 100 if quick else 1000
    rng = np.random.default_rng(2026)
    rows = []
    with mpmath.workprec(200):
        for dtype in ("float64", "float32"):
            rows += scalar_functions(count, rng, dtype)
            rows += functions_of_rows(count if quick else 3 * count, rng, dtype)
        rows += information(count, rng)
    return (
        "Largest error in ulp of the result's own format; 0.5 is the best there is. The last "
        "column is the better peer's error over ours. Composed where a peer has no such function: "
        "sigmoid(1 - sigmoid), a sum of `rel_entr`, minus the picked `log_softmax`. A dash stands "
        "where a library has nothing to compare; in the last row scikit-learn takes SciPy's "
        "place.\n\n"
        + markdown(["function", "ce_lib", "SciPy", "PyTorch", "best peer / ce_lib"], rows)
    )


def main() -> None:
    chosen = options(__doc__, "python -m benchmarks.accuracy --quick")
    publish("Accuracy", run(chosen.quick), chosen.output, peers())


if __name__ == "__main__":
    main()
