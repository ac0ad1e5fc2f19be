"""What the benchmarks share: options, timing, Markdown tables."""

from __future__ import annotations

import argparse
import importlib
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
MISSING = "–"  # in a table: nothing to measure


def options(description: str | None, example: str) -> argparse.Namespace:
    """--quick for a smoke test, --output for a file."""
    parser = argparse.ArgumentParser(
        description=description,
        epilog=f"example:\n    {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: a smoke test")
    parser.add_argument("--output", type=Path, help="write the table here as well")
    return parser.parse_args()


def peer(name: str) -> Any:
    """The module, or an error that says how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise SystemExit(f"{name} is missing: pip install -e .[bench]") from None


def torch() -> Any:
    """PyTorch on one thread."""
    module = peer("torch")
    module.set_num_threads(1)
    return module


def markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [
        "| " + " | ".join(headers) + " |",
        "|" + "|".join(":--" if k == 0 else "--:" for k in range(len(headers))) + "|",
    ]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def peers() -> str:
    """What the numerics are compared with, for `publish`."""
    modules = {"NumPy": "numpy", "SciPy": "scipy", "scikit-learn": "sklearn", "PyTorch": "torch"}
    versions = [f"{name} {peer(module).__version__}" for name, module in modules.items()]
    return f"{', '.join(versions)}, one thread each"


def target(chosen: argparse.Namespace, name: str) -> Path | None:
    """Where the table goes; a smoke test must not overwrite the published figures."""
    return chosen.output or (None if chosen.quick else RESULTS / f"{name}.md")


def publish(title: str, text: str, output: Path | None, made_with: str) -> None:
    """Print a page with what it was measured on, and write it if asked to."""
    machine = f"Python {platform.python_version()}, {platform.machine()}"
    page = f"# {title}\n\n{text}\n\n{machine}, {made_with}.\n"
    print(page)
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page, encoding="utf-8")


def fastest(calls: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Milliseconds of the fastest of some calls; the contestants take turns."""
    best = dict.fromkeys(calls, float("inf"))
    for name, call in calls.items():
        call()  # caches, lazy imports
        best[name] = float("inf")
    for _ in range(repeats):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            best[name] = min(best[name], 1e3 * (time.perf_counter() - start))
    return best


def number(value: float) -> str:
    """Three digits; powers of ten where they are shorter."""
    if value >= 1e5 or 0 < value < 1e-3:
        return f"{value:.1e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
    return f"{float(f'{value:.3g}'):g}"
