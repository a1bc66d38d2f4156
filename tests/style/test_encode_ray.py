"""A local Ray cluster of two workers, one of which is killed in the middle of a shard."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.store.base import Entry
from deepstyle.store.open import open_store
from deepstyle.style.augmented_views import keep_augmented_views
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.parts import stored_parts
from tests.style.tiny import write_tiny_model

pytest.importorskip("ray", reason="Ray is not installed")

ITEMS, SHARD = 600, 20

# A process of its own, as on a real driver: Ray leaves threads and warnings behind that are not ours. It tells what it
# did in a file, since Ray writes to standard output as well.
DRIVER = """
import os, signal, sys
from pathlib import Path
import psutil
from deepstyle.store.open import open_store
from deepstyle.style.encode_ray import encode_store_by_ray

killed = []

def tell(*words):
    with Path(sys.argv[5]).open("a") as log:
        print(*words, file=log)

def on_progress(done, total):
    tell(done, total)
    if done >= total // 4 and not killed and sys.argv[3] == "kill":
        for process in psutil.process_iter(["cmdline"]):
            if "ray::run_shard" in " ".join(process.info["cmdline"] or []) and ours(process):
                os.kill(process.pid, signal.SIGKILL)
                killed.append(process.pid)
                tell("killed")
                return

def ours(process):
    return any(parent.pid == os.getpid() for parent in process.parents())

with open_store(sys.argv[1]) as store:
    log = {"shard_size": int(sys.argv[4]), "workers": 2, "on_progress": on_progress}
    report = encode_store_by_ray(store, Path(sys.argv[2]), **log)
tell("report", report.encoded, report.skipped, report.dropped, len(report.failures), report.serving)
"""


@pytest.fixture
def urls(tmp_path: Path) -> tuple[str, str]:
    """Two stores with the same pictures; the first item of the second shard is no picture."""
    found = []
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (ITEMS, 6, 6, 3), np.uint8).repeat(8, axis=1).repeat(8, axis=2)
    entries = []
    for number, pixels in enumerate(pictures):
        path = tmp_path / "picture.png"
        Image.fromarray(pixels).save(path)
        entries.append(Entry(Item(f"i{number:04d}"), read_image(path.read_bytes())))
    for name in ("ray", "local"):
        found.append(f"sqlite:///{tmp_path}/{name}.db")
        with open_store(found[-1]) as store:
            store.put(entries)
    return found[0], found[1]


def drive(url: str, folder: Path, mode: str) -> list[str]:
    result = folder.with_name(f"log-{mode}.txt")
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, url, str(folder), mode, str(SHARD), str(result)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return result.read_text().splitlines()


def test_a_worker_killed_in_a_shard_costs_that_shard_only(urls: tuple[str, str], tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "model")
    lines = drive(urls[0], tmp_path / "model", "kill")
    assert "killed" in lines, "no worker was at work when one was to be killed"
    assert lines[-1] == f"report {ITEMS} 0 0 0 True"
    done = [int(line.split()[0]) for line in lines if line[0].isdigit()]
    assert done == list(range(SHARD, ITEMS + 1, SHARD)), "each shard is reported once, the killed one too"
    encoder = Encoder.open(tmp_path / "model")
    with open_store(urls[0]) as by_ray, open_store(urls[1]) as local:
        assert encode_store(local, encoder, shard_size=SHARD).encoded == ITEMS
        ours, theirs = by_ray.vectors(encoder.fingerprint), local.vectors(encoder.fingerprint)
        assert ours.item_ids == theirs.item_ids
        np.testing.assert_allclose(ours.vectors, theirs.vectors, atol=1e-5)
        further = [Entry(Item(f"i{number:04d}"), None, (local.image("i0000"),)) for number in range(3)]
        for store in (by_ray, local):
            keep_augmented_views(store, True)
            store.put(further)
        assert encode_store(local, encoder, shard_size=SHARD).augmented_views == 2 * (ITEMS + 3)
    again = drive(urls[0], tmp_path / "model", "calm")
    assert again[-1] == f"report 3 {ITEMS} 0 0 True"
    with open_store(urls[0]) as by_ray, open_store(urls[1]) as local:
        for part in stored_parts(by_ray):
            space = part.space(encoder.fingerprint)
            ours, theirs = by_ray.vectors(space), local.vectors(space)
            assert ours.item_ids == theirs.item_ids and len(ours.item_ids) == (3 if part.position else ITEMS)
            np.testing.assert_allclose(ours.vectors, theirs.vectors, atol=1e-5)
