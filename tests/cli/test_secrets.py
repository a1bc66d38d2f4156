"""No command prints the password of a store's URL, in any form, whether it ends well or not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import psutil
import pytest
import typer
from pymongo import MongoClient

from deepstyle.cli import app, main
from deepstyle.store import open_store
from deepstyle.store.copy import copy_store
from tests.conftest import Shop
from tests.store.mongod import ReplicaSet, free_ports, replica_set

WORD = "zq9word"
KEY = "zq8key"
PASSWORD = f"p@ss :{WORD}/%"
USER = f"shop:{quote(PASSWORD, safe='')}"
SECRETS = (PASSWORD, quote(PASSWORD, safe=""), quote_plus(PASSWORD), WORD, KEY)
OPTIONS = f"timeoutMS=300&serverSelectionTimeoutMS=100&connectTimeoutMS=50&authMechanismProperties=SERVICE_NAME:{KEY}"
UNREACHABLE = f"mongodb://{USER}@127.0.0.1:1/catalogue?{OPTIONS}"
WRONG = (
    f"mongodb://shop:{PASSWORD}@127.0.0.1:1/catalogue",
    f"mongodb://shop:{WORD}",
    f"mongodb:shop:{WORD}@host",
    f"MONGODB://shop:{WORD}@host/db",
    f"nosql://shop:{WORD}@host/db",
    f"mongodb://shop:x@[::1/db?key={WORD}",
    f"mongodb://host:1/db?tls=true&tlsCertificateKeyFile=/nowhere.pem&tlsCertificateKeyFilePassword={WORD}",
)


@pytest.fixture
def files(tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "photo.jpg").write_bytes(Shop.picture(3))
    (tmp_path / "products.csv").write_text("item_id,title,category,image\nn1,title,shoes,photo.jpg\n")
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(shop.model))
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("DEEPSTYLE_REPORTS_DIR", str(tmp_path / "reports"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMANDS: dict[str, list[str]] = {
    "info": [],
    "import": ["products.csv"],
    "sync": ["products.csv"],
    "encode": [],
    "backup": ["backups"],
    "restore": ["backups"],
    "similar": ["item-000"],
    "search": ["photo.jpg"],
    "shop-the-look": ["photo.jpg"],
    "find": ["shoes"],
    "suggest": [],
    "compatible": ["item-000"],
    "report": ["--to", "report"],
    "points": [],
    "quantise": [],
    "item put": ["item-000", "--title", "x"],
    "item show": ["item-000"],
    "item list": [],
    "item delete": ["item-005"],
    "model status": [],
    "model switch": ["packaged:lite2"],
    "model rollback": [],
    "pictures where": [],
    "pictures move": ["--to", "database"],
    "pictures prune": [],
    "data duplicates": [],
    "keys create": ["feeds"],
    "learn compatibility": [],
    "learn ranking": [],
    "keys list": [],
    "keys rotate": ["feeds"],
    "keys revoke": ["feeds"],
    "evaluate search": [],
    "evaluate benchmark": ["polyvore-outfits", "--data", "."],
    "evaluate compat": [],
    "calibrate bands": [],
    "calibrate outfits": [],
    "looks list": [],
    "looks show": ["l1"],
    "looks similar": ["l1"],
    "looks put": ["item-000", "item-001", "--id", "l2"],
    "looks import": ["products.csv"],
    "looks delete": ["l1"],
    "rules preview": ['{"name": "x", "action": "hide", "brands": ["Nord"]}'],
    "outfit score": ["item-000", "item-001"],
    "outfit complete": ["item-000"],
    "outfit analyse": ["item-000", "item-001"],
    "outfit grid": ["grid.html"],
    "train style": ["--to", "run"],
    "train compat": ["--to", "head"],
}


def with_store(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    if commands := getattr(command, "commands", None):
        for name, child in commands.items():
            yield from with_store(child, (*path, name))
    elif any("--store" in parameter.opts for parameter in command.params):
        yield " ".join(path)


def printed(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    """The exit status of ``deepstyle …`` and all that it printed; no secret is in it."""
    monkeypatch.setattr(sys, "argv", ["deepstyle", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    text = "".join(capfd.readouterr())
    assert [secret for secret in SECRETS if secret in text.replace("\n", "")] == [], text
    return ended.value.code, text


def test_every_command_with_a_store_is_here() -> None:
    assert set(with_store(typer.main.get_command(app))) == {*COMMANDS, "serve"}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "info"])
def test_a_server_that_does_not_answer(
    name: str, files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    status, text = printed(monkeypatch, capfd, *name.split(), *COMMANDS[name], "--store", UNREACHABLE)
    assert status == 2, text
    assert "Traceback" not in text


@pytest.mark.parametrize("url", WRONG)
def test_a_url_that_is_wrong(
    url: str, files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for command in (["item", "show", "x", "--store", url], ["info", "--store", url], ["copy", url, "sqlite:///b.db"]):
        _, text = printed(monkeypatch, capfd, *command)
        assert "Traceback" not in text
    # Where no command takes a URL, it is quoted by the parser.
    for command in (["serve", url], ["similar", "a", url], [url], ["encode", "--shard-size", url], [f"--store={url}"]):
        status, text = printed(monkeypatch, capfd, *command)
        assert status == 2, text


def test_an_environment_that_cannot_be_read(
    files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEEPSTYLE_STORE", UNREACHABLE)
    monkeypatch.setenv("DEEPSTYLE_PORT", "no number")
    status, text = printed(monkeypatch, capfd, "item", "show", "x")
    assert (status, "DEEPSTYLE_PORT" in text) == (2, True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        with MongoClient(running.url("admin")) as admin:
            admin.admin.command("createUser", "shop", pwd=PASSWORD, roles=["root"])
        yield running


def test_a_server_that_answers(
    server: ReplicaSet, shop: Shop, files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    url = server.url("catalogue").replace("mongodb://", f"mongodb://{USER}@") + "&authSource=admin"
    with open_store(shop.store_url) as source, open_store(url) as target:
        copy_store(source, target)
    monkeypatch.setenv("DEEPSTYLE_STORE", url)
    for name in ("info", "import", "encode", "similar", "search", "points", "item put", "item show", "item delete"):
        status, text = printed(monkeypatch, capfd, *name.split(), *COMMANDS[name])
        assert status == 0, text
    status, text = printed(monkeypatch, capfd, "copy", url, "sqlite:///copy.db")
    assert status == 0, text
    status, _ = printed(monkeypatch, capfd, "similar", "item-000", "--store", url.replace("%40", "wrong"))
    assert status == 2


def test_the_server_and_its_processes(files: Path) -> None:
    """The URL comes from the environment: neither the log nor the list of processes shows it."""
    (port,) = free_ports(1)
    command = [sys.executable, "-c", "from deepstyle.cli import main; main()", "serve", "--port", str(port)]
    environment = {**os.environ, "DEEPSTYLE_STORE": UNREACHABLE}
    process = subprocess.Popen(
        [*command, "--workers", "2"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        processes = psutil.Process(process.pid)
        deadline = time.monotonic() + 60
        while not processes.children(recursive=True) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(2)
        titles = [" ".join(one.cmdline()) for one in (processes, *processes.children(recursive=True))]
    finally:
        process.send_signal(signal.SIGTERM)
        text, _ = process.communicate(timeout=60)
    assert "mongodb://shop:***@127.0.0.1:1/catalogue" in text
    assert not any(secret in line for secret in SECRETS for line in (text, *titles))
