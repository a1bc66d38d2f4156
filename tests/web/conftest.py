"""The website as people have it: the built site, served by the real server on the demo catalogue, in a real browser."""

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from deepstyle.api.pages import WEB_FOLDER
from deepstyle.files import locked
from deepstyle.images.pixels import encode_jpeg
from deepstyle.report.published import describe, publish
from deepstyle.store import open_store
from deepstyle.store.keys import create_key, read_keys
from tests.web.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The headless shell draws no window of its own: a third of the processor time for a page.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIET_BROWSER = ["--headless", "--no-sandbox", "--disable-background-networking"]
WITHOUT_WEBGL = [*QUIET_BROWSER, "--disable-gpu", "--disable-3d-apis"]
WITH_WEBGL = [*QUIET_BROWSER, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
START_S = 300  # other tests may keep the machine busy
LAYING = {"tops": (200, 200, 400, 500), "bottoms": (200, 650, 400, 600), "shoes": (250, 1250, 300, 300)}
"""Where items lie on a picture of 800 by 1600 pixels, as they would on a bed: left, top, width, height."""
CLI = [sys.executable, "-c", "from deepstyle.cli import main; main()"]
WITH_SHORT_TSNE = "import pytest; from tests.short_tsne import shorten_tsne; shorten_tsne(pytest.MonkeyPatch())"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def demo_store(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """The encoded demo catalogue; cached between runs, of which one test process brings it up to date."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("web")
    own = tmp_path_factory.getbasetemp()
    is_ready = (own if worker_id == "master" else own.parent) / "demo-store-is-ready"
    with locked(folder / "lock"):  # several test processes may come at once
        if not is_ready.exists():
            _write_demo(folder)
            is_ready.touch()
    return f"sqlite:///{folder / 'var' / 'demo.db'}"


def _write_demo(folder: Path) -> None:
    python, option, code = CLI
    command = [python, option, f"{WITH_SHORT_TSNE}; {code}", "demo", "--no-serve"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1800)
    assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="session")
def admin_key(demo_store: str, pytestconfig: pytest.Config) -> str:
    """An API key of the demo store, of the scope `admin`; made once and cached beside the store."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("web")
    kept = folder / "admin-key"
    with locked(folder / "lock"), open_store(demo_store) as store:
        if not any(key.name == "tests" for key in read_keys(store)):
            kept.write_text(create_key(store, "tests", "admin")[1])
    return kept.read_text()


@pytest.fixture(scope="session")
def site(demo_store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server, with one published report."""
    if not (WEB_FOLDER / "index.html").is_file():
        pytest.skip("the website is not built: run `make web`")
    with served(demo_store, tmp_path_factory.mktemp("site")) as address:
        yield address


@contextmanager
def served(store: str, folder: Path, **settings: str) -> Iterator[str]:
    """The address of a server that works in ``folder``; ``settings`` are environment variables, ``{port}`` its own."""
    _publish_report(folder / "reports")
    port = _free_port()
    own = {name: value.replace("{port}", str(port)) for name, value in settings.items()}
    patient = {"DEEPSTYLE_QUEUE_WAIT_S": "30"}  # where tests share few cores, the default ends in 503
    folders = {"DEEPSTYLE_STORE": store, "DEEPSTYLE_REPORTS_DIR": str(folder / "reports")}
    env = {**os.environ, **folders, **patient, **own}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen([*CLI, "serve", "--port", str(port)], env=env, cwd=folder, stderr=log, stdout=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, server, folder / "server.log")
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium without WebGL. Of the module only: Playwright's event loop must not outlive its tests."""
    yield from launch(WITHOUT_WEBGL)


@pytest.fixture
def visitor(browser: "Browser", site: str) -> Iterator[Visitor]:
    """A person at a desktop who reads English; what the browser complains about fails the test."""
    yield from visit(browser, site)


@pytest.fixture
def operator(visitor: Visitor, admin_key: str) -> Visitor:
    """A visitor who is signed in at /admin."""
    visitor.sign_in(visitor.site, admin_key)
    return visitor


def launch(arguments: list[str]) -> Iterator["Browser"]:
    """The system's Chromium; without it, or without Playwright, the test is skipped and says so."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine: install Debian's package chromium-headless-shell, or Google Chrome")
    playwright.expect.set_options(timeout=30_000)
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=arguments, timeout=120_000)
        yield opened
        opened.close()


def visit(browser: "Browser", site: str, **context: Any) -> Iterator[Visitor]:
    """A visitor in a context of its own, such as ``locale="de"`` or a phone's viewport.

    Without ``has_worker=True`` the browser has no service workers: a test that answers requests itself would not get
    those of a worker.
    """
    has_worker = context.pop("has_worker", False)
    options = {"locale": "en", "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **context}
    opened = browser.new_context(base_url=site, **options)
    opened.set_default_timeout(60_000)
    if not has_worker:
        opened.add_init_script("delete Navigator.prototype.serviceWorker")
    guest = Visitor(opened, site)
    yield guest
    opened.close()
    guest.check()


@pytest.fixture(scope="session")
def photo(site: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of a dress that the shop sells."""
    with urllib.request.urlopen(f"{site}/v1/items?semantic_category=all-body&limit=1") as answer:
        image = json.load(answer)["items"][0]["image_url"]
    path = tmp_path_factory.mktemp("photos") / "dress.jpg"
    path.write_bytes(urllib.request.urlopen(site + image).read())
    return path


@pytest.fixture(scope="session")
def look(site: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A look of three items of the shop in one picture."""
    picture = Image.new("RGB", (800, 1600), "white")
    for category, (left, top, width, height) in LAYING.items():
        picture.paste(_item(site, category).resize((width, height)), (left, top))
    path = tmp_path_factory.mktemp("looks") / "look.jpg"
    picture.save(path, quality=92)
    return path


@pytest.fixture(scope="session")
def no_garment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of nothing that a shop sells: noise."""
    path = tmp_path_factory.mktemp("photos") / "noise.jpg"
    noise = np.random.default_rng(0).integers(0, 256, (400, 320, 3), np.uint8)
    path.write_bytes(encode_jpeg(noise))
    return path


def _publish_report(folder: Path) -> None:
    rows = [
        {"task": "another photo of it", "queries": 400, "measure": "recall@10", "deepstyle": 0.91, "chance": 0.01},
        {"task": "another colour", "queries": 400, "measure": "recall@10", "deepstyle": 0.5925, "chance": 0.01},
    ]
    picture = np.full((60, 120, 3), 200, np.uint8)
    report = describe("How good is the search?", rows, ["evaluate", "search", "--publish", "search"])
    publish(folder, "search", report, {"map.png": _png(picture)})


def _png(pixels: "np.ndarray[Any, np.dtype[np.uint8]]") -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
    return port


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"the server was not ready in {START_S} s: {log.read_text()}")


def _item(site: str, category: str) -> Image.Image:
    with urllib.request.urlopen(f"{site}/v1/items?semantic_category={category}&limit=1") as answer:
        address = json.load(answer)["items"][0]["image_url"]
    with urllib.request.urlopen(site + address) as answer:
        return Image.open(io.BytesIO(answer.read())).convert("RGB")
