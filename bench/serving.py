"""`/search_image` under one client and under eight, against the obvious handler with the same network.

    python bench/serving.py                                    # the demo catalogue, imported and encoded first
    python bench/serving.py --store sqlite:///var/shop.db --queries FOLDER
    python bench/serving.py --store … --photos FOLDER          # every photo there must answer 200 with ten items

Both servers are real uvicorn processes on the loopback. The client is a process of its own, plain sockets with kept
connections, and shares the cores with the server. The two servers take turns, round after round, so that whatever else
the machine does hits both; the encoder alone is timed in the same rounds.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from machine import describe_machine

START_S = 180
OUR_PROTOCOL = "deepstyle.api.protocol:BoundedHttp"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(factory: str, environment: dict[str, str], protocol: str = "httptools") -> Iterator[tuple[int, int]]:
    """A uvicorn process; its port and process id, once `/readyz` answers."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port), "--no-access-log"]
    command += ["--http", protocol, "--ws", "none"]
    here = str(Path(__file__).parent)
    process = subprocess.Popen(
        [*command, "--log-level", "warning"], env={**os.environ, **environment, "PYTHONPATH": here}
    )
    try:
        wait_until_ready(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(START_S * 4):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        except OSError as error:
            if process.poll() is not None:
                raise SystemExit(f"the server stopped with {process.returncode}") from error
            time.sleep(0.25)
    raise SystemExit("the server did not become ready")


# -- the client, which runs as `python bench/serving.py --client …` ----------------------------------------------------
def request_of(path: Path) -> bytes:
    part = b'--xx\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    body = part + path.read_bytes() + b"\r\n--xx--\r\n"
    head = (
        "POST /search_image HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=xx\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask(connection: socket.socket, request: bytes) -> tuple[int, bytes]:
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += received(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += received(connection)
    return int(head.split(b" ", 2)[1]), body


def received(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise SystemExit("the server closed the connection")
    return data


def pictures(folder: Path) -> list[Path]:
    """What has a picture's name, at any depth; a licence beside them is none."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))


def run_client(port: int, clients: int, requests: int, folder: Path) -> None:
    """Print the latencies in seconds and the whole duration, as JSON."""
    paths = pictures(folder)[:64]
    bodies = [request_of(path) for path in paths]

    def one(client: int) -> list[float]:
        latencies = []
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            for number in range(requests // clients):
                started_s = time.perf_counter()
                status, _ = ask(connection, bodies[(client * 7 + number) % len(bodies)])
                latencies.append(time.perf_counter() - started_s)
                assert status == 200, status
        return latencies

    with ThreadPoolExecutor(clients) as pool:
        started_s = time.perf_counter()
        latencies = [latency for part in pool.map(one, range(clients)) for latency in part]
        print(json.dumps({"latencies_s": latencies, "duration_s": time.perf_counter() - started_s}))


def load(port: int, clients: int, requests: int, folder: Path) -> tuple[float, float]:
    """(p50 in seconds, requests a second) of one client process."""
    command = [sys.executable, __file__, "--client", str(port), str(clients), str(requests), str(folder)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return statistics.median(told["latencies_s"]), len(told["latencies_s"]) / told["duration_s"]


def cpu_s(pid: int) -> float:
    """Processor seconds that a process has used, which other processes hardly disturb."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# -- the two questions ------------------------------------------------------------------------------------------------
def encoder_latency(folder: Path, runs: int) -> float:
    """Median seconds of one picture through the encoder alone, all cores, in a process of its own."""
    code = """
import statistics, sys, time
from pathlib import Path
import numpy as np
from deepstyle.style.encoder import Encoder
encoder = Encoder.open(Path(sys.argv[1]), streams=1)
fed = encoder.spec.preprocessing
picture = np.random.default_rng(0).integers(0, 256, (1, fed.height_px, fed.width_px, 3), np.uint8)
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
    """Interleaved rounds of both servers; medians and ratios."""
    rows: dict[str, list[float]] = {
        name: [] for name in ("encoder", "ours 1", "theirs 1", "ours 8", "theirs 8", "our cpu", "their cpu")
    }
    with (
        server("deepstyle.api.app:create_app", environment, OUR_PROTOCOL) as (ours, our_pid),
        server("baseline_server:create_app", {**environment, "BENCH_MODEL_FOLDER": str(folder)}) as (theirs, their_pid),
    ):
        for port in (ours, theirs):
            load(port, 8, 16, queries)
        for _ in range(rounds):
            rows["encoder"].append(encoder_latency(folder, requests))
            rows["ours 1"].append(load(ours, 1, requests, queries)[0])
            rows["theirs 1"].append(load(theirs, 1, requests, queries)[0])
            before_s = cpu_s(our_pid)
            rows["ours 8"].append(load(ours, 8, 4 * requests, queries)[1])
            rows["our cpu"].append((cpu_s(our_pid) - before_s) / (4 * requests))
            before_s = cpu_s(their_pid)
            rows["theirs 8"].append(load(theirs, 8, 2 * requests, queries)[1])
            rows["their cpu"].append((cpu_s(their_pid) - before_s) / (2 * requests))
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
        server("deepstyle.api.app:create_app", environment, OUR_PROTOCOL) as (port, _),
        socket.create_connection(("127.0.0.1", port), timeout=60) as connection,
    ):
        for path in paths:
            status, body = ask(connection, request_of(path))
            if status != 200 or len(json.loads(body)["results"]) != 10:
                wrong.append(f"{path.name}: {status} {body[:200]!r}")
    for line in wrong:
        print(line)
    print(f"{len(paths) - len(wrong)} of {len(paths)} photos answered 200 with ten items")
    if wrong:
        raise SystemExit(1)


def demo_store(model: str) -> str:
    command = [sys.executable, "-c", "from deepstyle.cli import main; main()", "demo", "--no-serve", "--model", model]
    subprocess.run(command, check=True)
    return "sqlite:///var/demo.db"


def demo_queries() -> Path:
    from deepstyle.settings import Settings

    return Settings().cache_dir / "demo" / "images"


def main() -> None:
    if sys.argv[1:2] == ["--client"]:
        port, clients, requests, folder = sys.argv[2:]
        run_client(int(port), int(clients), int(requests), Path(folder))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="", help="an encoded store (default: the demo, made where missing)")
    parser.add_argument("--queries", type=Path, help="a folder of pictures to ask with (default: the demo's)")
    parser.add_argument("--photos", type=Path, help="ask with every photo below this folder instead of timing")
    parser.add_argument("--model", default="packaged")
    parser.add_argument("--precision", default="auto", choices=("auto", "fp32", "int8"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=64, help="requests of one client in one round")
    parser.add_argument("--quick", action="store_true", help="2 rounds of 16 requests")
    told = parser.parse_args()

    from deepstyle.settings import Settings
    from deepstyle.style.model import ensure_model
    from deepstyle.style.spec import read_spec

    store = told.store or demo_store(told.model)
    folder = ensure_model(told.model, Settings().cache_dir, told.precision)
    environment = {"DEEPSTYLE_STORE": store, "DEEPSTYLE_MODEL": told.model, "DEEPSTYLE_PRECISION": told.precision}
    spec = read_spec(folder)
    print(describe_machine())
    print(f"{spec.architecture} {spec.precision}, {store}")
    if told.photos:
        every_photo(environment, told.photos)
        return
    rounds, requests = (2, 16) if told.quick else (told.rounds, told.requests)
    compare(environment, folder, told.queries or demo_queries(), rounds, requests)


if __name__ == "__main__":
    main()
