"""Ten thousand damaged uploads, two hundred hostile pictures and a dozen bombs: no crash, and no 5xx.

    python -m bench.uploads [--http] [--count 10000] [--photos FOLDER] [--quick]

Photos (else drawn pictures), and every variant of the allowed formats encoded from them, are mutated at random and
decoded with ``deepstyle.images.pixels`` in a worker process; a crash fails the run. With ``--http`` the same bytes are
also sent to a real server on loopback, followed by the pictures of ``tests.images.nasty``, each with the CPU time that
it costs (``bench.nasty_uploads``). Each decompression bomb is read in a process of its own, which reports time and
memory.
"""

import argparse
import http.client
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.table import Table

from bench.measure.demo import absolute_url, small_demo_store
from bench.measure.http_upload import form_of, request
from bench.measure.machine import describe_machine
from bench.measure.server import serving
from bench.nasty_uploads import MAX_CPU_S, MAX_GROWTH_MIB, run_bombs_at_once, run_crowd, run_nasty
from deepstyle.errors import ImageError
from deepstyle.images import pixels as image
from tests.images import nasty, pictures

console = Console(highlight=False)
BATCH = 100
REFUSAL_S, REFUSAL_MIB = 0.1, 50


def main() -> int:
    arguments = parse_arguments()
    count = 1000 if arguments.quick else arguments.count
    console.print(describe_machine())
    seeds = seed_files(arguments.photos)
    console.print(
        f"{count:,} mutants of {len(seeds):,} files ({sum(map(len, seeds)) / len(seeds) / 1024:.0f} KiB mean)"
    )
    failures = run_direct(seeds, count, arguments.seed)
    if arguments.http:
        failures += run_http(seeds, count, arguments)
    failures += run_bombs()
    console.print("[bold red]FAILED[/]" if failures else "[bold green]passed[/]")
    return 1 if failures else 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("DEEPSTYLE_DATA")
    parser.add_argument("--photos", type=Path, default=Path(data) / "phone-photos/images" if data else None)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--http", action="store_true", help="send them to a real server, too")
    parser.add_argument("--store", default="", help="an encoded store to serve (default: a small demo catalogue)")
    parser.add_argument("--model", default="packaged:lite0", help="the model of that store")
    parser.add_argument("--quick", action="store_true", help="1,000 mutants")
    return parser.parse_args()


# -- the uploads -------------------------------------------------------------------------------------------------------


def seed_files(folder: Path | None) -> list[bytes]:
    """Photos as they are, and every variant of a few of them at 160 pixels."""
    photos = sorted(folder.glob("*.jpg"))[::16] if folder else []
    originals = [path.read_bytes() for path in photos] or [
        pictures.save(pictures.photo(480, 640, seed), "JPEG") for seed in range(40)
    ]
    variants: list[bytes] = []
    for data in originals[:6]:
        small = Image.fromarray(image.decode(data)).resize((120, 160))
        variants += pictures.variants(small).values()
    return originals + variants


def mutant(seeds: list[bytes], number: int, seed: int) -> bytes:
    """The upload ``number``: one in ten is left as it is, the rest get one to four kinds of damage."""
    rng = random.Random(seed * 1_000_003 + number)
    data = bytearray(rng.choice(seeds))
    if rng.random() < 0.1:
        return bytes(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        data = damage(data, rng, seeds)
    return bytes(data)


def damage(data: bytearray, rng: random.Random, seeds: list[bytes]) -> bytearray:
    """Overwrite bits, bytes and lengths, mostly in the headers; cut, double, blank or exchange a part."""
    reach = rng.choice((32, 700, len(data) + 1))
    at = rng.randrange(min(reach, len(data) + 1))
    end = min(len(data), at + rng.choice((1, 2, 4, 16, 200, 5000)))
    kind = rng.randrange(9)
    if kind == 0 and at < len(data):
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[at:end] = rng.randbytes(end - at)
    elif kind == 2:
        extreme = rng.choice(
            (b"\0\0", b"\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0")
        )
        data[at : at + len(extreme)] = extreme
    elif kind == 3:
        del data[at:]
    elif kind == 4:
        del data[at:end]
    elif kind == 5:
        data[at:at] = data[at:end]
    elif kind == 6:
        data[at:end] = bytes(end - at)
    elif kind == 7:
        data[at:] = rng.choice(seeds)[at:]
    else:
        data += rng.randbytes(rng.choice((1, 100, 10_000)))
    return data


# -- straight to the decoder -------------------------------------------------------------------------------------------


def run_direct(seeds: list[bytes], count: int, seed: int) -> int:
    """Read every mutant in a worker process; returns the number of failures."""
    outcomes: Counter[str] = Counter()
    slowest_s = 0.0
    started_s = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(read_batch, seeds, range(at, min(at + BATCH, count)), seed) for at in range(0, count, BATCH)
        ]
        for job in jobs:
            counted, took_s = job.result()  # raises BrokenProcessPool where a worker died
            outcomes += counted
            slowest_s = max(slowest_s, took_s)
    table = Table("Outcome", "Uploads", title=f"decode, {time.perf_counter() - started_s:.0f} s")
    for name, number in outcomes.most_common():
        table.add_row(name, f"{number:,}")
    console.print(table)
    console.print(f"the most expensive upload took {1000 * slowest_s:.0f} ms of CPU")
    crashes = sum(number for name, number in outcomes.items() if name.startswith("CRASH"))
    return crashes + (slowest_s > MAX_CPU_S)


