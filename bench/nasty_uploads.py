"""What hostile pictures cost a running server: CPU and status of each, bombs beside a normal client, many large ones.

    python -m bench.nasty_uploads PORT PID [--only WORDS] [--bombs 8] [--crowd 16] [--file BOMB]

``bench.uploads --http`` runs it on a server of its own. PID is the server's process; its workers are included.
"""

import argparse
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measure.http_upload import post_photo
from bench.measure.processes import cpu_s, resident_mib
from tests.images import nasty, pictures

console = Console(highlight=False)
MAX_CPU_S = 1.0
MAX_GROWTH_MIB = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("pid", type=int, help="the server's process")
    parser.add_argument("--only", default="", help="only pictures whose name contains this")
    parser.add_argument("--bombs", type=int, default=8, help="how many bombs at once")
    parser.add_argument("--crowd", type=int, default=16, help="how many pictures of 40 megapixels at once")
    parser.add_argument("--file", type=Path, help="the bomb (default: arithmetic coding, 195 scans, 40 megapixels)")
    arguments = parser.parse_args()
    bomb = arguments.file.read_bytes() if arguments.file else nasty.arithmetic_bomb()
    failures = run_nasty(arguments.port, arguments.pid, arguments.only)
    run_bombs_at_once(arguments.port, arguments.pid, bomb, arguments.bombs)
    run_crowd(arguments.port, arguments.pid, arguments.crowd)
    raise SystemExit(1 if failures else 0)


@dataclass
class Peak:
    """The highest resident memory while the body runs, sampled every 20 ms."""

    pid: int
    mib: float = 0.0

    def __enter__(self) -> "Peak":
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(0.02):
            self.mib = max(self.mib, resident_mib(self.pid))


# -- the runs ---------------------------------------------------------------------------------------------------------


def run_nasty(port: int, pid: int, only: str = "") -> int:
    """Send each hostile picture alone; returns how many cost over a second or got a 5xx."""
    makers = {name: make for name, make in nasty.nasty().items() if only in name}
    for seed in range(20):  # warm-up, so that the server's permanent allocations exist before memory is measured
        post_photo(port, pictures.save(pictures.photo(2000, 1500, seed), "JPEG"))
    for name in ("jpeg with 9 MiB after its end", "png 40 MP, 8 bits, colour 0"):
        post_photo(port, nasty.nasty()[name]())
    before_mib, rows = resident_mib(pid), []
    with Peak(pid) as peak:
        for name, make in makers.items():
            data = make()
            status, took_s, used_s = cost(pid, lambda data=data: post_photo(port, data))  # type: ignore[misc]
            rows.append((used_s, name, len(data), status, took_s))
            nasty.flat.cache_clear()
    rows.sort(reverse=True)
    failed = [row for row in rows if row[0] > MAX_CPU_S or not row[3].startswith(("2", "4"))]
    grown_mib = resident_mib(pid) - before_mib
    table = Table(
        "Picture", "Bytes", "Answer", "s", "CPU s", title=f"{len(rows)} hostile pictures, the most expensive first"
    )
    for used_s, name, size, status, took_s in [*rows[:12], *(row for row in failed if row not in rows[:12])]:
        table.add_row(name, f"{size:,}", status, f"{took_s:.2f}", f"{used_s:.2f}")
    console.print(table)
    statuses = ", ".join(f"{count} x {status}" for status, count in Counter(row[3] for row in rows).most_common())
    console.print(f"answers: {statuses}")
    console.print(f"resident memory {before_mib:.0f} MiB, {grown_mib:+.0f} MiB after, peak {peak.mib:.0f} MiB")
    console.print(f"{len(failed)} over {MAX_CPU_S:g} s of CPU or with a 5xx")
    return len(failed) + (grown_mib > MAX_GROWTH_MIB)


def cost(pid: int, send: Callable[[], str]) -> tuple[str, float, float]:
    """The answer, the seconds and the server's CPU seconds of one request."""
    started_s, used_s = time.perf_counter(), cpu_s(pid)
    status = send()
    return status, time.perf_counter() - started_s, cpu_s(pid) - used_s


def run_bombs_at_once(port: int, pid: int, bomb: bytes, count: int) -> None:
    """``count`` bombs together, and what a normal client sees in the meantime."""
    photo = pictures.save(pictures.photo(480, 640), "JPEG")
    answers: list[str] = []
    used_s, started_s = cpu_s(pid), time.perf_counter()
    threads = [threading.Thread(target=lambda: answers.append(post_photo(port, bomb))) for _ in range(count)]
    for thread in threads:
        thread.start()
    waited: list[tuple[float, str]] = []
    while any(thread.is_alive() for thread in threads) or len(waited) < 3:
        at_s = time.perf_counter()
        status = post_photo(port, photo)
        waited.append((time.perf_counter() - at_s, status))
    for thread in threads:
        thread.join()
    console.print(
        f"{count} bombs of {len(bomb):,} bytes at once: {dict(Counter(answers))}, done after "
        f"{time.perf_counter() - started_s:.2f} s, {cpu_s(pid) - used_s:.2f} s of CPU; "
        f"a normal client waited {max(waited)[0]:.2f} s at most ({dict(Counter(status for _, status in waited))})"
    )


def run_crowd(port: int, pid: int, count: int) -> None:
    """``count`` progressive pictures of 40 megapixels at once, and the memory that they take together."""
    for name, data in (
        ("progressive JPEG", nasty.flat("RGB", nasty.SIDE_PX, nasty.SIDE_PX, "JPEG", progressive=True)),
        ("PNG", nasty.flat("RGB", nasty.SIDE_PX, nasty.SIDE_PX, "PNG")),
    ):
        before_mib = resident_mib(pid)
        with Peak(pid) as peak, ThreadPoolExecutor(count) as pool:
            answers = Counter(pool.map(lambda data: post_photo(port, data), [data] * count))
        console.print(
            f"{count} {name} of 40 megapixels at once: {dict(answers)}; resident memory {before_mib:.0f} MiB before, "
            f"{peak.mib:.0f} MiB at most, {resident_mib(pid):.0f} MiB after"
        )


if __name__ == "__main__":
    main()
