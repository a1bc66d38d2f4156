"""Nothing is reported: real processes under an audit hook connect to loopback only and leave no client id."""

import ast
import ipaddress
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import deepstyle
from deepstyle.telemetry import OPT_OUTS, REPORTER
from tests.conftest import Shop
from tests.store.mongod import free_ports

ROOT = Path(deepstyle.__file__).parents[1]
REPORTERS = {"openvino", "nncf", "ray", "huggingface_hub"}

# Python imports it at the start of every process that inherits PYTHONPATH: the server's workers and Ray's, too.
HOOK = """
import json, os, sys

def note(event, *facts):
    line = (json.dumps([event, *map(str, facts)]) + "\\n").encode()
    os.write(descriptor, line)

def hook(event, args):
    if event == "socket.connect":
        note(event, json.dumps(args[1], default=str))
    elif event == "socket.getaddrinfo":
        note(event, args[0])
    elif event in ("open", "os.mkdir") and isinstance(args[0], (str, bytes)):
        path = os.path.abspath(os.fsdecode(args[0]))
        writes = event == "os.mkdir" or isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and path.startswith(os.environ["HOME"] + os.sep):
            note(event, path)

descriptor = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.set_inheritable(descriptor, False)
note("start", sys.argv[:1])
sys.addaudithook(hook)
"""


class Watched:
    """Commands that run in a new home folder under the hook; ``CI`` is not set, where OpenVINO would hold still."""

    def __init__(self, folder: Path, shop: Shop) -> None:
        self.home, self.log = folder / "home", folder / "audit.jsonl"
        (folder / "site").mkdir()
        self.home.mkdir()
        (folder / "site" / "sitecustomize.py").write_text(HOOK)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "AUDIT_LOG": str(self.log),
            "PYTHONPATH": os.pathsep.join([str(folder / "site"), str(ROOT)]),
            "DEEPSTYLE_STORE": shop.store_url,
            "DEEPSTYLE_MODEL": str(shop.model),
            "DEEPSTYLE_CACHE_DIR": str(folder / "cache"),
        }

    def start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *map(str, command)],
            env=self.environment,
            cwd=self.home.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *command: str | Path) -> None:
        process = self.start(*command)
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors.decode()[-2000:]

    def events(self) -> list[list[str]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def check(self) -> None:
        """Nothing but loopback was connected to or looked up, and nothing was written below the home folder."""
        assert any(event[0] == "start" for event in self.events())
        assert [event for event in self.events() if not harmless(event)] == []
        assert list(self.home.rglob("*")) == []


def harmless(event: list[str]) -> bool:
    kind, fact = event
    if kind == "start":
        return True
    if kind == "socket.getaddrinfo":
        return is_loopback(fact) or is_number(fact)
    if kind == "socket.connect":
        address = json.loads(fact)
        return isinstance(address, str) or is_loopback(str(address[0]))
    return False


def is_loopback(host: str) -> bool:
    return host in {"localhost", "None"} or (is_number(host) and ipaddress.ip_address(host).is_loopback)


def is_number(host: str) -> bool:
    """Whether nobody has to be asked for the host's address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@pytest.fixture
def watched(tmp_path: Path, shop: Shop) -> Iterator[Watched]:
    found = Watched(tmp_path, shop)
    yield found
    found.check()


CLI = ("-c", "import sys; from deepstyle.cli import main; sys.argv[0] = 'deepstyle'; main()")


def test_import_encode_and_search(watched: Watched, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"new{number}.jpg").write_bytes(Shop.picture(100 + number))
    table = "".join(f"n{number},title,shoes,new{number}.jpg\n" for number in range(3))
    (tmp_path / "products.csv").write_text("item_id,title,category,image\n" + table)
    watched.run(*CLI, "import", tmp_path / "products.csv")
    watched.run(*CLI, "encode")
    watched.run(*CLI, "search", tmp_path / "new0.jpg", "-k", "2")
    watched.run(*CLI, "info")


def test_a_server_with_workers_that_answers(watched: Watched) -> None:
    (port,) = free_ports(1)
    server = watched.start(*CLI, "serve", "--port", str(port), "--workers", "2")
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/info", timeout=10) as answer:
                    assert answer.status == 200
                break
            except OSError:
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)


def test_ray(watched: Watched) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    watched.run(*CLI, "item", "put", "item-000", "--title", "again", "--image", write_picture(watched), "--no-encode")
    watched.run(*CLI, "encode", "--runner", "ray")


def write_picture(watched: Watched) -> Path:
    path = watched.home.parent / "picture.jpg"
    path.write_bytes(Shop.picture(500))
    return path


def test_everything_of_openvino_and_nncf_that_reports(watched: Watched) -> None:
    pytest.importorskip("nncf", reason="NNCF is not installed")
    watched.run(
        "-c",
        "import deepstyle, openvino, openvino.tools.ovc, nncf, huggingface_hub.constants as hub;"
        "from nncf.telemetry import wrapper; assert not hasattr(wrapper, 'Telemetry');"
        "assert hub.HF_HUB_DISABLE_TELEMETRY",
    )


def test_the_opt_out_comes_before_all_that_reports() -> None:
    """The package's first import is the opt-out, which imports nothing; benches import the package before OpenVINO."""
    names = imported(ROOT / "deepstyle" / "__init__.py")
    assert names[: names.index("deepstyle.telemetry")] == ["importlib", "os", "typing"]
    assert set(imported(ROOT / "deepstyle" / "telemetry.py")) <= set(sys.stdlib_module_names) | {"collections.abc"}
    for path in (ROOT / "bench").rglob("*.py"):
        names = [name.split(".")[0] for name in imported(path)]
        found = [at for at, name in enumerate(names) if name in REPORTERS]
        assert not found or "deepstyle" in names[: found[0]], path
    assert [name for name in OPT_OUTS if name not in os.environ] == []
    assert sys.modules[REPORTER] is None  # type: ignore[comparison-overlap]


def imported(path: Path) -> list[str]:
    """What a file imports, in the order of its lines."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    names: list[str] = []
    for node in sorted(nodes, key=lambda node: node.lineno):
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return names
