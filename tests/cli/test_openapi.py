"""``deepstyle openapi`` prints what a server would answer, whatever the environment, and the same each time."""

import json
import os
import subprocess
import sys

from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings


def printed(store: str) -> bytes:
    environment = {**os.environ, "DEEPSTYLE_STORE": store, "PYTHONHASHSEED": store[-1]}
    command = [sys.executable, "-c", "from deepstyle.cli import main; main()", "openapi"]
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout


def test_same_bytes_without_a_store() -> None:
    first = printed("sqlite:////nowhere/1")
    assert first == printed("sqlite:////nowhere/2")
    with TestClient(create_app(Settings(store="sqlite:////nowhere/shop.db", model="none"))) as client:
        assert json.loads(first) == client.get("/openapi.json").json()


def test_every_operation_has_a_name_of_its_own() -> None:
    paths = create_app().openapi()["paths"]
    names = [output["operationId"] for methods in paths.values() for output in methods.values()]
    assert len(names) == len(set(names))
