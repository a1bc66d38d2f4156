"""Check the licences of everything that is served: ``python requirements/audit.py PIP_LICENSES_JSON NPM_LOCK REPORT``.

The first file is what ``pip-licenses --format=json`` printed for an environment with the serving set, the second the
website's package-lock.json. The report is a Markdown table; the exit status is 1 where a licence is not in
``licences.toml``.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from license_expression import AND, ExpressionError, LicenseSymbol, get_spdx_licensing

SPDX = get_spdx_licensing()


@dataclass(frozen=True, slots=True)
class Package:
    """One package that is served; ``licence`` as its metadata name it."""

    ecosystem: str
    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed, by SPDX identifier, and how to read what packages call their licence."""

    allowed: frozenset[str]
    names: dict[str, str]
    packages: dict[str, str]

    @classmethod
    def read(cls, file: Path) -> "Policy":
        """Read ``licences.toml``."""
        table = tomllib.loads(file.read_text("utf-8"))
        return cls(frozenset(table["allowed"]), table["names"], table["packages"])

    def expression(self, package: Package) -> str:
        """The package's licence as an SPDX expression; several classifiers (``A; B``) hold together."""
        if package.name.lower() in self.packages:
            return self.packages[package.name.lower()]
        parts = [part.strip() for part in package.licence.split(";")]
        return " AND ".join(self.names.get(part, part) for part in parts)

    def allows(self, package: Package) -> bool:
        """Whether every licence that holds is allowed; of alternatives (``OR``) one suffices."""
        try:
            return self._allows(SPDX.parse(self.expression(package), validate=True))
        except ExpressionError:
            return False

    def _allows(self, parsed: Any) -> bool:
        if parsed is None:
            return False
        if isinstance(parsed, LicenseSymbol):
            return parsed.key in self.allowed
        every = all if isinstance(parsed, AND) else any
        return every(self._allows(part) for part in parsed.args)


def python_packages(file: Path) -> Iterator[Package]:
    """What ``pip-licenses --format=json`` lists."""
    for entry in json.loads(file.read_text("utf-8")):
        yield Package("PyPI", entry["Name"], entry["Version"], entry["License"])


def website_packages(lock: Path) -> Iterator[Package]:
    """What is built into the website: the lock file's packages without those for development alone."""
    for path, entry in json.loads(lock.read_text("utf-8"))["packages"].items():
        if path and not entry.get("dev"):
            name = path.rpartition("node_modules/")[2]
            yield Package("npm", name, entry["version"], entry.get("license", ""))


def report(packages: list[Package], policy: Policy) -> str:
    """All packages with their licences, as a Markdown table."""
    rows = [f"| {one.ecosystem} | {one.name} | {one.version} | {policy.expression(one)} |" for one in packages]
    return "\n".join(["| from | package | version | licence |", "| --- | --- | --- | --- |", *rows, ""])


def main(python: str, lock: str, target: str) -> int:
    """Write the report, name what is refused; 1 where anything is."""
    policy = Policy.read(Path(__file__).with_name("licences.toml"))
    packages = [*python_packages(Path(python)), *website_packages(Path(lock))]
    Path(target).write_text(report(packages, policy), "utf-8")
    refused = [one for one in packages if not policy.allows(one)]
    for one in refused:
        sys.stderr.write(f"error: {one.name} {one.version}: the licence {one.licence!r} is not in licences.toml\n")
    sys.stdout.write(f"{len(packages)} packages, {len(refused)} with a licence that is not allowed; see {target}\n")
    return 1 if refused or not packages else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
