"""Fill the disk under each command at many levels and moments; the store must stay intact and the command resumable.

    python -m bench.disk_full --data PATH

Needs root, for a small tmpfs, or ``--folder`` with a small file system of your own. Each command starts from the state
that it needs, on a disk that has ``free`` bytes left or that fills up while it runs. It must end with exit code 0 (it
fitted) or 2, print no traceback, and leave a store with intact pages and references; once there is room, it must finish
with the facts of an undisturbed run. Exit code 1 where anything else happened.
"""

import argparse
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.measure.command import DEEPSTYLE
from deepstyle.errors import DeepstyleError
from deepstyle.store import open_store
from deepstyle.store.copy import digest_of as store_digest

KIB = 1024
LEVELS = (0, 4 * KIB, 16 * KIB, 64 * KIB, 128 * KIB, 256 * KIB, 512 * KIB, 1024 * KIB, 2048 * KIB)
MOMENTS = (0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Job:
    """A command, the state that it starts from (the jobs before it), and whether it writes to the store."""

    name: str
    words: tuple[str, ...]
    after: tuple[str, ...]
    is_store_written: bool = True


def jobs(options: argparse.Namespace) -> list[Job]:
    data, photo = str(options.data), str(next((options.data / "images").glob("*.jpg")))
    stored = ("import", "encode")
    return [
        Job("import", ("import", data, "--limit", str(options.limit)), ()),
        Job("encode", ("encode", "--shard-size", "16"), ("import",)),
        Job("suggest", ("suggest",), stored),
        Job("item put", ("item", "put", "new-item", "--image", photo), stored),
        Job("item delete", ("item", "delete", "{item}"), stored),
        Job("points", ("points", "--pca"), stored),
        Job("copy", ("copy", "sqlite:///{store}", "sqlite:///{folder}/copy.db"), stored),
        Job("report", ("report", "--to", "{folder}/report", "--samples", "100", "--queries", "2"), stored, False),
        Job("data demo", ("data", "demo", "{folder}/demo", "--items", "330", "--outfits", "60"), (), False),
    ]


def main() -> int:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="disk-full-") as scratch, small_disk(options, Path(scratch)) as disk:
        chosen = [job for job in jobs(options) if not options.job or job.name in options.job]
        found = [fault for job in chosen for fault in disturb_job(job, options, disk, Path(scratch))]
    for fault in found:
        print("FAULT", fault)
    print(f"{len(found)} faults")
    return 1 if found else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    real = Path(os.environ.get("DEEPSTYLE_DATA", "nowhere")) / "outfits"
    parser.add_argument("--data", type=Path, default=real, help="a catalogue with images/*.jpg (%(default)s)")
    parser.add_argument("--limit", type=int, default=140, help="rows of it (%(default)s)")
    parser.add_argument("--size-mib", type=int, default=24, help="of the tmpfs (%(default)s)")
    parser.add_argument("--folder", type=Path, help="a mounted small file system, in place of a tmpfs")
    parser.add_argument("--job", action="append", help="only this job; may be repeated")
    parser.add_argument("--levels", type=int, nargs="*", default=LEVELS, help="bytes that are left free")
    parser.add_argument(
        "--moments", type=float, nargs="*", default=MOMENTS, help="when the disk fills up, as parts of the job's time"
    )
    return parser.parse_args()


@contextmanager
def small_disk(options: argparse.Namespace, scratch: Path) -> Iterator[Path]:
    """A mounted small file system."""
    if options.folder:
        yield options.folder
        return
    disk = scratch / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={options.size_mib}m", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def disturb_job(job: Job, options: argparse.Namespace, disk: Path, scratch: Path) -> list[str]:
    """Try one job at every level and moment; returns what went wrong."""
    prepared = scratch / f"{job.name}.db"
    for name in job.after:
        run(next(one for one in jobs(options) if one.name == name), prepared, scratch)
    wanted_folder = scratch / "undisturbed"
    wanted_folder.mkdir(exist_ok=True)
    started_s = time.monotonic()
    code, wanted, output = outcome(job, prepared, wanted_folder)
    took_s = time.monotonic() - started_s
    faults, codes = [], []
    if code:
        faults.append(f"{job.name}, undisturbed: exit code {code}: {output[-300:]}")
    tries = [
        *((f"{free // KIB} KiB free", 0.0, free) for free in options.levels),
        *((f"full at {moment:.0%}", took_s * moment, 0) for moment in options.moments),
    ]
    for name, after_s, free in tries:
        clear(disk)
        code, digest, problems = disturbed(job, prepared, disk, after_s, free)
        codes.append(code)
        faults += [f"{job.name}, {name}: {problem}" for problem in problems]
        if digest != wanted:
            faults.append(f"{job.name}, {name}: ends with other facts than an undisturbed run")
    clear(wanted_folder)
    print(f"{job.name}: {len(tries)} tries, {codes.count(2)} ended with 2, {codes.count(0)} fitted", flush=True)
    return faults


