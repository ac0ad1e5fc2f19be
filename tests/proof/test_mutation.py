"""The prover alone, with the refuter switched off, must accept no mutant that is false."""

from __future__ import annotations

from collections import Counter

import proof_judge
import pytest
from proof_mutants import mutants

from ce_lib.proof import Derivation, ProofError, catalogue
from ce_lib.proof.errors import StuckError
from ce_lib.proof.steps import Attempts
from ce_lib.proof.tree import text
from ce_lib.proof.wellformed import check_duties, check_indices, check_names, read_all


def chains():
    """All derivations of the catalogue, those inside inductions and tangents included."""
    for e in catalogue.entries():
        s = catalogue.get(e.label)
        yield from (d for d in getattr(s, "parts", (s,)) if isinstance(d, Derivation))


def accepted_by_prover(d, a, relation, b, reason):
    """Would the prover let this step pass, if nobody looked for a counterexample?"""
    try:
        for t in (a, b):
            check_names(t, d.ctx)
        check_indices([d.lines[0].tree, a, b], d.ctx)
        attempts = Attempts(d.ctx, d.facts)
        if read_all(attempts, [a, b]):
            return False
        check_duties(attempts)
        return attempts.proved(a, relation, b, reason, ()) is not None
    except (ProofError, StuckError, RecursionError):
        return False


def run(every, points):
    made, accepted, fooled = Counter(), Counter(), []
    n = 0
    for d in chains():
        for k in range(1, len(d.lines)):
            before, line = d.lines[k - 1], d.lines[k]
            seen = {line.tree}
            for kind, m in mutants(line.tree, d.ctx):
                if m in seen:
                    continue
                seen.add(m)
                n += 1
                if n % every:
                    continue
                made[kind] += 1
                step = (before.tree, line.relation, m)
                if not accepted_by_prover(d, *step, line.reason):
                    continue
                accepted[kind] += 1
                sides = text(before.tree), line.relation, text(m)
                bad = proof_judge.first_failure(d.ctx, *sides, points=points)
                print(f"accepted [{kind}] {d.title}: {' '.join(sides)}")
                if bad:
                    fooled.append((d.title, kind, sides, bad))
    print(f"made {sum(made.values())}, accepted {sum(accepted.values())}, fooled {len(fooled)}")
    for kind in sorted(made):
        print(f"{kind:20} {made[kind]:6} made {accepted[kind]:5} accepted")
    return made, fooled


def test_a_sample_of_mutants():
    made, fooled = run(every=41, points=40)
    assert sum(made.values()) > 200
    assert not fooled, fooled[0]


@pytest.mark.slow
def test_all_mutants():
    made, fooled = run(every=1, points=200)
    assert sum(made.values()) > 5000
    assert not fooled, fooled[:5]
