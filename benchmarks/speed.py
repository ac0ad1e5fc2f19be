"""Time and memory of a batch of logits through the cross-entropy, forward and with gradient.

The contestants take turns and the fastest of the repeats counts. SciPy: log_softmax, pick, and for
the gradient exp of it less one at the label. scikit-learn: its softmax, log_loss, and the softmax
less one at the label. PyTorch: nn.functional.cross_entropy and backward, on the CPU.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import ce_lib as ce
from benchmarks.tables import fastest, markdown, number, options, peer, peers, publish, torch

Array = np.ndarray[Any, Any]
SHAPES = ((100_000, 10), (1_000, 10_000))


def contestants(z: Array, y: Array) -> dict[str, dict[str, Callable[[], Any]]]:
    special, tc = peer("scipy.special"), torch()
    extmath, metrics = peer("sklearn.utils.extmath"), peer("sklearn.metrics")
    each, classes = np.arange(len(y)), np.arange(z.shape[1])
    tensor, labels = tc.from_numpy(z), tc.from_numpy(y)

    def scipy_both() -> Any:
        gradient = special.log_softmax(z, axis=1)
        loss = -gradient[each, y].mean()
        np.exp(gradient, out=gradient)
        gradient[each, y] -= 1
        gradient /= len(y)
        return loss, gradient

    def sklearn_both() -> Any:
        p = extmath.softmax(z)
        loss = metrics.log_loss(y, p, labels=classes)
        p[each, y] -= 1
        p /= len(y)
        return loss, p

    def torch_both() -> Any:
        leaf = tensor.detach().requires_grad_()
        loss = tc.nn.functional.cross_entropy(leaf, labels)
        loss.backward()
        return loss, leaf.grad

    def torch_forward() -> Any:
        with tc.no_grad():
            return tc.nn.functional.cross_entropy(tensor, labels)

    return {
        "forward": {
            "ce_lib": lambda: ce.cross_entropy_with_logits(y, z),
            "SciPy": lambda: -special.log_softmax(z, axis=1)[each, y].mean(),
            "scikit-learn": lambda: metrics.log_loss(y, extmath.softmax(z), labels=classes),
            "PyTorch": torch_forward,
        },
        "forward and gradient": {
            "ce_lib": lambda: ce.cross_entropy_with_logits_and_gradient(y, z),
            "SciPy": scipy_both,
            "scikit-learn": sklearn_both,
            "PyTorch": torch_both,
        },
    }


def peak_copies(call: Callable[[], Any], size: int) -> float:
    """Peak memory that the call takes, in copies of the input."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / size


def batches(repeats: int) -> list[list[str]]:
    rows = []
    rng = np.random.default_rng(0)
    for shape in SHAPES:
        for dtype in (np.float64, np.float32):
            for regime in ("random", "trained"):
                z = 3 * rng.normal(size=shape)
                y = rng.integers(0, shape[1], shape[0])
                if regime == "trained":
                    z[np.arange(len(y)), y] += 15
                z = z.astype(dtype)
                for name, calls in contestants(z, y).items():
                    best = fastest(calls, repeats)
                    # scikit-learn widens float32 to float64 as we do; SciPy and PyTorch do not.
                    rows.append(
                        [
                            # on a phone a label breaks here and nowhere before
                            f"{shape}, {np.dtype(dtype).name},".replace(" ", "\N{NO-BREAK SPACE}")
                            + f" {regime}: {name}",
                            *(number(milliseconds) for milliseconds in best.values()),
                            number(min(best["SciPy"], best["scikit-learn"]) / best["ce_lib"]),
                            number(best["PyTorch"] / best["ce_lib"]),
                            number(peak_copies(calls["ce_lib"], z.nbytes)),
                        ]
                    )
    return rows


def import_times(repeats: int) -> tuple[float, float]:
    """Milliseconds of `import numpy`, and of `import ce_lib` after it, in fresh processes."""
    program = (
        "import time; a = time.perf_counter(); import numpy; b = time.perf_counter(); "
        "import ce_lib; c = time.perf_counter(); print(b - a, c - b)"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    times = []
    # Compiled once, as an installed package is; the first run pays for that.
    with tempfile.TemporaryDirectory() as cache:
        environment["PYTHONPYCACHEPREFIX"] = cache
        for _ in range(repeats + 1):
            out = subprocess.run(
                [sys.executable, "-c", program],
                capture_output=True,
                text=True,
                check=True,
                env=environment,
            )
            times.append([1e3 * float(t) for t in out.stdout.split()])
    numpy_time, own_time = np.min(times, axis=0)
    return float(numpy_time), float(own_time)


def run(quick: bool = False) -> str:
    rows = batches(2 if quick else 15)
    numpy_time, own_time = import_times(3 if quick else 10)
    headers = [
        "batch of logits",
        "ce_lib, ms",
        "SciPy, ms",
        "scikit-learn, ms",
        "PyTorch, ms",
        "SciPy or scikit-learn / ce_lib",
        "PyTorch / ce_lib",
        "memory, copies of the input",
    ]
    return (
        "Milliseconds, fastest of the repeats. A ratio above 1 means that ce_lib is faster; the "
        "first is taken to the faster of the two. 'trained' means that the right class leads. "
        "Memory is the peak of what ce_lib allocates, the returned gradient included.\n\n"
        "float32 is computed in float64 and rounded once, to within half a float32 ulp where the "
        "peers' float32 losses are off by up to 1e7: with 10000 classes that costs the whole "
        "advantage over SciPy.\n\n"
        + markdown(headers, rows)
        + f"\n\n`import ce_lib` takes {number(own_time)} ms beyond `import numpy`, which takes "
        f"{number(numpy_time)} ms."
    )


def main() -> None:
    chosen = options(__doc__, "python -m benchmarks.speed --quick")
    publish("Speed", run(chosen.quick), chosen.output, peers())


if __name__ == "__main__":
    main()
