"""A place where examples run: the demo catalogue, encoded, and photos."""

import shutil
from pathlib import Path

import pytest

from tests.documentation import workspace


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    workspace.write(folder)
    return folder


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Path:
    """A fresh copy, so that no example sees what another one did."""
    if shutil.which("curl") is None:
        pytest.skip("the examples ask the server with curl, which is not installed")
    return Path(shutil.copytree(prepared, tmp_path / "place", symlinks=True))
