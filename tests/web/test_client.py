"""The npm package ``@deepstyle/client`` as shops install it: packed, unpacked, compiled against and run by Node."""

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
CLIENT, MODULES = WEB / "client", WEB / "node_modules"
DEPENDENCIES = ("openapi-fetch", "openapi-typescript-helpers")
CONTENT = {"package.json", "README.md", "LICENSE", "dist/schema.d.ts"} | {
    f"dist/{name}.{suffix}" for name in ("index", "client", "problem", "lines") for suffix in ("js", "d.ts")
}
TSC = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has the packed package and the dependencies that it names, and nothing else."""
    if shutil.which("npm") is None or not (MODULES / "typescript").is_dir():
        pytest.skip("Node or the website's packages are missing: run `make web`")
    folder = tmp_path_factory.mktemp("project")
    (packed,) = json.loads(run(["npm", "pack", "--json", "--silent", "--pack-destination", str(folder)], CLIENT))
    modules = folder / "node_modules"
    with tarfile.open(folder / packed["filename"]) as archive:
        archive.extractall(modules / "@deepstyle", filter="data")
    (modules / "@deepstyle" / "package").rename(modules / "@deepstyle" / "client")
    for name in DEPENDENCIES:
        shutil.copytree(MODULES / name, modules / name)
    shutil.copytree(CLIENT / "test", folder / "test")
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def run(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout


def test_the_package_has_what_it_needs_and_no_more(installed: Path) -> None:
    package = installed / "node_modules" / "@deepstyle" / "client"
    found = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    assert found - {"dist/schema.js"} == CONTENT
    asked = json.loads((package / "package.json").read_text())["dependencies"]
    locked = json.loads((WEB / "package.json").read_text())["dependencies"]
    assert asked == {"openapi-fetch": locked["openapi-fetch"]}
    assert (package / "dist/schema.d.ts").read_bytes() == (WEB / "src/api/schema.d.ts").read_bytes()


def test_its_types_are_those_of_the_api(installed: Path) -> None:
    run(["node", str(MODULES / "typescript/bin/tsc"), *TSC, "test/types.ts"], installed)


def test_it_asks_a_real_server(installed: Path, site: str, photo: Path) -> None:
    run(["node", "--test", "test/client.test.mjs"], installed, DEEPSTYLE_URL=site, DEEPSTYLE_PHOTO=str(photo))
