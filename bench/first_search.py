"""From a fresh clone to the first answered search: seconds for each step, and the size of what was installed.

python -m bench.first_search            # minutes: all caches are empty, except pip's and npm's with --keep-downloads

The clone holds the committed state of this checkout. ``--pip`` takes the other way in: ``pip install .`` into an empty
environment, without the website.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
STEPS = {"1": "render and import", "2": "encode and suggest", "3": "map and start of the server"}
"""The steps that ``deepstyle demo`` announces, by number."""
PATIENCE_S = 900


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Add the wall time of the block under ``name``."""
    started_s = time.perf_counter()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - started_s


def environment(folder: Path, *, keep_downloads: bool) -> dict[str, str]:
    """Empty caches; nothing of this checkout, no settings."""
    dropped = ("PYTHON", "DEEPSTYLE", "VIRTUAL", "XDG_CACHE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    own = {"XDG_CACHE_HOME": str(folder / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if keep_downloads:
        pip = subprocess.run([sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=True)
        return {**kept, **own, "PIP_CACHE_DIR": pip.stdout.strip()}
    return {**kept, **own, "PIP_CACHE_DIR": str(folder / "pip"), "npm_config_cache": str(folder / "npm")}


def download_s(clone: Path, folder: Path, env: dict[str, str]) -> float:
    """How long pip takes to download what the package needs, measured in a cache of its own."""
    env = {**env, "PIP_CACHE_DIR": str(folder / "other-pip")}
    started_s = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "-c",
        "constraints.txt",
        "-d",
        str(folder / "wheels"),
        ".",
    ]
    subprocess.run(command, cwd=clone, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started_s


def install(clone: Path, env: dict[str, str], seconds: dict[str, float], *, pip: bool) -> None:
    """Install what serves; the website too, as ``make demo`` does, unless by ``pip``."""
    if pip:
        with timed(seconds, "install (pip install .)"):
            subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=clone, env=env, check=True)
            command = [".venv/bin/pip", "install", "-q", "-c", "constraints.txt", "."]
            subprocess.run(command, cwd=clone, env=env, check=True)
        return
    with timed(seconds, "install and website (make, side by side)"):
        targets = [".venv/.serving", "deepstyle/web/index.html"]
        subprocess.run(["make", "-s", "-j2", *targets], cwd=clone, env=env, check=True, stdout=subprocess.DEVNULL)


def serve_demo(clone: Path, env: dict[str, str], port: int, seconds: dict[str, float]) -> "subprocess.Popen[str]":
    """Run ``deepstyle demo`` until the server answers; its lines say when a step begins."""
    command = [".venv/bin/deepstyle", "demo", "--port", str(port)]
    # Rich wraps lines to the terminal's width; a pipe has none.
    process = subprocess.Popen(command, cwd=clone, env={**env, "COLUMNS": "200"}, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    step, began_s = "start Python", time.perf_counter()
    for line in process.stderr:
        mark = re.match(r"\s*(\d)/(\d) ", line)
        if mark:
            seconds[step] = time.perf_counter() - began_s
            step, began_s = STEPS[mark[1]], time.perf_counter()
            if mark[1] == mark[2]:
                break
    wait_until_ready(port)
    seconds[step] = time.perf_counter() - began_s
    return process


def wait_until_ready(port: int) -> None:
    """Poll ``/readyz``; raises ``TimeoutError``."""
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError("the server is not ready")


def search(port: int, picture: bytes) -> bytes:
    """Send a photo as a form."""
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/search_image",
        head + picture + b"\r\n--x--\r\n",
        {"Content-Type": "multipart/form-data; boundary=x"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        body: bytes = answer.read()
    return body


def size_mib(folder: Path) -> float:
    """What a folder takes on disk, links not followed."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*")) / 2**20


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pip", action="store_true", help="pip install . instead of make demo")
    parser.add_argument("--keep-downloads", action="store_true", help="use this user's caches of pip and npm")
    parser.add_argument("--port", type=int, default=0, help="of the server; default: a free one")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="first-search-"))
    seconds: dict[str, float] = {}
    process = None
    try:
        clone, env = folder / "clone", environment(folder, keep_downloads=options.keep_downloads)
        with timed(seconds, "clone"):
            subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        # With the downloads at hand there is nothing to subtract.
        downloading_s = 0.0 if options.keep_downloads else download_s(clone, folder, env)
        install(clone, env, seconds, pip=options.pip)
        port = options.port or free_port()
        process = serve_demo(clone, env, port, seconds)
        picture = next((folder / "cache" / "deepstyle" / "demo" / "images").glob("*.jpg")).read_bytes()
        with timed(seconds, "first search"):
            search(port, picture)
        report(seconds, downloading_s, clone / ".venv")
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def report(seconds: dict[str, float], downloading_s: float, venv: Path) -> None:
    """Print every step, the total, and the size."""
    for name, taken_s in seconds.items():
        print(f"{name:42}{taken_s:7.1f} s")
    total_s = sum(seconds.values())
    print(f"{'total':42}{total_s:7.1f} s, of which about {downloading_s:.1f} s download Python packages")
    print(f"{'beyond the download':42}{total_s - downloading_s:7.1f} s")
    print(f"{venv.name}: {size_mib(venv):.0f} MiB")
    packages = subprocess.run([venv / "bin/pip", "list"], capture_output=True, text=True, check=True).stdout
    print(f"torch: {'installed' if re.search('^torch ', packages, re.M) else 'not installed'}")


if __name__ == "__main__":
    main()
