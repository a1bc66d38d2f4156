"""More load than the server can handle: who gets a response, how fast, and how the health routes behave.

    python -m bench.overload                                   # the demo catalogue; twice the measured capacity, 60 s
    python -m bench.overload --store sqlite:///var/shop.db --queries FOLDER --factor 4 --seconds 20
    python -m bench.overload --store … --flood '/v1/items/ID/compatible?k=100' --clients 400

Uploads arrive at a fixed rate, regardless of earlier ones (an open loop). In a flood, clients request one address and
repeat as soon as they have a response (a closed loop). Load and health checks are processes of their own; all of them
share the cores with the server.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.measure.demo import absolute_url, small_demo_store
from bench.measure.http_upload import request, upload_message
from bench.measure.machine import describe_machine
from bench.measure.processes import resident_mib
from bench.measure.server import serving

TIMEOUT_S, PROBE_EVERY_S, CAPACITY_S, CAPACITY_CLIENTS = 60.0, 0.1, 8.0, 8
Answer = tuple[str, float, bool]  # the status, seconds, whether there was a Retry-After


# -- the load, which runs as `python -m bench.overload --load …` -------------------------------------------------------


async def ask(port: int, message: bytes) -> Answer:
    started_s = time.perf_counter()
    try:
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(message)
                await writer.drain()
                answer = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        return type(error).__name__, time.perf_counter() - started_s, False
    head = answer.partition(b"\r\n\r\n")[0].lower()
    return head[9:12].decode() or "none", time.perf_counter() - started_s, b"\r\nretry-after: " in head


async def closed_loop(port: int, messages: Sequence[bytes], clients: int, seconds: float) -> list[Answer]:
    """Clients that ask again as soon as they have an answer."""
    ends_s = time.perf_counter() + seconds
    answers = []

    async def client(number: int) -> None:
        while time.perf_counter() < ends_s:
            answers.append(await ask(port, messages[number % len(messages)]))
            number += clients

    await asyncio.gather(*map(client, range(clients)))
    return answers


async def open_loop(port: int, messages: Sequence[bytes], rate: float, seconds: float) -> list[Answer]:
    """Requests at a fixed rate."""
    started_s = time.perf_counter()
    asked: list[asyncio.Task[Answer]] = []
    while (passed_s := time.perf_counter() - started_s) < seconds:
        while len(asked) < passed_s * rate:
            asked.append(asyncio.create_task(ask(port, messages[len(asked) % len(messages)])))
        await asyncio.sleep(0.005)
    return list(await asyncio.gather(*asked))


def messages_for(what: str) -> list[bytes]:
    """Requests for an address below /v1, or uploads of the pictures in a folder."""
    if what.startswith("/v1"):
        return [f"GET {what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()]
    paths = sorted(Path(what).rglob("*.jpg"))[:64]
    return [upload_message(path.read_bytes(), keep_alive=False) for path in paths]


def run_load(kind: str, port: int, amount: float, seconds: float, what: str) -> None:
    messages = messages_for(what)
    if kind == "closed":
        answers = asyncio.run(closed_loop(port, messages, int(amount), seconds))
    else:
        answers = asyncio.run(open_loop(port, messages, amount, seconds))
    print(json.dumps(answers))


# -- what is watched during it -----------------------------------------------------------------------------------------


def loaded(kind: str, port: int, amount: float, seconds: float, what: str, watch: Callable[[], None]) -> list[Answer]:
    """The answers to a load, with ``watch`` called again and again while it runs."""
    command = [sys.executable, "-m", "bench.overload", "--load", kind, str(port), str(amount), str(seconds), what]
    with tempfile.TemporaryFile("w+") as output, subprocess.Popen(command, stdout=output) as process:
        while process.poll() is None:
            watch()
            time.sleep(PROBE_EVERY_S)
        if process.returncode:
            raise SystemExit("the load failed")
        output.seek(0)
        return [(status, seconds, retry) for status, seconds, retry in json.load(output)]


class Watch:
    """Asks the health routes and reads the server's memory."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid
        self.seconds: dict[str, list[float]] = {"/healthz": [], "/readyz": [], "/metrics": []}
        self.failed: Counter[str] = Counter()
        self.memory_mib = [resident_mib(pid)]

    def __call__(self) -> None:
        for path, seconds in self.seconds.items():
            started_s = time.perf_counter()
            status, _ = request(self.port, "GET", path)
            seconds.append(time.perf_counter() - started_s)
            self.failed[path] += status != 200
        self.memory_mib.append(resident_mib(self.pid))

    def report(self) -> None:
        for path, seconds in self.seconds.items():
            figures = f"p50 {1000 * statistics.median(seconds):.0f} · p99 {1000 * percentile(seconds, 0.99):.0f}"
            print(
                f"{path:10} {figures} · max {1000 * max(seconds):.0f} ms, {self.failed[path]} of {len(seconds)} failed"
            )
        first, *_, last = self.memory_mib
        print(f"memory     {first:.0f} MiB before · {max(self.memory_mib):.0f} at most · {last:.0f} after")


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def report(answers: Sequence[Answer], seconds: float) -> None:
    print(f"{len(answers)} requests: {dict(Counter(status for status, _, _ in answers).most_common())}")
    for status in sorted({status for status, _, _ in answers}):
        took_s = [took for answered, took, _ in answers if answered == status]
        hinted = sum(retry for answered, _, retry in answers if answered == status)
        figures = f"p50 {statistics.median(took_s):.2f} · p99 {percentile(took_s, 0.99):.2f} · max {max(took_s):.2f} s"
        print(f"{status:10} {len(took_s) / seconds:.1f} a second · {figures} · {hinted} with Retry-After")


