"""Kill `import` and `encode` with SIGKILL at random moments: nothing that was acknowledged may ever be lost.

    python -m bench.kill_import --data PATH --job both --kills 100
    python -m bench.kill_import --prune --kills 300

A child process runs the job and writes what is durable, batch by batch, to a journal with fsync. The parent kills it at
a random moment, opens the store, compares it with the journal, and starts the job again. A finished job is compared
with a store that was never killed, and a new one starts. Exit code 1 where anything was lost or doubled.

``--prune`` kills an import that prunes instead: some rows of its feed are damaged, and its store holds items that the
feed no longer names. No item that the feed names, even in a rejected row, may ever be missing.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image

from deepstyle.demo.source import open_catalogue
from deepstyle.settings import Settings
from deepstyle.store.base import Store
from deepstyle.store.ingest import import_catalogue
from deepstyle.store.open import open_store

SHARD_SIZE = 32
NAMED, GONE, PRUNE_LIMIT_PERCENT = 600, 400, 50  # items that the feed names, and that only the store has
MAX_DRIFT = 1e-4  # of a vector's components: a restart changes which pictures share a batch


def main() -> int:
    options = parse()
    if options.child:
        run_child(options.child, options.data, options.limit, options.folder)
        return 0
    if options.prune:
        with tempfile.TemporaryDirectory(prefix="kill-prune-") as scratch:
            return kill_pruning(options, Path(scratch))
    with tempfile.TemporaryDirectory(prefix="kill-import-") as scratch:
        return kill_jobs(options, Path(scratch))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    real = Path(os.environ.get("DEEPSTYLE_DATA", "nowhere")) / "outfits"
    parser.add_argument("--data", default=str(real) if real.is_dir() else "drawn", help="a catalogue (%(default)s)")
    parser.add_argument("--job", choices=("import", "encode", "both"), default="both")
    parser.add_argument("--prune", action="store_true", help="kill an import that prunes, with a table of its own")
    parser.add_argument("--kills", type=int, help="of each job (100; 300 with --prune)")
    parser.add_argument("--limit", type=int, help="rows (import: all; encode: 400)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="10 kills of each job, over 300 rows")
    parser.add_argument("--child", choices=("import", "encode", "prune"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.kills, options.limit = 10, 300
    options.kills = options.kills or (300 if options.prune else 100)
    return options


# -- the child: the job as the command line runs it, reporting what is durable -----------------------------------------
def run_child(job: str, data: str, limit: int | None, folder: Path) -> None:
    with open_store(url(folder)) as store, (folder / "journal").open("a") as journal:
        if job == "encode":
            encode_job(store, journal)
        elif job == "prune":
            import_catalogue(open_catalogue(data), store, prune=True, prune_limit_percent=PRUNE_LIMIT_PERCENT)
        else:
            import_job(store, data, limit, journal)


def import_job(store: Store, data: str, limit: int | None, journal: IO[str]) -> None:
    import_catalogue(
        open_catalogue(data),
        store,
        limit=limit,
        on_progress=lambda done: acknowledge(journal, {"items": done.item_ids}),
    )


def encode_job(store: Store, journal: IO[str]) -> None:
    from deepstyle.style.encode import encode_store
    from deepstyle.style.encoder import Encoder
    from deepstyle.style.model import ensure_model

    settings = Settings()
    encoder = Encoder.open(ensure_model(settings.model, settings.cache_dir))
    encode_store(
        store,
        encoder,
        shard_size=SHARD_SIZE,
        on_progress=lambda done, total: acknowledge(journal, {"vectors": done, "space": encoder.fingerprint}),
    )


def acknowledge(journal: IO[str], fact: object) -> None:
    journal.write(json.dumps(fact) + "\n")
    journal.flush()
    os.fsync(journal.fileno())


# -- the parent: kill, look, start again ------------------------------------------------------------------------------
def kill_jobs(options: argparse.Namespace, scratch: Path) -> int:
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, catalogue {options.data}")
    shutil.rmtree(scratch, ignore_errors=True)
    trouble: Counter[str] = Counter()
    imported = scratch / "imported"
    imported.mkdir(parents=True)
    limit = options.limit or (400 if options.job == "encode" else None)
    took_s = finish("import", options, limit, imported)
    if options.job != "encode":
        trouble += kill_job("import", options, limit, scratch, None, imported, took_s)
    if options.job != "import":
        few = scratch / "few"
        few.mkdir()
        finish("import", options, limit or 400, few)
        with open_store(url(few)) as store:
            prune_to(store, limit or 400)
        encoded = scratch / "encoded"
        shutil.copytree(few, encoded)
        finish("encode", options, limit, encoded)  # the first run may have to build the model
        shutil.rmtree(encoded)
        shutil.copytree(few, encoded)
        took_s = finish("encode", options, limit, encoded)
        trouble += kill_job("encode", options, limit, scratch, few, encoded, took_s)
    print("nothing lost, nothing doubled" if not trouble else f"FAILED: {dict(trouble)}")
    return 1 if trouble else 0


def prune_to(store: Store, count: int) -> None:
    store.delete([item.item_id for item in list(store.iter_items())[count:]])


def kill_job(
    job: str,
    options: argparse.Namespace,
    limit: int | None,
    scratch: Path,
    start: Path | None,
    reference: Path,
    took_s: float,
) -> Counter[str]:
    """Kill ``job`` ``options.kills`` times and count what went wrong; each new run starts with a copy of ``start``."""
    source = random.Random(options.seed)
    folder = scratch / "victim"
    trouble: Counter[str] = Counter()
    kills = lives = running = acknowledged = 0
    while kills < options.kills or running:
        if not running:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(start, folder) if start else folder.mkdir()
            (folder / "journal").unlink(missing_ok=True)
            running = 1
        delay_s = source.uniform(0, took_s) if kills < options.kills else None
        if run_for(job, options, limit, folder, delay_s):
            trouble += compare(folder, reference)
            lives, running = lives + 1, 0
        else:
            kills += 1
        known = read_journal(folder)
        acknowledged += len(known)
        trouble += check_acknowledged(folder, known)
        if sys.stderr.isatty():
            print(f"\r{job}: {kills} kills, {lives} runs got through", end="", file=sys.stderr, flush=True)
    print(f"{job}: {kills} kills, {lives} runs got through, trouble: {dict(trouble) or 'none'}")
    print(f"{job}: {acknowledged:,} acknowledgements compared; an undisturbed run took {took_s:.1f} s")
    shutil.rmtree(folder, ignore_errors=True)
    return trouble


def run_for(job: str, options: argparse.Namespace, limit: int | None, folder: Path, delay_s: float | None) -> bool:
    """Run the job, killed after ``delay_s``; whether it got through. Raises where it failed by itself."""
    command = [
        sys.executable,
        "-m",
        "bench.kill_import",
        "--child",
        job,
        "--data",
        options.data,
        "--folder",
        str(folder),
    ]
    if limit is not None:
        command += ["--limit", str(limit)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        try:
            code = child.wait(delay_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return False
    if code:
        raise SystemExit(f"the {job} failed by itself with {code}")
    return True


def finish(job: str, options: argparse.Namespace, limit: int | None, folder: Path) -> float:
    """Run the job undisturbed; seconds it took."""
    started = time.perf_counter()
    run_for(job, options, limit, folder, None)
    return time.perf_counter() - started


# -- an import that prunes ---------------------------------------------------------------------------------------------
def kill_pruning(options: argparse.Namespace, scratch: Path) -> int:
    """Kill it at random moments, half of them while it ends; count what it deleted although the feed names it."""
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {NAMED} items named, {GONE} gone")
    feed, start, folder = scratch / "feed", scratch / "start", scratch / "victim"
    start.mkdir()
    options.data = str(write_feed(feed, damaged=False, gone=True))
    finish("import", options, None, start)
    write_feed(feed, damaged=True, gone=False)
    shutil.copytree(start, folder)
    took_s = finish("prune", options, None, folder)
    trouble = check_pruned(folder, finished=True)
    source = random.Random(options.seed)
    kills = lives = midway = 0
    while kills < options.kills:
        shutil.rmtree(folder)
        shutil.copytree(start, folder)
        while kills < options.kills:
            delay_s = source.uniform(0 if kills % 2 else 0.6 * took_s, took_s)
            finished = run_for("prune", options, None, folder, delay_s)
            trouble += check_pruned(folder, finished)
            if finished:
                lives += 1
                break
            kills += 1
            midway += NAMED < count(folder) < NAMED + GONE
    print(f"prune: {kills} kills, {midway} of them while it deleted; {lives} runs got through in about {took_s:.1f} s")
    print("nothing was deleted that the feed names" if not trouble else f"FAILED: {dict(trouble)}")
    return 1 if trouble else 0


def write_feed(folder: Path, *, damaged: bool, gone: bool) -> Path:
    """A table of ``NAMED`` items, every tenth row damaged so that it is rejected, and of ``GONE`` others."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    damage = (
        '{},"Lace top,1,{}.jpg',
        "{},a, comma,1,{}.jpg",
        "{},Boots,?,{}.jpg",
        "{},Boots\0,1,{}.jpg",
        "{},x,1,no.jpg",
    )
    lines = ["sku,title,price,image"]
    for at in range(NAMED + GONE * gone):
        item_id = f"s{at}"
        shape = damage[at // 10 % len(damage)] if damaged and at % 10 == 0 else "{},Boots,2,{}.jpg"
        lines.append(shape.format(item_id, item_id))
        if not damaged:
            Image.new("RGB", (48, 32), (at % 256, at // 256, 0)).save(folder / "images" / f"{item_id}.jpg")
    path = folder / "items.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def check_pruned(folder: Path, finished: bool) -> Counter[str]:
    """What the store lacks of the items that the feed names, and what it still has of the others after the end."""
    with open_store(url(folder)) as store:
        held = set(store.image_sha256s([item.item_id for item in store.iter_items()]))
    named = {f"s{at}" for at in range(NAMED)}
    return +Counter({"deleted": len(named - held), "not pruned": len(held - named) * finished})


def count(folder: Path) -> int:
    with open_store(url(folder)) as store:
        return store.count()


def read_journal(folder: Path) -> list[dict[str, object]]:
    """What the child acknowledged; the last line may be cut off by the kill."""
    path = folder / "journal"
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in lines]


def check_acknowledged(folder: Path, journal: list[dict[str, object]]) -> Counter[str]:
    """Everything in the journal must be in the store, once and with its picture."""
    trouble: Counter[str] = Counter()
    if not journal:
        return trouble
    with open_store(url(folder)) as store:
        ids = [item.item_id for item in store.iter_items()]
        trouble["doubled"] = len(ids) - len(set(ids)) + abs(store.count() - len(ids))
        acknowledged = [item_id for fact in journal for item_id in listed(fact)]
        pictures = store.image_sha256s(ids)
        trouble["lost items"] = len(set(acknowledged) - pictures.keys())
        spaces = store.spaces()
        for fact in journal:
            if "vectors" in fact:
                trouble["lost vectors"] += spaces.get(str(fact["space"]), 0) < int(str(fact["vectors"]))
        trouble["broken pictures"] = sum(not is_whole(store, item_id) for item_id in acknowledged[-64:])
    return +trouble


def listed(fact: dict[str, object]) -> list[str]:
    items = fact.get("items", [])
    assert isinstance(items, list)
    return items


def is_whole(store: Store, item_id: str) -> bool:
    image = store.image(item_id)
    return image is not None and hashlib.sha256(image.data).hexdigest() == image.sha256


def compare(folder: Path, reference: Path) -> Counter[str]:
    """How the store in ``folder`` differs from one whose jobs were never killed."""
    with open_store(url(folder)) as store, open_store(url(reference)) as undisturbed:
        items = dict(contents(store)) != dict(contents(undisturbed))
        spaces, expected = store.spaces(), undisturbed.spaces()
        vectors = spaces != expected or any(drifted(store, undisturbed, space) for space in expected)
    return +Counter({"items differ": int(items), "vectors differ": int(vectors)})


def contents(store: Store) -> Iterator[tuple[str, str]]:
    """Digest of everything stored of each item."""
    for item in store.iter_items():
        image = store.image(item.item_id)
        facts = json.dumps(dataclasses.asdict(item), sort_keys=True) + (image.sha256 if image else "")
        yield item.item_id, hashlib.sha256(facts.encode()).hexdigest()


def drifted(store: Store, undisturbed: Store, space: str) -> bool:
    found, expected = store.vectors(space), undisturbed.vectors(space)
    if found.item_ids != expected.item_ids or found.image_sha256s != expected.image_sha256s:
        return True
    return float(np.abs(found.vectors - expected.vectors).max()) > MAX_DRIFT


def url(folder: Path) -> str:
    return f"sqlite:///{folder.absolute()}/store.db"


if __name__ == "__main__":
    sys.exit(main())
