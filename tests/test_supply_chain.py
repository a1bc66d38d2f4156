"""What is installed is pinned: the serving set by hash, everything else by version, and images in one file."""

import os
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("serve", "serve-mongodb", "serve-milvus", "build")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BASE = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
EXTRAS = {
    name: [Requirement(one) for one in lines] for name, lines in PROJECT["project"]["optional-dependencies"].items()
}
EVERYTHING = [*BASE, *(one for lines in EXTRAS.values() for one in lines)]


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines if line)}


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """A lock file's requirements and their hashes, by canonical name."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            requirement = Requirement(line.split("--hash")[0].strip())
            found[canonicalize_name(requirement.name)] = requirement, re.findall(r"--hash=(\S+)", line)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_served_package_has_one_version_and_its_hashes(name: str) -> None:
    for package, (requirement, hashes) in locked(name).items():
        assert str(requirement.specifier) == f"=={constraints()[package]}", f"{package}: run `make lock`"
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert not re.search(r"://|--index|--extra|--find-links|/tmp", text)


WITH_MONGODB = [*BASE, *EXTRAS["mongodb"]]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("serve", BASE), ("serve-mongodb", WITH_MONGODB), ("serve-milvus", [*WITH_MONGODB, *EXTRAS["milvus"]])],
)
def test_every_dependency_is_locked_within_its_range(name: str, wanted: list[Requirement]) -> None:
    lock = locked(name)
    for one in wanted:
        version = str(lock[canonicalize_name(one.name)][0].specifier).removeprefix("==")
        assert one.specifier.contains(version), f"{one}: run `make lock`"
    assert "torch" not in lock


def test_a_larger_lock_has_all_of_the_smaller_one() -> None:
    smaller, middle, larger = (
        {package: hashes for package, (_, hashes) in locked(name).items()}
        for name in ("serve", "serve-mongodb", "serve-milvus")
    )
    assert smaller.items() <= middle.items() <= larger.items()


def test_whatever_an_extra_needs_is_pinned() -> None:
    pins, seen, missing = constraints(), set(), set()
    waiting = [one for one in EVERYTHING if one.marker is None or one.marker.evaluate()]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if (name, frozenset(one.extras)) in seen:
            continue
        seen.add((name, frozenset(one.extras)))
        if name not in pins:
            missing.add(name)
        try:
            needs = [Requirement(line) for line in distribution(one.name).requires or []]
        except PackageNotFoundError:  # the tools of `make audit` are installed by it alone
            continue
        for need in needs:
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                waiting.append(need)
    assert not missing


@pytest.mark.parametrize("requirement", EVERYTHING, ids=str)
def test_a_pin_lies_within_the_range_of_the_project(requirement: Requirement) -> None:
    assert requirement.specifier.contains(constraints()[canonicalize_name(requirement.name)])


def test_images_are_named_in_one_file() -> None:
    lines = (ROOT / "docker" / "images.env").read_text("utf-8").splitlines()
    images = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert all(re.fullmatch(r"[a-z/-]+:[a-z0-9.-]+(@sha256:[0-9a-f]{64})?", image) for image in images.values())
    stages = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    compose = (ROOT / "compose.yml").read_text("utf-8")
    services = [image for image in re.findall(r"^ +image: (\S+)", compose, re.M) if image != "deepstyle:latest"]
    used = {re.sub(r"^\$\{(\w+).*", r"\1", name) for name in [*stages, *services]}
    assert used == set(images)
    assert {"PYTHON_IMAGE", "NODE_IMAGE"} <= set(re.findall(r"^ +(\w+): \$\{\1:\?", compose, re.M))


CRANE = """#!/bin/sh
case "$1 $2" in
  *@*) exit 1;;
  "digest haproxy:"* | "digest milvusdb/milvus:"* | "digest mongo:"* | "digest node:"* | "digest python:"*)
    echo "sha256:$(printf %s "$2" | sha256sum | cut -c1-64)";;
  *) echo "no such image" >&2; exit 1;;
esac
"""


@pytest.fixture
def registry(tmp_path: Path) -> dict[str, str]:
    """An environment whose `crane` knows the digests of the images."""
    crane = tmp_path / "crane"
    crane.write_text(CRANE)
    crane.chmod(0o755)
    shutil.copy(ROOT / "docker" / "images.env", tmp_path / "images.env")
    return os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}


def pin(file: Path, environment: dict[str, str]) -> int:
    command = [str(ROOT / "docker" / "pin-images"), str(file)]
    return subprocess.run(command, env=environment, check=False, capture_output=True).returncode


def test_pinning_adds_digests_and_may_be_repeated(tmp_path: Path, registry: dict[str, str]) -> None:
    file = tmp_path / "images.env"
    tags = re.sub(r"@sha256:\w+", "", file.read_text())
    assert pin(file, registry) == 0
    pinned = file.read_text()
    assert len(re.findall(r"^[A-Z_]+=\S+@sha256:[0-9a-f]{64}$", pinned, re.M)) == len(re.findall(r"^[A-Z]", tags, re.M))
    assert re.sub(r"@sha256:\w+", "", pinned) == tags
    assert pin(file, registry) == 0
    assert file.read_text() == pinned


def test_an_image_that_is_not_found_leaves_the_file_as_it_was(tmp_path: Path, registry: dict[str, str]) -> None:
    file = tmp_path / "images.env"
    file.write_text(file.read_text() + "OTHER_IMAGE=unknown:1\n")
    before = file.read_text()
    assert pin(file, registry) != 0
    assert file.read_text() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["crane", "images.env"]


def test_the_test_command_installs_every_extra_or_says_so_here() -> None:
    """Types are checked against all of them, and a developer's machine may have what a new checkout lacks."""
    apart = {"audit", "download", "onnxruntime"}  # tools of their own; within `dev`; within `train`
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (installed,) = re.findall(r"-e '\.\[([a-z0-9,]+dev)\]'", makefile)
    assert set(installed.split(",")) == EXTRAS.keys() - apart