def read_batch(seeds: list[bytes], numbers: range, seed: int) -> tuple[Counter[str], float]:
    outcomes: Counter[str] = Counter()
    slowest_s = 0.0
    for number in numbers:
        data = mutant(seeds, number, seed)
        started_s = time.process_time()
        try:
            image.decode(data, min_side_px=300)
            name = "accepted"
        except ImageError as error:
            name = type(error).__name__
        except Exception as error:
            name = f"CRASH {error!r} at upload {number}"
        outcomes[name] += 1
        slowest_s = max(slowest_s, time.process_time() - started_s)
    return outcomes, slowest_s


# -- over HTTP ---------------------------------------------------------------------------------------------------------


def run_http(seeds: list[bytes], count: int, arguments: argparse.Namespace) -> int:
    """Send every mutant to ``POST /search_image``; returns the number of failures."""
    with tempfile.TemporaryDirectory() as folder:
        store = absolute_url(arguments.store) if arguments.store else small_demo_store(Path(folder), arguments.model)
        environment = {"DEEPSTYLE_STORE": store, "DEEPSTYLE_MODEL": arguments.model, "DEEPSTYLE_LOG_LEVEL": "warning"}
        with serving("deepstyle", environment) as server:
            port = server.port
            send_batch(port, seeds, range(BATCH), arguments.seed)  # what a server keeps for good is there afterwards
            before_mib, started_s = server.memory_mib(), time.perf_counter()
            with ThreadPoolExecutor(4) as pool:
                batches = [range(at, min(at + BATCH, count)) for at in range(0, count, BATCH)]
                counts = list(pool.map(lambda numbers: send_batch(port, seeds, numbers, arguments.seed), batches))
            statuses: Counter[str] = sum(counts, Counter())
            took_s, after_mib = time.perf_counter() - started_s, server.memory_mib()
            console.print(f"resident memory {before_mib:.0f} MiB before the mutants, {after_mib:.0f} MiB after")
            costly = run_nasty(port, server.pid)
            run_bombs_at_once(port, server.pid, nasty.arithmetic_bomb(), 8)
            run_bombs_at_once(port, server.pid, nasty.repeated_scan("L", 3, 94), 8)
            run_crowd(port, server.pid, 16)
            healthy = server.answers()
    table = Table("Status", "Answers", title=f"POST /search_image, {took_s:.0f} s, server healthy: {healthy}")
    for name, number in sorted(statuses.items()):
        table.add_row(name, f"{number:,}")
    console.print(table)
    bad = sum(number for name, number in statuses.items() if name[0] not in "24" and not name.startswith("503"))
    return bad + costly + (not healthy) + (after_mib - before_mib > MAX_GROWTH_MIB)


def send_batch(port: int, seeds: list[bytes], numbers: range, seed: int) -> Counter[str]:
    statuses: Counter[str] = Counter()
    for number in numbers:
        try:
            status, answer = request(port, "POST", "/search_image", form_of(mutant(seeds, number, seed)))
            statuses[outcome(status, answer)] += 1
        except (OSError, http.client.HTTPException) as error:
            statuses[f"no answer: {type(error).__name__} at upload {number}"] += 1
    return statuses


def outcome(status: int, answer: bytes) -> str:
    """The status with the problem's code; 200 has to carry ten results."""
    document = json.loads(answer)
    if status == 200:
        return "200" if len(document["results"]) == 10 else f"WRONG 200 with {len(document['results'])} results"
    return f"{status} {document['code']}"


# -- bombs -------------------------------------------------------------------------------------------------------------


def run_bombs() -> int:
    """Read each bomb in a fresh process; returns how many were not refused in time and memory."""
    table = Table("Bomb", "Bytes", "Refused as", "ms", "MiB more", title="Bombs")
    failures = 0
    for name, data in bomb_files():
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            child = subprocess.run(
                [sys.executable, "-c", "from bench.uploads import read_bomb; read_bomb()", file.name],
                capture_output=True,
                text=True,
                check=True,
            )
        error, took_s, mib = json.loads(child.stdout)
        fine = error in ("ImageTooLargeError", "ImageBrokenError") and took_s < REFUSAL_S and mib < REFUSAL_MIB
        failures += not fine
        cells = (f"{1000 * took_s:.1f}", f"{mib:.1f}")
        table.add_row(name, f"{len(data):,}", error, *cells, style="" if fine else "bold red")
    console.print(table)
    return failures


def bomb_files() -> Iterator[tuple[str, bytes]]:
    yield from pictures.bombs().items()
    yield "jpeg 14,200², real", pictures.save(Image.new("L", (14_200, 14_200)), "JPEG", quality=10)


def read_bomb() -> None:
    """In the child: print the error, the seconds and the growth of the peak resident memory in MiB."""
    data = Path(sys.argv[1]).read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started_s = time.perf_counter()
    try:
        image.read_image(data)
        error = "accepted"
    except ImageError as refusal:
        error = type(refusal).__name__
    took_s = time.perf_counter() - started_s
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps([error, took_s, grown / 1024]))


if __name__ == "__main__":
    sys.exit(main())
