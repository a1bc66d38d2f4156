"""Download pictures from a local server that misbehaves, killing the job with SIGKILL again and again.

    python -m bench.download                             # 5,000 pictures, 5 % faults, 10 kills
    python -m bench.download --pictures 500 --kills 10

The job is a process of its own. It is killed after random numbers of pictures, and then finishes. The server counts how
often it sent each picture whole; the job's report is compared with what each fault must give. Some of the faulty
addresses lead to a second server that is not allowed: by redirect, by a name whose address changes between two lookups
(DNS rebinding), by an IPv6-mapped and by a decimal address. It must see no connection. Exit code 1 where a picture was
fetched more than once beyond its first time, the report is not exact, or the second server saw a connection.

Time-outs are 2 and 4 s, the wait before another try is 0.1 s and a host may get 1,000 requests a second: faults cost
less time than in production, and more pictures are under way when the job is killed.
"""

import argparse
import dataclasses
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.download.faulty_server import FINE, OUTCOMES, FaultyServer, faulty_server, picture

FAULTS = 0.05
PUBLIC = "8.8.8.8"  # what the rebinding name has at first; nothing is sent there
SECOND = ("redirect", "rebinding", "mapped", "decimal")


def main() -> int:
    options = parse()
    if options.child:
        run_child(json.loads(options.child.read_text()))
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="download-") as scratch,
        faulty_server() as server,
        faulty_server() as second,
    ):
        return kill_and_check(options, Path(scratch), server, second)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


# -- the job -----------------------------------------------------------------------------------------------------------
def run_child(job: dict[str, object]) -> None:
    """Download the job's URLs; print the number settled after each, and the report at the end."""
    import httpcore2

    from deepstyle.download import address, pictures
    from deepstyle.download.limits import PICTURES

    connect, lookups = httpcore2.AnyIOBackend.connect_tcp, Counter[str]()

    async def resolver(host: str, port: int) -> Sequence[str]:
        lookups[host] += 1
        if host == "rebinding.example":
            return [PUBLIC] if lookups[host] % 2 else ["127.0.0.1"]
        return [host]

    async def on_this_machine(self: object, host: str, *more: object) -> object:
        if host == PUBLIC:
            raise httpcore2.ConnectError("nothing leaves this machine")
        return await connect(self, host, *more)  # type: ignore[arg-type]

    httpcore2.AnyIOBackend.connect_tcp = on_this_machine  # type: ignore[assignment, method-assign]
    address.USUAL_PORTS = (*address.USUAL_PORTS, int(str(job["second_port"])))  # type: ignore[assignment, misc]
    report = pictures.download_pictures(
        list(map(str, job["urls"])),  # type: ignore[call-overload]
        Path(str(job["folder"])),
        allowed=frozenset([("127.0.0.1", int(str(job["port"])))]),
        limits=dataclasses.replace(PICTURES, read_s=2.0, total_s=4.0, backoff_s=0.1, per_host_rate=1000),
        resolver=resolver,
        on_progress=lambda done, failed: print(done, flush=True),
    )
    print(json.dumps(dataclasses.asdict(report)), flush=True)


