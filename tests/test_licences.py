"""Which licences `make audit` accepts, and that it fails on others."""

import json
from pathlib import Path

import pytest

from requirements.audit import Package, Policy, main, website_packages

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "web" / "package-lock.json"
POLICY = Policy.read(ROOT / "requirements" / "licences.toml")


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("MIT License", True),
        ("Apache Software License; MIT License", True),
        ("GPL-3.0-only OR MIT", True),
        ("BSD-3-Clause AND (0BSD OR AGPL-3.0-only)", True),
        ("GPL-3.0-only AND MIT", False),
        ("MIT License; GNU General Public License v3 (GPLv3)", False),
        ("BSD License", False),
        ("SSPL-1.0", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_which_licences_are_allowed(licence: str, allowed: bool) -> None:
    assert POLICY.allows(Package("PyPI", "example", "1.0", licence)) is allowed


def test_what_is_built_into_the_website_is_allowed() -> None:
    packages = list(website_packages(LOCK))
    assert {"react", "regl-scatterplot"} <= {one.name for one in packages}
    assert "vitest" not in {one.name for one in packages}
    assert [one for one in packages if not POLICY.allows(one)] == []


def test_the_audit_fails_on_a_licence_that_is_not_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = {"Name": "example", "Version": "1.0", "License": "MIT"}
    python = tmp_path / "python.json"
    for licence, status in (("MIT", 0), ("GPL-3.0-only", 1)):
        python.write_text(json.dumps([entry | {"License": licence}]))
        assert main(str(python), str(LOCK), str(tmp_path / "licences.md")) == status
    assert "example 1.0: the licence 'GPL-3.0-only'" in capsys.readouterr().err
    assert "| PyPI | example | 1.0 | GPL-3.0-only |" in (tmp_path / "licences.md").read_text()
