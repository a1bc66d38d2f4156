"""Two servers behind HAProxy under an open loop of searches: is any request lost by an update, or by a new model?

    python -m bench.rolling_update                      # restart each server in turn, twice
    python -m bench.rolling_update --model-change       # then encode with a second model beside, switch, roll back
    python -m bench.rolling_update --store mongodb      # over a real mongod, a replica set of one

Both serve one store (330 drawn items in SQLite, or --store) by `deploy/compose/haproxy.cfg`. --rate requests a second
are sent when they are due, whatever is answered: photo, similar, compatible and browse in turn, over connections that
are kept. A request fails with an error or a status of 400 or more. The exit status is 1 where one failed.
Servers hold a request for up to 30 s (`DEEPSTYLE_QUEUE_WAIT_S`) before they refuse it as overloaded, because two of
them, the load and the second model's encoding share this machine; the encoding has the lowest priority.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.measure.command import DEEPSTYLE, ROOT, run_deepstyle
from bench.measure.demo import absolute_url, demo_photos, fill_small_demo, small_demo_store
from bench.measure.http_upload import FORM_TYPE, form_of
from bench.measure.machine import describe_machine
from deepstyle.store import open_store
from tests.store.mongod import replica_set

DRAIN_S = 6.0
NOTICED_S = 4.0
START_S = 180.0
UNUSED_S = 30.0
"""A client closes a connection that it did not use for so long: the load balancer does after 60 s."""
OLD, NEW = "packaged:lite2", "packaged:fashion"


@dataclass
class Load:
    """What was sent, and how it ended: ``latencies_s`` count from the moment a request was due."""

    latencies_s: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)
    _own: threading.local = field(default_factory=threading.local)

    def run(self, port: int, rate: float, requests: Iterator[tuple[str, str, bytes]]) -> None:
        """Send ``rate`` requests a second until ``stopping``, each when it is due; wait for the last answers."""
        with ThreadPoolExecutor(256) as pool:
            begun_s = time.perf_counter()
            for number, request in enumerate(requests):
                due_s = begun_s + number / rate
                if self.stopping.wait(max(0.0, due_s - time.perf_counter())):
                    return
                pool.submit(self._send, port, due_s, *request)

    def _send(self, port: int, due_s: float, method: str, path: str, photo: bytes) -> None:
        route = path.split("?")[0].split("/")[1]
        try:
            self._connection(port).request(
                method, path, form_of(photo) if photo else None, {"Content-Type": FORM_TYPE} if photo else {}
            )
            answer = self._own.connection.getresponse()
            body = answer.read()
            problem = f"{route}: {answer.status} {reason(body)}" if answer.status >= 400 else ""
        except (OSError, http.client.HTTPException) as error:
            self._own.connection.close()  # it connects anew
            problem = f"{route}: {type(error).__name__}"
        self.latencies_s.append(time.perf_counter() - due_s)
        if problem:
            self.failures[problem] += 1

    def _connection(self, port: int) -> http.client.HTTPConnection:
        """The thread's connection, which connects anew where it was closed or not used for long."""
        now_s, used_s = time.monotonic(), getattr(self._own, "used_s", 0.0)
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        elif now_s - used_s > UNUSED_S:
            self._own.connection.close()
        self._own.used_s = now_s
        connection: http.client.HTTPConnection = self._own.connection
        return connection


def reason(body: bytes) -> str:
    """Why a server or the load balancer refused a request, the same for all of its kind."""
    try:
        return str(json.loads(body)["code"])
    except (ValueError, LookupError, TypeError):
        return repr(body[:100])


@dataclass
class Replica:
    """One server on a port of its own, started and stopped as an operator's process manager does."""

    port: int
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        command = [*DEEPSTYLE, "serve", "--port", str(self.port), "--no-access-log"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env={**os.environ, **self.environment}, cwd=ROOT, stderr=log)
        wait_until(lambda: self.readiness() is not None)

    def stop(self) -> None:
        """Ask it to end, and wait until it drained."""
        assert self.process is not None
        self.process.terminate()
        if code := self.process.wait(DRAIN_S + 60):
            raise SystemExit(f"the server on port {self.port} ended with {code}; see {self.log}")

    def readiness(self) -> dict[str, object] | None:
        """What ``/readyz`` says; ``None`` where it is not ready."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except (OSError, urllib.error.HTTPError):
            return None

    def has(self, key: str, space: str) -> bool:
        """Whether ``/readyz`` names the model under ``key``."""
        return space in str((self.readiness() or {}).get(key))


def wait_until(condition: Callable[[], bool], timeout_s: float = START_S) -> None:
    """Wait for ``condition``; raises ``SystemExit`` where it does not come about."""
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline_s:
            raise SystemExit("a server did not come to the expected state")
        time.sleep(0.2)


def free_ports(count: int) -> list[int]:
    """Ports that are free now."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


@contextlib.contextmanager
def balanced(port: int, replicas: list[Replica]) -> Iterator[None]:
    """HAProxy on ``port`` in front of two replicas, all ended at the end."""
    names = {f"DEEPSTYLE_API_{number}": f"127.0.0.1:{one.port}" for number, one in enumerate(replicas, start=1)}
    environment = {**os.environ, **names, "DEEPSTYLE_BIND": f"127.0.0.1:{port}"}
    command = ["haproxy", "-f", str(ROOT / "deploy" / "compose" / "haproxy.cfg")]
    try:
        for one in replicas:
            one.start()
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as proxy:
            time.sleep(NOTICED_S)
            yield
            proxy.terminate()
    finally:
        for one in replicas:
            if one.process is not None:
                one.process.kill()
                one.process.wait()


