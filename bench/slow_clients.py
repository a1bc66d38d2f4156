"""Five kinds of slow connections and one normal client: the share of its requests that is served.

    python -m bench.slow_clients                            # 200 connections, all from 127.0.0.1
    python -m bench.slow_clients --spread                   # from 127.0.0.2 to 127.0.0.9
    python -m bench.slow_clients --connections 1100 --descriptors 1024
    python -m bench.slow_clients --kinds idle,read --server uvicorn-httptools

Each slow client sends one byte a second, or none, or does not read its response; a disconnected one reconnects. The
normal client is on 127.0.0.1, opens a connection for each upload and never retries. Exit code 1 where one of its
requests did not get a 200.
"""

import argparse
import asyncio
import collections
import contextlib
import functools
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.measure.command import ROOT
from bench.measure.demo import demo_environment
from bench.measure.http_upload import upload_message
from bench.measure.machine import describe_machine
from bench.measure.server import SERVERS, Served, serving

FORM = b"POST /search_image HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\n"
KINDS = {
    "idle": b"",
    "header": b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: ",
    "body": FORM + b'Content-Length: 100000\r\n\r\n--x\r\nContent-Disposition: form-data; name="image"\r\n\r\n',
    "json": b"POST /v1/outfits:score HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    b"Content-Length: 60000\r\n\r\n{",
    "read": b"GET /v1/items?limit=200 HTTP/1.1\r\nHost: a\r\n\r\n" * 4,
}
ESTABLISHED = "01"  # in /proc/net/tcp
OTHERS = tuple(f"127.0.0.{number}" for number in range(2, 10))


@dataclass
class Slow:
    """What happened to the slow connections of one kind."""

    opened: int = 0
    refused: int = 0
    ended: collections.Counter[str] = field(default_factory=collections.Counter)
    lives_s: list[float] = field(default_factory=list)


async def slow_client(port: int, source: str, kind: str, outcome: Slow, until_s: float) -> None:
    """Keep one slow connection open, again and again."""
    while time.monotonic() < until_s:
        began_s = time.monotonic()
        try:
            connecting = asyncio.open_connection("127.0.0.1", port, limit=1024, local_addr=(source, 0))
            reader, writer = await asyncio.wait_for(connecting, 10)
        except (OSError, TimeoutError):
            outcome.refused += 1
            await asyncio.sleep(1)
            continue
        outcome.opened += 1
        with contextlib.suppress(OSError):
            end = await one_life(reader, writer, kind, until_s)
            if end:
                outcome.ended[end] += 1
                outcome.lives_s.append(time.monotonic() - began_s)
        writer.close()
        await asyncio.sleep(1)


@functools.lru_cache(maxsize=1)
def held_by_server(port: int, _second: int) -> frozenset[int]:
    """Clients' ports of the connections that the server has not closed; one that does not read cannot know it."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    ends = ((int(row[1][9:], 16), int(row[2][9:], 16), row[3]) for row in rows)
    return frozenset(remote for local, remote, state in ends if local == port and state == ESTABLISHED)


async def one_life(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kind: str, until_s: float) -> str:
    """How the server ended a connection; ``""`` where it did not."""
    try:
        writer.write(KINDS[kind])
        while time.monotonic() < until_s:
            if kind == "read":
                await asyncio.sleep(1)
                peer, own = writer.get_extra_info("peername")[1], writer.get_extra_info("sockname")[1]
                if own not in held_by_server(peer, int(time.monotonic())):
                    return "closed"
                continue
            with contextlib.suppress(TimeoutError):
                answer = await asyncio.wait_for(reader.read(64), 1)
                return answer[9:12].decode("latin-1") if answer else "closed"
            if kind != "idle":
                writer.write(b"a")
    except OSError:
        return "reset"
    return ""


async def normal_client(port: int, photo: bytes, until_s: float) -> list[tuple[str, float]]:
    """Status and seconds of each upload."""
    message = upload_message(photo, keep_alive=False)
    answers = []
    while time.monotonic() < until_s:
        began_s = time.monotonic()
        try:
            async with asyncio.timeout(15):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(message)
                status = (await reader.read())[9:12].decode() or "closed"
                writer.close()
        except (OSError, TimeoutError) as error:
            status = type(error).__name__
        answers.append((status, time.monotonic() - began_s))
        await asyncio.sleep(0.2)
    return answers


async def slow_clients(
    port: int, kinds: list[str], connections: int, sources: tuple[str, ...], seconds: float
) -> dict[str, Slow]:
    """What happened to all slow connections, by kind."""
    outcomes = {kind: Slow() for kind in kinds}
    until_s = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(connections):
            kind, source = kinds[number % len(kinds)], sources[number % len(sources)]
            group.create_task(slow_client(port, source, kind, outcomes[kind], until_s))
    return outcomes


def run_slow_clients(*arguments: Any) -> dict[str, Slow]:
    """Run the slow clients in a process of their own, so that the normal client waits only for the server."""
    return asyncio.run(slow_clients(*arguments))


def attack(
    served: Served, kinds: list[str], connections: int, sources: tuple[str, ...], photo: bytes, seconds: float
) -> tuple[list[tuple[str, float]], dict[str, Slow]]:
    """Answers of the normal client, and what happened to the slow ones."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(int).result()  # the process has started
        slow = pool.submit(run_slow_clients, served.port, kinds, connections, sources, seconds)
        answers = asyncio.run(normal_client(served.port, photo, time.monotonic() + seconds))
        return answers, slow.result()


def report(answers: list[tuple[str, float]], outcomes: dict[str, Slow]) -> None:
    """Print the share served, and the lives of the slow connections."""
    statuses = collections.Counter(status for status, _ in answers)
    seconds = [seconds for _, seconds in answers]
    share = statuses["200"] / len(answers)
    print(
        f"normal client: {share:.1%} of {len(answers)} served {dict(statuses)}, "
        f"median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s"
    )
    for kind, slow in outcomes.items():
        lives = f"{min(slow.lives_s):.1f} to {max(slow.lives_s):.1f} s" if slow.lives_s else "no end"
        print(f"{kind:>7}: {slow.opened} opened, {slow.refused} refused, ended {dict(slow.ended)} after {lives}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--kinds", default=",".join(KINDS), help="comma-separated, of " + ", ".join(KINDS))
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--spread", action="store_true", help="slow clients on 127.0.0.2 to 127.0.0.9")
    parser.add_argument("--descriptors", type=int, default=0, help="hard limit of the server's open files")
    parser.add_argument("--server", default="deepstyle", choices=SERVERS)
    parser.add_argument(
        "--checkout", type=Path, default=ROOT, help="serve with the code of another checkout of the project"
    )
    parser.add_argument("--port", type=int, default=0, help="the server's (default: a free one)")
    parser.add_argument("--store", default="", help="an encoded store (default: the demo, created where missing)")
    parser.add_argument(
        "--photo", type=Path, help="what the normal client uploads (default: one of the demo's pictures)"
    )
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    environment, photo = demo_environment(arguments.store, arguments.photo)
    kinds = arguments.kinds.split(",")
    sources = OTHERS if arguments.spread else ("127.0.0.1",)
    print(describe_machine())
    with serving(
        arguments.server,
        environment,
        port=arguments.port,
        descriptors=arguments.descriptors,
        checkout=arguments.checkout,
    ) as served:
        before_mib = served.memory_mib()
        answers, outcomes = attack(served, kinds, arguments.connections, sources, photo.read_bytes(), arguments.seconds)
        report(answers, outcomes)
        print(f"server: RSS {before_mib:.0f} to {served.memory_mib():.0f} MiB, {served.descriptors()} descriptors")
    return 0 if all(status == "200" for status, _ in answers) else 1


if __name__ == "__main__":
    raise SystemExit(main())