def outcome(job: Job, prepared: Path, folder: Path, fault: Callable[[], None] = lambda: None) -> tuple[int, str, str]:
    """(exit code, digest of what is there afterwards, output) of the job in ``folder``."""
    store = folder / "store.db"
    if prepared.exists() and not store.exists():
        shutil.copy(prepared, store)
    fault()
    done = run(job, store, folder, item_of(prepared))
    return done.returncode, digest_of(job, folder), done.stdout + done.stderr


def disturbed(job: Job, prepared: Path, disk: Path, after_s: float, free: int) -> tuple[int, str, list[str]]:
    """The job on a disk that has ``free`` bytes left ``after_s`` seconds after its start, then again with room.

    (first code, last digest, problems).
    """
    timer = threading.Timer(after_s, fill, (disk, free))
    code, _, output = outcome(job, prepared, disk, timer.start if after_s else lambda: fill(disk, free))
    timer.cancel()
    if after_s:
        timer.join()  # a fill that is under way ends
    problems = [f"exit code {code}: {output[-300:]}"] if code not in (0, 2) else []
    problems += [text for text in ("Traceback", "internal error") if text in output]
    if code == 2 and "remedy:" not in output:
        problems.append(f"no remedy: {output[-300:]}")
    make_room(disk)
    problems += [f"{path.name}: {found}" for path in disk.glob("*.db") for found in damage(path)]
    again, digest, output = outcome(job, prepared, disk)
    if again:
        problems.append(f"exit code {again} with room: {output[-300:]}")
    return code, digest, problems


def run(job: Job, store: Path, folder: Path, item_id: str = "") -> "subprocess.CompletedProcess[str]":
    values = {"store": store, "folder": folder, "item": item_id}
    environment = {**os.environ, "DEEPSTYLE_STORE": f"sqlite:///{store}"}
    words = [word.format(**values) for word in job.words]
    return subprocess.run([*DEEPSTYLE, *words], capture_output=True, text=True, check=False, env=environment)


def item_of(store: Path) -> str:
    """The first item's id; a store that is not there has none."""
    if not store.exists():
        return ""
    with open_store(f"sqlite:///{store}", read_only=True) as opened:
        return next((item.item_id for item in opened.iter_items() if item.item_id != "new-item"), "")


def fill(disk: Path, free: int) -> None:
    """Leave ``free`` bytes, in whole pages."""
    wanted = shutil.disk_usage(disk).free - free
    if wanted > 0:
        with (disk / "filler").open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, wanted)


def make_room(disk: Path) -> None:
    for path in disk.glob("filler*"):
        path.unlink()


def clear(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def damage(path: Path) -> list[str]:
    """What SQLite finds wrong with pages and references."""
    with closing(sqlite3.connect(path)) as connection:
        pages = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return pages + [f"a reference of {row[0]}" for row in connection.execute("PRAGMA foreign_key_check")]


def digest_of(job: Job, folder: Path) -> str:
    """Of the store's facts where the job writes to one, else of the names of the files that it wrote."""
    if not job.is_store_written:
        files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if "store.db" not in path.name)
        return hashlib.sha256("\n".join(files).encode()).hexdigest()
    path = folder / ("copy.db" if job.name == "copy" else "store.db")
    if not path.exists():
        return ""
    try:
        with open_store(f"sqlite:///{path}", read_only=True) as store:
            return store_digest(store).sha256
    except DeepstyleError as error:
        return error.message


if __name__ == "__main__":
    sys.exit(main())