# -- the parent --------------------------------------------------------------------------------------------------------
def kill_and_check(options: argparse.Namespace, scratch: Path, server: FaultyServer, second: FaultyServer) -> int:
    urls, expected = make_urls(options, server, second)
    job = scratch / "job.json"
    facts = {"urls": urls, "folder": str(scratch / "pictures"), "port": server.port, "second_port": second.port}
    job.write_text(json.dumps(facts))
    faults = len(set(OUTCOMES) - {FINE}) + len(SECOND)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; {len(urls):,} pictures")
    print(f"{sum(expected.values()):,} of them faulty, in {faults} ways, {len(expected) - 1} causes")
    source, started, kills = random.Random(options.seed), time.perf_counter(), 0
    report: dict[str, object] | None = None
    while report is None:
        share = len(urls) // (options.kills + 1)
        after = source.randrange(share // 3 + 1, share + 1) if kills < options.kills else None
        report = run_job(job, after)
        kills += report is None
    print(f"killed {kills} times, done after {time.perf_counter() - started:.0f} s")
    return judge(urls, expected, report, server, second, Path(facts["folder"]))  # type: ignore[arg-type]


def make_urls(
    options: argparse.Namespace, server: FaultyServer, second: FaultyServer
) -> tuple[list[str], Counter[str]]:
    """The URLs, and how many must end with each cause (``""``: with the picture, in spite of a fault)."""
    faults = [fault for fault in OUTCOMES if fault != FINE]
    secret = f":{second.port}/fine/1.jpg?"
    hidden = {
        "redirect": lambda at: server.url(f"redirect-to/{f'http://127.0.0.1{secret}{at}'.encode().hex()}"),
        "rebinding": lambda at: f"http://rebinding.example{secret}{at}",
        "mapped": lambda at: f"http://[::ffff:127.0.0.1]{secret}{at}",
        "decimal": lambda at: f"http://2130706433{secret}{at}",
    }
    kinds = [*hidden, *faults]
    faulty = random.Random(options.seed).sample(range(options.pictures), round(FAULTS * options.pictures))
    kind_of = {at: kinds[number % len(kinds)] for number, at in enumerate(faulty)}
    urls, expected = [], Counter[str]()
    for at in range(options.pictures):
        kind = kind_of.get(at, FINE)
        urls.append(hidden[kind](at) if kind in hidden and at in kind_of else server.url(f"{kind}/{at}.jpg"))
        if at in kind_of:
            expected["refused-address" if kind in hidden else OUTCOMES[kind]] += 1
    return urls, expected


def run_job(job: Path, kill_after: int | None) -> dict[str, object] | None:
    """Run the job, and kill it after so many pictures; its report where it got through."""
    command = [sys.executable, "-m", "bench.download", "--child", str(job)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                report: dict[str, object] = json.loads(line)
                return report
            if kill_after is not None and int(line) >= kill_after:
                time.sleep(random.uniform(0, 0.05))
                process.kill()
                return None
    raise RuntimeError("the job failed")


def judge(
    urls: list[str],
    expected: Counter[str],
    report: dict[str, object],
    server: FaultyServer,
    second: FaultyServer,
    folder: Path,
) -> int:
    """Print what was fetched how often and whether the report is exact."""
    from deepstyle.download.folder import picture_path

    fine = [url for url in urls if f"/{FINE}/" in url and f":{server.port}/" in url]
    fetched = Counter(server.sent[url.partition(f":{server.port}/")[2]] for url in fine)
    wrong = [url for url in fine if picture_path(folder, url).read_bytes() != picture(number_of(url))]
    got = len(fine) + expected.pop("", 0)
    counts = (report["wanted"], report["downloaded"], report["unchanged"], report["failed"])
    is_exact = report["causes"] == dict(expected) and counts == (len(urls), got, 0, len(urls) - got)
    oftener = sum(fetched.values()) - fetched[1] - fetched[2]
    print(f"fetched once {fetched[1]:,}, once more {fetched[2]:,}, oftener {oftener:,}")
    print(f"report: wanted, downloaded, unchanged, failed {counts}")
    print(f"  causes {json.dumps(report['causes'], sort_keys=True)}")
    print(f"report {'is exact' if is_exact else f'IS WRONG, expected {dict(expected)}'}; {len(wrong)} pictures differ")
    print(f"connections to the server that is not allowed: {second.connections:,}")
    print(f"requests to the other one: {server.asked.total():,}")
    failed = max(fetched) > 2 or not is_exact or bool(wrong) or bool(second.connections)
    return 1 if failed else 0


def number_of(url: str) -> int:
    return int(url.rpartition("/")[2].removesuffix(".jpg"))


if __name__ == "__main__":
    sys.exit(main())
