"""A place where examples run: the demo catalogue, encoded, and photos."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.files import locked
from tests.documentation import workspace
from tests.documentation.warm import warm_process


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Written once for all test processes, which share the folder above their own."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    folder = shared / "examples"
    with locked(shared / "examples.lock"):
        if not folder.is_dir():
            unfinished = folder.with_suffix(".part")
            unfinished.mkdir()
            workspace.write(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Path:
    """A fresh copy, so that no example sees what another one did; what is only read is linked to."""
    if shutil.which("curl") is None:
        pytest.skip("the examples ask the server with curl, which is not installed")
    ignored = shutil.ignore_patterns(*workspace.ONLY_READ)
    copy = Path(shutil.copytree(prepared, tmp_path / "place", symlinks=True, ignore=ignored))
    for name in workspace.ONLY_READ:
        (copy / name).symlink_to(prepared / name)
    return copy


@pytest.fixture(scope="session")
def warm() -> Iterator[str]:
    with warm_process() as address:
        yield address