def overload(port: int, pid: int, arguments: argparse.Namespace, queries: Path) -> None:
    def load(kind: str, amount: float, seconds: float, what: str, watch: Callable[[], None]) -> list[Answer]:
        return loaded(kind, port, amount, seconds, what, watch)

    if arguments.flood:
        kind, amount, what = "closed", float(arguments.clients), arguments.flood
        print(f"{arguments.clients} clients ask for {what} for {arguments.seconds:g} s")
    else:
        answers = load("closed", CAPACITY_CLIENTS, CAPACITY_S, str(queries), lambda: None)
        capacity = sum(status == "200" for status, _, _ in answers) / CAPACITY_S
        kind, amount, what = "open", arguments.factor * capacity, str(queries)
        print(f"capacity {capacity:.1f} uploads a second; {amount:.1f} a second for {arguments.seconds:g} s")
    watch = Watch(port, pid)
    report(load(kind, amount, arguments.seconds, what, watch), arguments.seconds)
    watch()
    watch.report()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="", help="an encoded store (default: a small demo catalogue)")
    parser.add_argument("--queries", type=Path, help="a folder of JPEG pictures to upload (default: the demo's)")
    parser.add_argument("--model", default="packaged")
    parser.add_argument("--factor", type=float, default=2, help="times the measured capacity")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--flood", default="", help="an address below /v1 to ask for, in place of uploads")
    parser.add_argument("--clients", type=int, default=400, help="clients of a flood")
    return parser.parse_args()


def main() -> None:
    if sys.argv[1:2] == ["--load"]:
        kind, port, amount, seconds, what = sys.argv[2:]
        run_load(kind, int(port), float(amount), float(seconds), what)
        return
    arguments = parse_arguments()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        store = absolute_url(arguments.store) if arguments.store else small_demo_store(Path(folder), arguments.model)
        environment = {"DEEPSTYLE_STORE": store, "DEEPSTYLE_MODEL": arguments.model, "DEEPSTYLE_LOG_LEVEL": "warning"}
        with serving("deepstyle", environment) as server:
            overload(server.port, server.pid, arguments, arguments.queries or Path(folder) / "demo")


if __name__ == "__main__":
    main()
