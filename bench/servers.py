"""Which HTTP server? A table of attacks on each, and the throughput of `/search_image` in interleaved rounds.

    python -m bench.servers                                     # attacks on every server, then throughput
    python -m bench.servers --servers deepstyle,granian --no-throughput
    python -m bench.servers --no-attacks --previous CHECKOUT    # this checkout against another one, interleaved

Every server runs the same application with the limits that the server itself offers. An endless part of a request is
"bounded" where the connection ended before --mib was sent; the growth of memory is shown as well. Slow connections are
held for --seconds: the table shows the longest life ("stays" where none was ended), and the share of a normal client's
uploads that got a 200.
"""

import argparse
import contextlib
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measure.demo import demo_environment
from bench.measure.machine import describe_machine
from bench.measure.server import SERVERS, Served, serving
from bench.measure.upload_client import load
from bench.slow_clients import FORM, KINDS, attack

CHUNKED = FORM + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
ENDLESS = {
    "one header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"a" * 65536),
    "many headers": (b"GET / HTTP/1.1\r\nHost: a\r\n", b"x: y\r\n" * 10_922),
    "URL": (b"GET /", b"a" * 65536),
    "trailers": (CHUNKED + b"0\r\n", b"x: y\r\n" * 10_922),
    "chunk extension": (CHUNKED + b"1;", b"a" * 65536),
}
console = Console(highlight=False, width=160)


def endless(served: Served, kind: str, mib: int) -> str:
    """Send a part of a request without an end."""
    start, block = ENDLESS[kind]
    before_mib, sent, highest_mib = served.memory_mib(), 0, 0.0
    began_s = time.monotonic()
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection, contextlib.suppress(OSError):
        connection.sendall(start)
        while sent < mib << 20 and time.monotonic() - began_s < 60:
            connection.sendall(block)
            sent += len(block)
            if not sent % (len(block) * 64):
                highest_mib = max(highest_mib, served.memory_mib())
    grown_mib = max(highest_mib, served.memory_mib()) - before_mib
    return f"{'bounded' if sent < mib << 20 else 'reads on'}, {max(0.0, grown_mib):+.0f} MiB"


def slow(served: Served, kinds: list[str], photo: bytes, connections: int, seconds: float) -> tuple[list[str], str]:
    """The longest life of slow connections of each kind, and the share of a normal client's uploads that was served."""
    answers, outcomes = attack(served, kinds, connections, ("127.0.0.1",), photo, seconds)
    lives = [f"{max(slow.lives_s):.0f} s" if slow.lives_s else "stays" for slow in outcomes.values()]
    return lives, f"{sum(status == '200' for status, _ in answers) / len(answers):.0%}"


def attacks(arguments: argparse.Namespace, environment: dict[str, str], photo: bytes) -> None:
    """Print the table, and each server's cells as soon as they are known."""
    names = [f"endless {kind}" for kind in ENDLESS] + [f"slow: {kind}" for kind in KINDS]
    names += [f"served, {arguments.connections} slow", "served, 1,100 idle, 1,024 descriptors"]
    columns = [attacked(server, arguments, environment, photo) for server in arguments.servers.split(",")]
    table = Table("attack", *arguments.servers.split(","))
    for name, *cells in zip(names, *columns, strict=True):
        table.add_row(name, *cells)
    console.print(table)


def attacked(server: str, arguments: argparse.Namespace, environment: dict[str, str], photo: bytes) -> list[str]:
    """One column of the table."""
    with serving(server, environment, port=arguments.port) as served:
        cells = [endless(served, kind, arguments.mib) for kind in ENDLESS]
        lives, share = slow(served, list(KINDS), photo, arguments.connections, arguments.seconds)
    with serving(server, environment, port=arguments.port, descriptors=1024) as served:
        _, share_with_idle = slow(served, ["idle"], photo, 1100, arguments.seconds)
    column = [*cells, *lives, share, share_with_idle]
    console.print(server, *column, sep=" · ")
    return column


@contextlib.contextmanager
def running(arguments: argparse.Namespace, environment: dict[str, str]) -> Iterator[dict[str, Served]]:
    """All servers at once, so that they can take turns."""
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(serving(name, environment)) for name in arguments.servers.split(",")}
        if arguments.previous:
            previous = serving("deepstyle", environment, checkout=arguments.previous)
            servers["previous"] = stack.enter_context(previous)
        yield servers


def throughput(arguments: argparse.Namespace, environment: dict[str, str], queries: Path) -> None:
    """Print requests a second and CPU for a request of eight clients, medians of interleaved rounds."""
    with running(arguments, environment) as servers:
        rates: dict[str, list[float]] = {name: [] for name in servers}
        costs_s: dict[str, list[float]] = {name: [] for name in servers}
        for served in servers.values():
            load(served.port, 8, 16, queries)
        for number in range(arguments.rounds):
            for name, served in sorted(servers.items(), reverse=bool(number % 2)):
                before_s = served.cpu_s()
                rates[name].append(load(served.port, 8, arguments.requests, queries)[1])
                costs_s[name].append((served.cpu_s() - before_s) / arguments.requests)
    table = Table("server", "requests/s", "CPU of one", "rounds")
    for name, values in rates.items():
        rounds = " ".join(f"{value:.1f}" for value in values)
        cost_ms = statistics.median(costs_s[name]) * 1000
        table.add_row(name, f"{statistics.median(values):.1f}", f"{cost_ms:.1f} ms", rounds)
    console.print(table)


def main() -> None:
    """Run what was chosen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", default=",".join(SERVERS), help="comma-separated, of " + ", ".join(SERVERS))
    parser.add_argument("--attacks", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--throughput", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--mib", type=int, default=50, help="of an endless part of a request")
    parser.add_argument("--connections", type=int, default=200, help="slow ones, of five kinds")
    parser.add_argument("--seconds", type=float, default=20, help="that slow connections are held")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=128, help="of eight clients in one round")
    parser.add_argument("--previous", type=Path, help="another checkout of the project, for the throughput")
    parser.add_argument("--port", type=int, default=0, help="of the attacked server (default: a free one)")
    parser.add_argument("--store", default="", help="an encoded store (default: the demo, created where missing)")
    parser.add_argument(
        "--photo", type=Path, help="what is uploaded, with the others in its folder (default: the demo's)"
    )
    arguments = parser.parse_args()
    environment, photo = demo_environment(arguments.store, arguments.photo)
    console.print(describe_machine())
    if arguments.attacks:
        attacks(arguments, environment, photo.read_bytes())
    if arguments.throughput:
        throughput(arguments, environment, photo.parent)


if __name__ == "__main__":
    main()
