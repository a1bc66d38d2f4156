"""`/search_image` under one client and under eight, against the obvious handler with the same network.

    python -m bench.serving                                    # the demo catalogue, imported and encoded first
    python -m bench.serving --store sqlite:///var/shop.db --queries FOLDER
    python -m bench.serving --store … --photos FOLDER          # every photo there must answer 200 with ten items

Both servers are real processes on loopback, `deepstyle serve` and `bench/measure/baseline_server.py` under uvicorn. The
client is a process of its own, with plain sockets and keep-alive, and shares the cores with the server. The servers
take turns, round after round, so that other load on the machine affects both; the encoder alone is timed in the same
rounds.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
from pathlib import Path

from bench.measure.demo import absolute_url, demo_photos, demo_store
from bench.measure.http_upload import upload_message
from bench.measure.machine import describe_machine
from bench.measure.server import serving
from bench.measure.upload_client import ask, load, pictures
from deepstyle.settings import Settings
from deepstyle.style.model import ensure_model
from deepstyle.style.spec import read_spec

BASELINE = {"OPENBLAS_NUM_THREADS": "1"}
"""Otherwise NumPy's threads, which wait by spinning, halve the speed of the baseline. `deepstyle serve` sets it too."""


def encoder_latency(folder: Path, runs: int) -> float:
    """Median seconds of one picture through the encoder alone, all cores, in a process of its own."""
    code = """
import statistics, sys, time
from pathlib import Path
import numpy as np
from deepstyle.style.encoder import Encoder
encoder = Encoder.open(Path(sys.argv[1]), streams=1)
expected = encoder.spec.preprocessing
picture = np.random.default_rng(0).integers(0, 256, (1, expected.height_px, expected.width_px, 3), np.uint8)
times = []
for _ in range(int(sys.argv[2])):
    started = time.perf_counter()
    encoder.encode_prepared(picture)
    times.append(time.perf_counter() - started)
print(statistics.median(times))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(runs)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def compare(environment: dict[str, str], folder: Path, queries: Path, rounds: int, requests: int) -> None:
    """Interleaved rounds of both servers, and what they show."""
    rows: dict[str, list[float]] = {
        name: [] for name in ("encoder", "ours 1", "theirs 1", "ours 8", "theirs 8", "our cpu", "their cpu")
    }
    with (
        serving("deepstyle", environment) as ours,
        serving("baseline", {**environment, **BASELINE, "BENCH_MODEL_FOLDER": str(folder.resolve())}) as theirs,
    ):
        for server in (ours, theirs):
            load(server.port, 8, 16, queries)
        for _ in range(rounds):
            rows["encoder"].append(encoder_latency(folder, requests))
            rows["ours 1"].append(load(ours.port, 1, requests, queries)[0])
            rows["theirs 1"].append(load(theirs.port, 1, requests, queries)[0])
            before_s = ours.cpu_s()
            rows["ours 8"].append(load(ours.port, 8, 4 * requests, queries)[1])
            rows["our cpu"].append((ours.cpu_s() - before_s) / (4 * requests))
            before_s = theirs.cpu_s()
            rows["theirs 8"].append(load(theirs.port, 8, 2 * requests, queries)[1])
            rows["their cpu"].append((theirs.cpu_s() - before_s) / (2 * requests))
    report(rows)


def report(rows: dict[str, list[float]]) -> None:
    """Print medians and ratios."""
    middle = {name: statistics.median(values) for name, values in rows.items()}
    ratios = [a / b for a, b in zip(rows["ours 8"], rows["theirs 8"], strict=True)]
    over = [a / b for a, b in zip(rows["ours 1"], rows["encoder"], strict=True)]
    print(f"encoder alone, all cores     p50 {middle['encoder'] * 1000:8.1f} ms")
    print(f"one client     deepstyle     p50 {middle['ours 1'] * 1000:8.1f} ms")
    print(f"               obvious       p50 {middle['theirs 1'] * 1000:8.1f} ms")
    print(f"eight clients  deepstyle         {middle['ours 8']:8.1f} requests/s, {1000 * middle['our cpu']:.1f} ms CPU")
    print(f"               obvious      {middle['theirs 8']:13.1f} requests/s, {1000 * middle['their cpu']:.1f} ms CPU")
    print(f"one client: {statistics.median(over):.2f} x the encoder's own latency (bar: at most 2.5)")
    print(f"eight clients: {statistics.median(ratios):.2f} x the obvious handler's requests/s (bar: at least 4)")
    print("per round:", ", ".join(f"{ratio:.2f}" for ratio in ratios))


def every_photo(environment: dict[str, str], photos: Path) -> None:
    """Each photo must answer 200 with ten items."""
    paths = pictures(photos)
    wrong = []
    with (
        serving("deepstyle", environment) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection,
    ):
        for path in paths:
            status, body = ask(connection, upload_message(path.read_bytes(), keep_alive=True))
            if status != 200 or len(json.loads(body)["results"]) != 10:
                wrong.append(f"{path.name}: {status} {body[:200]!r}")
    for line in wrong:
        print(line)
    print(f"{len(paths) - len(wrong)} of {len(paths)} photos answered 200 with ten items")
    if wrong:
        raise SystemExit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="", help="an encoded store (default: the demo, created where missing)")
    parser.add_argument("--queries", type=Path, help="a folder of pictures to ask with (default: the demo's)")
    parser.add_argument("--photos", type=Path, help="ask with every photo below this folder instead of timing")
    parser.add_argument("--model", default="packaged")
    parser.add_argument("--precision", default="auto", choices=("auto", "fp32", "fp16", "int8"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=64, help="requests of one client in one round")
    parser.add_argument("--quick", action="store_true", help="2 rounds of 16 requests")
    options = parser.parse_args()

    store = absolute_url(options.store) if options.store else demo_store(options.model)
    folder = ensure_model(options.model, Settings().cache_dir, options.precision)
    environment = {
        "DEEPSTYLE_STORE": store,
        "DEEPSTYLE_MODEL": options.model,
        "DEEPSTYLE_PRECISION": options.precision,
        "DEEPSTYLE_LOG_LEVEL": "warning",
    }
    spec = read_spec(folder)
    print(describe_machine())
    print(f"{spec.architecture} {spec.precision}, {store}")
    if options.photos:
        every_photo(environment, options.photos)
        return
    rounds, requests = (2, 16) if options.quick else (options.rounds, options.requests)
    compare(environment, folder, options.queries or demo_photos(), rounds, requests)


if __name__ == "__main__":
    main()
