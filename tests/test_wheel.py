"""What is published installs light: the built wheel, in an empty environment, serves without torch."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.images.pictures import photo, save

ROOT = Path(__file__).parents[1]
SITE = "deepstyle/web/index.html"
MODEL = "deepstyle/style/packaged/fashion/"
PHOTOS = "deepstyle/demo/photographed/"
INSTALLED_MIB = 400
HEAVY = {"torch", "onnx", "onnxruntime", "onnxscript", "nncf", "scipy", "matplotlib", "swagger-ui-py"}
NO_INDEX = ("NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError")
LIMIT_S = 500
PIP = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_DEFAULT_TIMEOUT": "20", "PIP_RETRIES": "1"}
BUILD = "from setuptools import build_meta as b; b.build_sdist({out!r}); b.build_wheel({out!r})"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist and the wheel of this checkout; a page stands in for the website where it is not built."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT / "deepstyle", source / "deepstyle", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    if not (source / SITE).is_file():
        (source / SITE).parent.mkdir(exist_ok=True)
        (source / SITE).write_text("<!doctype html>")
    run([sys.executable, "-c", BUILD.format(out=str(out))], cwd=source)
    return out


def run(command: list[str], **options: object) -> str:
    done = subprocess.run(  # type: ignore[call-overload]
        command, capture_output=True, text=True, check=False, timeout=LIMIT_S, **options
    )
    output: str = done.stdout + done.stderr
    if done.returncode and any(error in output for error in NO_INDEX):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, output[-3000:]
    return str(done.stdout)


def clean_environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of this checkout, caches of its own, and no long wait for a package index that does not answer."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DEEPSTYLE", "VIRTUAL"))
    }
    return {**kept, "XDG_CACHE_HOME": str(folder / "cache"), **PIP, **more}


def test_wheel_and_sdist_contain_the_website_the_model_and_its_notice(dist: Path) -> None:
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    names = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as archive:
        sources = {name.partition("/")[2] for name in archive.getnames()}
    for folder in (names, sources):
        assert {SITE, f"{MODEL}model.onnx", f"{MODEL}spec.json", f"{MODEL}NOTICE"} <= folder
        assert {f"{PHOTOS}items.json", f"{PHOTOS}NOTICE", f"{PHOTOS}LICENSE"} <= folder
        assert sum(name.startswith(f"{PHOTOS}images/") for name in folder) >= 400
        assert "deepstyle/compatibility/packaged/lite2/head.safetensors" in folder
    assert any(name.endswith("licenses/deepstyle/style/packaged/fashion/NOTICE") for name in names)
    assert not any(name.startswith(("tests", "bench")) for name in names)


def test_the_wheel_serves_a_catalogue_from_an_empty_environment(dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    environment, python = clean_environment(tmp_path), str(tmp_path / "venv/bin/python")
    run([sys.executable, "-m", "venv", str(tmp_path / "venv")])
    pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", str(ROOT / "constraints.txt"), str(wheel)]
    run(pip, env={**environment, "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", "")})
    installed = json.loads(run([python, "-m", "pip", "list", "--format", "json"], env=environment))
    assert not HEAVY & {package["name"].lower() for package in installed}
    catalogue = tmp_path / "shop"
    catalogue.mkdir()
    for number in range(4):
        (catalogue / f"item-{number}.jpg").write_bytes(save(photo(300, 400, seed=number), "JPEG"))
    demo = [python, "-m", "deepstyle", "demo", "--data", str(catalogue), "--no-serve"]
    run(demo, cwd=tmp_path, env=environment)
    found = run(
        [
            *(python, "-m", "deepstyle", "search", str(catalogue / "item-2.jpg")),
            *("--store", "sqlite:///var/shop.db", "--json"),
        ],
        cwd=tmp_path,
        env=environment,
    )
    assert json.loads(found)["results"][0]["item"]["item_id"] == "item-2"
    size = sum(path.stat().st_size for path in (tmp_path / "venv").rglob("*") if not path.is_symlink())
    assert size < INSTALLED_MIB * 1024 * 1024


def test_pipx_runs_the_wheel(dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    pinned = clean_environment(tmp_path, PIPX_HOME=str(tmp_path / "pipx"), PIP_CONSTRAINT=str(ROOT / "constraints.txt"))
    pipx = [sys.executable, "-m", "pipx", "run", "--spec", str(wheel), "deepstyle", "info", "--json"]
    result = json.loads(run(pipx, cwd=tmp_path, env={**pinned, "PIP_CACHE_DIR": pip_cache()}))
    assert result["model"]["architecture"] == "tf_efficientnet_lite2"
    assert result["model"]["precision"] in {"fp16", "int8"}


def pip_cache() -> str:
    """Where pip keeps what it downloaded, so that the second installation does not download it again."""
    environment = {name: value for name, value in os.environ.items() if name != "PIP_NO_CACHE_DIR"}
    return run([sys.executable, "-m", "pip", "cache", "dir"], env=environment).strip()
