"""Naming weights: what is found, what is refused, and a pull from a hub on the loopback."""

import hashlib
import http.server
import json
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deepstyle.errors import DataError, ModelError, UnknownModelError
from deepstyle.style.architectures import ARCHITECTURES
from deepstyle.style.weights import locate_weights, pull_weights

CONFIG = {
    "architecture": "resnet50",
    "pretrained_cfg": {"input_size": [3, 176, 176], "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]},
}


def write_safetensors(path: Path, metadata: dict[str, str]) -> Path:
    header = json.dumps({"__metadata__": metadata, "w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}})
    path.write_bytes(struct.pack("<Q", len(header)) + header.encode() + b"\0\0\0\0")
    return path


@pytest.mark.parametrize(("name", "size"), [("packaged", "lite2"), ("packaged:lite0", "lite0")])
def test_packaged_weights_are_the_pinned_ones(name, size):
    weights = locate_weights(name)
    assert (weights.name, weights.architecture) == (f"packaged:{size}", f"tf_efficientnet_{size}")
    assert weights.path is not None
    package = ARCHITECTURES[weights.architecture].package
    assert package is not None
    assert hashlib.sha256(weights.path.read_bytes()).hexdigest() == weights.sha256 == package.sha256


@pytest.mark.parametrize("name", ["packaged:lite3", "resnet50", "", "weights.pth", "hf-hub:", "hf-hub:a b/c"])
def test_a_name_that_is_not_known_is_refused_and_never_replaced(name):
    with pytest.raises(UnknownModelError) as caught:
        locate_weights(name)
    assert caught.value.remedy


def test_safetensors_tells_its_architecture(tmp_path):
    path = write_safetensors(tmp_path / "w.safetensors", {"architecture": "tf_efficientnet_lite1"})
    weights = locate_weights(str(path))
    assert weights.architecture == "tf_efficientnet_lite1"
    assert weights.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_safetensors_without_architecture_needs_to_be_told(tmp_path):
    path = write_safetensors(tmp_path / "w.safetensors", {})
    with pytest.raises(DataError, match=r"w\.safetensors.*--architecture"):
        locate_weights(str(path))
    assert locate_weights(str(path), architecture="resnet50").architecture == "resnet50"
    with pytest.raises(UnknownModelError, match="vgg"):
        locate_weights(str(path), architecture="vgg")


@pytest.mark.parametrize("content", [b"", b"\x01", b"\xff" * 64, b"\x02\0\0\0\0\0\0\0[]"])
def test_a_broken_safetensors_file_is_an_error_that_names_it(tmp_path, content):
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"broken\.safetensors"):
        locate_weights(str(path))


def test_a_missing_safetensors_file_is_an_error_that_names_it(tmp_path):
    with pytest.raises(ModelError, match=r"gone\.safetensors"):
        locate_weights(str(tmp_path / "gone.safetensors"))


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The hub's client reads its environment at import, so each case is a process."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    result = {**inherited, "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1", "NO_PROXY": "127.0.0.1"}
    return subprocess.run(
        [sys.executable, "-c", code], env={**result, **environment}, capture_output=True, text=True, timeout=120
    )


LOCATE = """
from deepstyle.errors import DeepstyleError
from deepstyle.style.weights import locate_weights, pull_weights
try:
    found = {verb}("hf-hub:timm/resnet50.a1_in1k")
    print(found.architecture, found.sha256, found.preprocessing.height_px, found.preprocessing.mean[0])
except DeepstyleError as error:
    print(type(error).__name__, error)
"""


def test_hub_weights_are_never_downloaded_unasked(tmp_path):
    done = run_python(LOCATE.format(verb="locate_weights"), HF_HOME=str(tmp_path), HF_ENDPOINT="http://127.0.0.1:1")
    assert "ModelError" in done.stdout
    assert "deepstyle weights pull hf-hub:timm/resnet50.a1_in1k" in done.stdout


def test_pull_respects_offline(tmp_path):
    done = run_python(LOCATE.format(verb="pull_weights"), HF_HOME=str(tmp_path), HF_HUB_OFFLINE="1")
    assert done.stdout.startswith("ModelError"), done
    assert "HF_HUB_OFFLINE" in done.stdout


def test_pull_takes_only_the_hubs_names():
    with pytest.raises(UnknownModelError, match="packaged"):
        pull_weights("packaged")


class Hub(http.server.BaseHTTPRequestHandler):
    """As much of the hub's protocol as its client needs to fetch one file: HEAD with ETag and commit, then GET."""

    files: dict[str, bytes]
    asked: list[str]

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        self.answer(with_body=True)

    def answer(self, *, with_body):
        self.asked.append(f"{self.command} {self.path}")
        data = self.files.get(self.path)
        self.send_response(200 if data is not None else 404)
        data = data or b""
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", "a" * 40)
        self.end_headers()
        if with_body:
            self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub(tmp_path):
    weights = write_safetensors(tmp_path / "model.safetensors", {}).read_bytes()
    root = "/timm/resnet50.a1_in1k/resolve/main"
    files = {f"{root}/config.json": json.dumps(CONFIG).encode(), f"{root}/model.safetensors": weights}
    handler = type("LocalHub", (Hub,), {"files": files, "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler, hashlib.sha256(weights).hexdigest()
        server.shutdown()
        thread.join()


def test_pull_fetches_from_the_hub_once_and_afterwards_works_offline(tmp_path, hub):
    endpoint, handler, digest = hub
    home = str(tmp_path / "home")
    result = f"resnet50 {digest} 176 0.5\n"
    first = run_python(LOCATE.format(verb="pull_weights"), HF_HOME=home, HF_ENDPOINT=endpoint)
    assert first.stdout == result, first
    assert any(asked.startswith("GET") for asked in handler.asked)
    handler.asked.clear()
    again = run_python(LOCATE.format(verb="pull_weights"), HF_HOME=home, HF_ENDPOINT=endpoint, HF_HUB_OFFLINE="1")
    assert again.stdout == result, again
    located = run_python(LOCATE.format(verb="locate_weights"), HF_HOME=home, HF_HUB_OFFLINE="1")
    assert located.stdout == result, located
    assert handler.asked == []


def test_pull_of_a_model_that_the_hub_does_not_have_names_it(tmp_path, hub):
    endpoint, handler, _ = hub
    handler.files = {}
    done = run_python(LOCATE.format(verb="pull_weights"), HF_HOME=str(tmp_path / "home"), HF_ENDPOINT=endpoint)
    assert done.stdout.startswith("ModelError hf-hub:timm/resnet50.a1_in1k: config.json"), done
