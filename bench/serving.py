"""`/search_image` under one client and under eight, against the obvious handler with the same network.

    python -m bench.serving                                    # the demo catalogue, imported and encoded first
    python -m bench.serving --store sqlite:///var/shop.db --queries FOLDER    # with its pictures
    python -m bench.serving --side-px 1024                     # the same pictures, as large as a phone uploads them
    python -m bench.serving --store … --photos FOLDER          # every photo there must answer 200 with ten items

Both servers are real processes on loopback, `deepstyle serve` and `bench/measure/baseline_server.py` under uvicorn. The
client is a process of its own, with plain sockets and keep-alive, and shares the cores with the server. The servers
take turns, round after round, so that other load on the machine affects both; the encoder alone is timed in the same
rounds. The handler to compare with has ImageNet's weights, so the model is the former default, which has the same
network as the present one.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure.demo import absolute_url, demo_photos, demo_store
from bench.measure.enlarged import enlarged
from bench.measure.http_upload import upload_message
from bench.measure.machine import describe_machine
from bench.measure.server import serving
from bench.measure.upload_client import MAX_PICTURES, ask, load, pictures
from deepstyle.settings import Settings
from deepstyle.style.model import ensure_model
from deepstyle.style.spec import read_spec

BASELINE = {"OPENBLAS_NUM_THREADS": "1"}
"""Otherwise NumPy's threads, which wait by spinning, halve the speed of the baseline. `deepstyle serve` sets it too."""


def encoder_cost(folder: Path, runs: int) -> tuple[float, float]:
    """Of one picture through the encoder alone, in a process of its own: the median seconds with all cores on it, and
    the processor seconds with a core a picture, as under load."""
    code = """
import statistics, sys, time
from pathlib import Path
import numpy as np
from deepstyle.platform import usable_cores
from deepstyle.style.encoder import Encoder
expected = Encoder.open(Path(sys.argv[1]), streams=1).spec.preprocessing
picture = np.random.default_rng(0).integers(0, 256, (1, expected.height_px, expected.width_px, 3), np.uint8)
for streams in (1, usable_cores()):
    encoder = Encoder.open(Path(sys.argv[1]), streams=streams)
    encoder.encode_prepared(picture)
    times, used_s = [], time.process_time()
    for _ in range(int(sys.argv[2])):
        started = time.perf_counter()
        encoder.encode_prepared(picture)
        times.append(time.perf_counter() - started)
    print(statistics.median(times), (time.process_time() - used_s) / len(times))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(runs)], check=True, capture_output=True, text=True
    )
    alone, side_by_side = ([float(number) for number in line.split()] for line in done.stdout.splitlines())
    return alone[0], side_by_side[1]


def compare(environment: dict[str, str], folder: Path, queries: Path, rounds: int, requests: int) -> None:
    """Interleaved rounds of both servers, and what they show."""
    rows: dict[str, list[float]] = {
        name: []
        for name in ("encoder", "encoder cpu", "ours 1", "theirs 1", "ours 8", "theirs 8", "our cpu", "their cpu")
    }
    with (
        serving("deepstyle", environment) as ours,
        serving("baseline", {**environment, **BASELINE, "BENCH_MODEL_FOLDER": str(folder.resolve())}) as theirs,
    ):
        for server in (ours, theirs):
            load(server.port, 8, 16, queries)
        for _ in range(rounds):
            latency_s, used_s = encoder_cost(folder, requests)
            rows["encoder"].append(latency_s)
            rows["encoder cpu"].append(used_s)
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
    costs = [a / b for a, b in zip(rows["our cpu"], rows["encoder cpu"], strict=True)]
    print(f"encoder alone, all cores     p50 {middle['encoder'] * 1000:8.1f} ms")
    print(f"               a core a picture  {middle['encoder cpu'] * 1000:8.1f} ms CPU")
    print(f"one client     deepstyle     p50 {middle['ours 1'] * 1000:8.1f} ms")
    print(f"               obvious       p50 {middle['theirs 1'] * 1000:8.1f} ms")
    print(f"eight clients  deepstyle         {middle['ours 8']:8.1f} requests/s, {1000 * middle['our cpu']:.1f} ms CPU")
    print(f"               obvious      {middle['theirs 8']:13.1f} requests/s, {1000 * middle['their cpu']:.1f} ms CPU")
    print(f"one client: {statistics.median(over):.2f} x the encoder's own latency (bar: at most 2.5)")
    print(f"eight clients: {statistics.median(ratios):.2f} x the obvious handler's requests/s (bar: at least 5.5)")
    print(f"processor time of a request of eight clients: {statistics.median(costs):.2f} x the encoder's (bar: 1.25)")
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
    parser.add_argument("--side-px", type=int, default=0, help="ask with copies of this longer side; 0: as they are")
    parser.add_argument("--model", default="packaged:lite2")
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
    queries = options.queries or demo_photos()
    with tempfile.TemporaryDirectory() as scratch:
        if options.side_px:
            enlarged(pictures(queries)[:MAX_PICTURES], options.side_px, Path(scratch))
            queries = Path(scratch)
        compare(environment, folder, queries, rounds, requests)


if __name__ == "__main__":
    main()
