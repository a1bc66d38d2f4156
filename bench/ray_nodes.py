"""`deepstyle encode --runner ray` on two Ray nodes, one of which is killed whole in the middle.

    python -m bench.ray_nodes                     # 2,000 drawn pictures, the packaged model
    python -m bench.ray_nodes --items 400 --model FOLDER

Both nodes are `ray start` processes on this machine, each with one CPU, ports and workers of its own. Once a quarter of
the vectors is stored, every process of the second node is killed at once. The command has to complete, with one vector
for each picture, the same as those of a run without Ray; a second run has to write nothing.
"""

import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import psutil  # type: ignore[import-untyped]
from PIL import Image

from bench.measure.command import DEEPSTYLE, ROOT
from bench.measure.machine import describe_machine
from bench.measure.processes import family
from bench.measure.server import free_port
from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.settings import Settings
from deepstyle.store import Entry, open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model
from deepstyle.telemetry import import_module

START_S: Final = 60
RUN_S: Final = 600
"""A run that takes longer has stopped for good."""
ALIVE: Final = 0
"""Of Ray's ``GcsNodeState``."""
ENVIRONMENT: Final = {
    # A node that was killed is noticed in 2 s instead of up to 30.
    "RAY_health_check_initial_delay_ms": "0",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "1000",
    "RAY_health_check_failure_threshold": "3",
    "RAY_USAGE_STATS_ENABLED": "0",
    "http_proxy": "http://127.0.0.1:9",
    "no_proxy": "127.0.0.1,localhost",
}


@dataclass(frozen=True)
class Outcome:
    """What a run left: ``stored`` vectors of ``items`` pictures, and how many pictures are ``missing`` one.

    ``reported`` is what the run says it encoded, ``again`` what a second run did. ``killed`` processes of the second
    node died when ``at_kill`` vectors were there. ``furthest`` is the largest difference from vectors made without Ray.
    """

    items: int
    stored: int
    missing: int
    reported: int
    again: int
    killed: int
    at_kill: int
    furthest: float
    run_s: float


def killed_run(folder: Path, model: Path, items: int, *, shard: int = 20) -> Outcome:
    """Encode ``items`` drawn pictures on two nodes, kill the second, and compare; ``folder`` is empty."""
    url, encoder = f"sqlite:///{folder}/ray.db", Encoder.open(model, streams=0)
    space = encoder.fingerprint
    with open_store(url) as store, open_store(f"sqlite:///{folder}/local.db") as local, cluster() as (address, second):
        for each in (store, local):
            each.put(pictures(items))
        command = encode_command(url, model, address, shard)
        started_s = time.perf_counter()
        with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as run, ended(run):
            while run.poll() is None and store.spaces().get(space, 0) < items // 4:
                time.sleep(0.02)
            at_kill, killed = store.spaces().get(space, 0), kill_family(second.pid)
            reported = json.loads(run.communicate(timeout=RUN_S)[0])["encoded"]
        run_s = time.perf_counter() - started_s
        done = subprocess.run(command, env=environment(), check=True, stdout=subprocess.PIPE, text=True, timeout=RUN_S)
        again = json.loads(done.stdout)["encoded"]
        encode_store(local, encoder)
        ours, theirs = store.vectors(space), local.vectors(space)
        missing = len(store.missing_vectors(space))
    if ours.item_ids != theirs.item_ids:
        raise SystemExit(f"{len(ours.item_ids)} vectors with Ray, {len(theirs.item_ids)} without")
    furthest = float(np.abs(ours.vectors - theirs.vectors).max())
    return Outcome(items, len(ours.item_ids), missing, reported, again, killed, at_kill, furthest, run_s)


@contextlib.contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Kill the process at the end of the block, if it still runs."""
    try:
        yield
    finally:
        process.kill()


def pictures(count: int) -> list[Entry]:
    """Items with pictures of random blocks, each another."""
    blocks = np.random.default_rng(0).integers(0, 256, (count, 6, 6, 3), np.uint8)
    entries = []
    for number, pixels in enumerate(blocks.repeat(8, axis=1).repeat(8, axis=2)):
        data = io.BytesIO()
        Image.fromarray(pixels).save(data, "PNG")
        entries.append(Entry(Item(f"i{number:06d}"), read_image(data.getvalue())))
    return entries


def encode_command(url: str, model: Path, address: str, shard: int) -> list[str]:
    """`deepstyle encode` on the cluster, vectors alone."""
    only = ("--no-suggest", "--no-calibrate", "--json", "--shard-size", str(shard))
    where = ("--runner", "ray", "--ray-address", address)
    return [*DEEPSTYLE, "encode", "--store", url, "--model", str(model), *where, *only]


def environment() -> dict[str, str]:
    """That of every process: quick health checks, this checkout."""
    return {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT), "TMPDIR": tempfile.gettempdir()}


@contextlib.contextmanager
def cluster() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a cluster of two nodes with one CPU each, and the process of the second."""
    folder, port = tempfile.mkdtemp(prefix="ray-", dir="/tmp"), free_port()
    address = f"127.0.0.1:{port}"
    head = ("--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}")
    nodes = []
    try:
        # A driver takes the node of its own address: with another one, the second is never the driver's.
        for words in ((*head, "--node-ip-address=127.0.0.1"), (f"--address={address}", "--node-ip-address=127.0.0.2")):
            nodes.append(start_node(*words))
            wait_for_nodes(address, len(nodes))
        yield address, nodes[1]
    finally:
        for node in reversed(nodes):
            kill_family(node.pid)
            node.wait()
        shutil.rmtree(folder, ignore_errors=True)


def start_node(*words: str) -> "subprocess.Popen[bytes]":
    """`ray start` that stays in the foreground until it is killed."""
    own = ("--block", "--num-cpus=1", "--object-store-memory=100000000")
    command = [str(Path(sys.executable).with_name("ray")), "start", *words, *own]
    return subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for_nodes(address: str, count: int) -> None:
    """Return once ``count`` nodes are alive; raises ``SystemExit`` where they are not within a minute."""
    gcs = import_module("ray._raylet").GcsClient
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        with contextlib.suppress(Exception):  # the library's errors while nothing answers yet
            alive = [node for node in gcs(address=address).get_all_node_info().values() if node.state == ALIVE]
            if len(alive) >= count:
                return
        time.sleep(0.1)
    raise SystemExit(f"{count} Ray nodes did not start within {START_S} s")


def kill_family(pid: int) -> int:
    """Kill a process and all below it at once; return how many there were."""
    try:
        found = family(pid)
    except psutil.Error:
        return 0
    for process in found:  # none of them can start another one meanwhile
        with contextlib.suppress(psutil.Error):
            process.suspend()
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return len(found)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--model", default="packaged")
    given = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        outcome = killed_run(Path(folder), ensure_model(given.model, Settings().cache_dir), given.items)
    print(f"{outcome.killed} processes of the second node killed when {outcome.at_kill} of {outcome.items} were stored")
    print(f"{outcome.reported} encoded, {outcome.stored} vectors, {outcome.missing} missing, in {outcome.run_s:.1f} s")
    print(f"largest difference from vectors made without Ray: {outcome.furthest:.1e}; a second run: {outcome.again}")


if __name__ == "__main__":
    main()