@contextlib.contextmanager
def filled_store(wanted: str, folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """The URL of the ``wanted`` store, made where it is "" (SQLite) or "mongodb", and photos to search with."""
    if wanted not in ("", "mongodb"):
        yield absolute_url(wanted), photos_below(demo_photos())
        return
    with contextlib.ExitStack() as stack:
        if wanted:
            store = stack.enter_context(replica_set(folder / "mongod")).url("bench")
            fill_small_demo(store, folder, OLD)
        else:
            store = small_demo_store(folder, OLD)
        yield store, photos_below(folder / "demo")


def photos_below(folder: Path) -> list[Path]:
    """The first pictures in ``folder`` and the folders in it."""
    return sorted(folder.rglob("*.jpg"))[:20]


def mixed(store_url: str, photos: list[Path]) -> Iterator[tuple[str, str, bytes]]:
    """Photo, similar, compatible and browse in turn, of other items each time."""
    with open_store(store_url, read_only=True) as store:
        names = [item.item_id for item in store.iter_items()]
    pictures = itertools.cycle([path.read_bytes() for path in photos])
    for number in itertools.count():
        name = names[number * 7 % len(names)]
        yield "POST", "/search_image", next(pictures)
        yield "GET", f"/v1/items/{name}/similar", b""
        yield "POST", f"/compatible/{name}", b""
        yield "GET", f"/v1/items?limit=20&text={name[:2]}", b""


def rolling_update(replicas: list[Replica], rounds: int) -> None:
    """Replace each server in turn; the next one only once the load balancer has noticed."""
    for number in range(rounds):
        for one in replicas:
            begun_s = time.perf_counter()
            one.stop()
            one.start()
            time.sleep(NOTICED_S)
            took_s = time.perf_counter() - begun_s
            print(f"round {number + 1}: the server on port {one.port} was replaced in {took_s:.0f} s")


def model_change(replicas: list[Replica], store: str, settled_s: float) -> None:
    """Encode with the new model beside the old one, switch when each server has it ready, roll back."""
    command = [*DEEPSTYLE, "encode", "--no-switch", "--store", store, "--model", NEW]
    subprocess.run(["nice", "-n", "19", *command], check=True, cwd=ROOT)
    with open_store(store, read_only=True) as opened:
        old, facts = opened.meta("style_space") or "", opened.facts()
        (new,) = (key.partition(":")[2] for key in facts if key.startswith("model_set:") and not key.endswith(old))
    wait_until(lambda: all(one.has("prepared", new) for one in replicas))
    for words, space in ((("switch", NEW), new), (("rollback",), old), (("switch", NEW), new)):
        begun_s = time.perf_counter()
        run_deepstyle("model", *words, "--store", store)
        wait_until(lambda space=space: all(one.has("fingerprint", space) for one in replicas))  # type: ignore[misc]
        print(f"model {words[0]}: every server serves {space} after {time.perf_counter() - begun_s:.1f} s")
        time.sleep(settled_s)


def main() -> int:
    """Run the load beside the changes; print requests, failures and latencies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="", help=f"A store that {OLD} encoded, or mongodb; default: SQLite.")
    parser.add_argument("--rate", type=float, default=50.0, help="Requests a second.")
    parser.add_argument("--rounds", type=int, default=2, help="How often each server is replaced.")
    parser.add_argument("--settled-s", type=float, default=5.0, help="Time under load after each change of the model.")
    parser.add_argument("--model-change", action="store_true", help="Also encode beside, switch, and roll back.")
    options = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        store, photos = stack.enter_context(filled_store(options.store, folder))
        settings = {"STORE": store, "MODEL": NEW, "FORMER_MODEL": OLD, "DRAIN_S": str(DRAIN_S), "RATE_LIMIT": ""}
        settings |= {
            "UPLOAD_RATE_LIMIT": "",
            "QUEUE_WAIT_S": "30",
            "QUEUE_SIZE": "512",
            "TRUSTED_PROXIES": "127.0.0.1",
            "ENCODER_THREADS": "1",
        }
        environment = {f"DEEPSTYLE_{key}": value for key, value in settings.items()}
        front, *ports = free_ports(3)
        replicas = [Replica(port, environment, folder / f"{port}.log") for port in ports]
        load = Load()
        with balanced(front, replicas):
            requests = mixed(store, photos)
            sender = threading.Thread(target=load.run, args=(front, options.rate, requests))
            sender.start()
            try:
                rolling_update(replicas, options.rounds)
                if options.model_change:
                    model_change(replicas, store, options.settled_s)
            finally:
                load.stopping.set()
                sender.join()
    p50, p99 = np.percentile(load.latencies_s, (50, 99))
    print(f"{len(load.latencies_s):,} requests at {options.rate:g}/s: {load.failures.total():,} failed")
    print(f"latency from when they were due: p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms")
    for problem, count in load.failures.most_common():
        print(f"  {count:,} times {problem}")
    return 1 if load.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
