"""Run every benchmark, print the tables and write them to benchmarks/results/*.md."""

from __future__ import annotations

import warnings

from benchmarks import accuracy, speed, training
from benchmarks.tables import options, peers, publish, target


def main() -> None:
    chosen = options(__doc__, "python -m benchmarks")
    if chosen.output:
        raise SystemExit("--output is for a single benchmark: python -m benchmarks.speed")
    for title, module in (("Accuracy", accuracy), ("Speed", speed), ("Training", training)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a peer's advice on its own solver is not our table
            text = module.run(chosen.quick)
        publish(title, text, target(chosen, title.lower()), peers())


if __name__ == "__main__":
    main()
