"""What `ce-course doctor` says of what is there, missing, or only for those who want it."""

from __future__ import annotations

import pytest

from ce_lib import doctor as module
from ce_lib.doctor import Capability, doctor, postgresql

THERE = Capability("there", "is there", lambda: "/bin/true")
WANTED = Capability("wanted", "for those who want it", str, ("wanted-package",), optional=True)
NEEDED = Capability("needed", "for all", str, ("needed-package",))


@pytest.mark.parametrize(
    ("capabilities", "ci", "code"),
    [
        ((THERE,), "true", 0),
        ((THERE, WANTED), "", 0),
        ((THERE, WANTED), "true", 1),
        ((THERE, NEEDED), "", 1),
    ],
)
def test_what_is_optional_is_needed_only_where_everything_is_tested(
    capabilities: tuple[Capability, ...], ci: str, code: int,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(module, "CAPABILITIES", capabilities)
    monkeypatch.setenv("CI", ci)
    assert doctor() == code
    said = capsys.readouterr().out
    for capability in capabilities[1:]:
        assert f"{capability.name:<10} MISSING: {capability.purpose}" in said
        assert f"sudo apt-get install {capability.packages[0]}" in said


def test_the_newest_postgresql_is_found() -> None:
    (found,) = [c for c in module.CAPABILITIES if c.name == "postgresql"]
    assert found.probe is postgresql
    assert found.optional
    assert found.packages == ("postgresql",)
    path = postgresql()
    assert path == "" or path.endswith("/postgres")
