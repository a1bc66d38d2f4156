"""Backups of SQLite and MongoDB: complete, incremental, of one moment, and whole or not there after any kill."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from deepstyle.errors import DataError, StoreBusyError, StoreError, UsageError
from deepstyle.jobs.lock import only_job
from deepstyle.jobs.restore import restore_backup
from deepstyle.store.backup import back_up, content, list_backups, verify_backups
from deepstyle.store.backup import file as file_module
from deepstyle.store.backup import restore as restore_module
from deepstyle.store.backup.folder import chunk_path, locked_folder
from deepstyle.store.base import Entry, Finding, Store
from deepstyle.store.copy import digest_of
from deepstyle.store.keys import create_key, read_keys
from deepstyle.store.open import open_store, open_unfinished
from deepstyle.store.sessions import SESSIONS, open_session
from tests.store.contract import ITEMS, entries, put_several, vectors_for
from tests.store.looks_contract import LOOKS
from tests.store.model import image_of, vector_of
from tests.store.mongod import replica_set

KINDS = ("sqlite", "mongodb")


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "RANGE_ITEMS", 2)
    monkeypatch.setattr(restore_module, "RANGES_AT_ONCE", 1)


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The URL of a new store of a kind."""
    folder = tmp_path_factory.mktemp("stores")
    numbers = iter(range(1_000))
    with contextlib.ExitStack() as servers:
        running: list[Callable[[str], str]] = []

        def new(kind: str) -> str:
            if kind == "sqlite":
                return f"sqlite:///{folder}/{next(numbers)}.db"
            if not running:
                running.append(servers.enter_context(replica_set(folder)).url)
            return running[0](f"n{next(numbers)}")

        yield new


@pytest.fixture
def url(urls: Callable[[str], str]) -> str:
    """A filled SQLite store."""
    url = urls("sqlite")
    with open_store(url) as store:
        fill_store(store)
    return url


def fill_store(store: Store) -> None:
    store.put(entries())
    put_several(store)
    store.put([Entry(replace(ITEMS[0], item_id=f"x{n}"), image_of("shared")) for n in range(12)])
    store.put([Entry(replace(ITEMS[4], item_id="bare"))])
    store.put_vectors("t", vectors_for(["a2", "c1"], seed=9))
    store.put_compatible({"a1": ["b1", "a2"], "c1": ["a1", "gone"]})
    store.set_meta("style_space", "s")
    store.put_looks(LOOKS)
    create_key(store, "feeds", "write")


def damage(store: Store) -> list[Finding]:
    """What a check finds, but that the tests' pictures are none."""
    return [one for one in store.check().findings if "are not a JPEG" not in one.message]


def sqlite_file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@pytest.mark.parametrize("from_kind, to_kind", [("sqlite", "sqlite"), ("sqlite", "mongodb"), ("mongodb", "sqlite")])
def test_what_is_restored_is_what_was_there(
    from_kind: str, to_kind: str, urls: Callable[[str], str], tmp_path: Path
) -> None:
    source_url, target_url = urls(from_kind), urls(to_kind)
    with open_store(source_url) as source:
        fill_store(source)
        open_session(source, read_keys(source)[0].digest, datetime.now(UTC))
        written = back_up(source, tmp_path)
        restored = restore_backup(tmp_path, target_url)
        assert (restored.items, restored.sha256) == (written.items, written.sha256)
        with open_store(target_url) as target:
            assert digest_of(target) == digest_of(source)
            assert read_keys(target) == read_keys(source)
            assert target.meta(SESSIONS) is None
            assert not damage(target)
            again = back_up(target, tmp_path)
        assert (again.sha256, again.chunks_written) == (written.sha256, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_is_of_one_moment(kind: str, urls: Callable[[str], str], tmp_path: Path) -> None:
    store_url = urls(kind)
    with open_store(store_url) as store, open_store(store_url) as writer:
        fill_store(store)
        before = digest_of(store)

        def write_meanwhile(_step: str, done: int, _total: int) -> None:
            writer.put([Entry(replace(ITEMS[0], item_id=f"new{done}"), image_of(f"new{done}"))])
            writer.put([Entry(replace(ITEMS[1], title=f"changed {done}"), image_of(f"changed {done}"))])
            writer.delete(["b2", "x3"])
            writer.put_looks([replace(LOOKS[0], title=f"changed {done}")])

        back_up(store, tmp_path, on_progress=write_meanwhile)
        assert digest_of(store) != before
    restored = urls("sqlite")
    restore_backup(tmp_path, restored)
    with open_store(restored) as target:
        assert digest_of(target) == before


def test_a_second_backup_writes_what_changed(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(url) as store:
        first = back_up(store, tmp_path)
        assert first.chunks_written > 10
        read: list[object] = []
        with monkeypatch.context() as patch:
            patch.setattr(type(store), "image", lambda _self, *place: read.append(place))
            assert back_up(store, tmp_path).chunks_written == 0
        assert not read, "pictures that a backup has are not read again"
        store.put([Entry(replace(ITEMS[4], title="Changed"))])
        assert back_up(store, tmp_path).chunks_written == 1
        store.put_vectors("t", vectors_for(["c1"], seed=33))
        assert back_up(store, tmp_path).chunks_written == 1
        store.set_meta("fact", "new")
        assert back_up(store, tmp_path).chunks_written == 1
    assert len(list_backups(tmp_path)) == 5


def test_an_older_backup_is_restored_by_its_name(url: str, urls: Callable[[str], str], tmp_path: Path) -> None:
    with open_store(url) as store:
        first, before = back_up(store, tmp_path), digest_of(store)
        store.delete(["a1", "x0"])
        back_up(store, tmp_path)
    restored = urls("sqlite")
    restore_backup(tmp_path, restored, name=first.name)
    with open_store(restored) as target:
        assert digest_of(target) == before
    with pytest.raises(UsageError, match="no backup 'nothing'"):
        restore_backup(tmp_path, urls("sqlite"), name="nothing")


def test_old_backups_are_removed_with_what_only_they_had(url: str, urls: Callable[[str], str], tmp_path: Path) -> None:
    with open_store(url) as store:
        back_up(store, tmp_path)
        store.delete(["x5"])
        store.put([Entry(ITEMS[0], image_of("other"))])
        back_up(store, tmp_path)
        (tmp_path / "chunks" / "00").mkdir(exist_ok=True)
        (tmp_path / "chunks" / "00" / ".left-over").write_bytes(b"of a killed backup")
        report = back_up(store, tmp_path, keep=1)
        assert report.backups_removed == 2
        wanted = digest_of(store)
    (left,) = list_backups(tmp_path)
    assert {path.name for path in (tmp_path / "chunks").glob("*/*")} == set(left.content.chunks())
    restored = urls("sqlite")
    restore_backup(tmp_path, restored)
    with open_store(restored) as target:
        assert digest_of(target) == wanted


def test_damage_is_found_and_healed(url: str, urls: Callable[[str], str], tmp_path: Path) -> None:
    with open_store(url) as store:
        back_up(store, tmp_path)
        (backup,) = list_backups(tmp_path)
        chunks = sorted(set(backup.content.chunks()))
        assert verify_backups(tmp_path) == []
        damaged, missing = chunk_path(tmp_path, chunks[0]), chunk_path(tmp_path, chunks[1])
        damaged.write_bytes(b"?" + damaged.read_bytes()[1:])
        missing.unlink()
        assert [one.chunk for one in verify_backups(tmp_path)] == chunks[:2]
        with pytest.raises(DataError, match=r"is damaged|is missing"):
            restore_backup(tmp_path, urls("sqlite"))
        damaged.unlink()
        back_up(store, tmp_path)
        assert verify_backups(tmp_path) == []


def test_a_damaged_manifest_is_told(url: str, tmp_path: Path) -> None:
    with open_store(url) as store:
        name = back_up(store, tmp_path).name
        path = tmp_path / "backups" / f"{name}.json"
        path.write_bytes(path.read_bytes().replace(b'"items"', b'"itemz"', 1))
        for call in (lambda: list_backups(tmp_path), lambda: back_up(store, tmp_path)):
            with pytest.raises(DataError, match="damaged"):
                call()
        path.unlink()
        back_up(store, tmp_path)


def test_what_is_refused(url: str, urls: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("mine")
    with open_store(url) as store:
        with pytest.raises(UsageError, match="other things"):
            back_up(store, tmp_path)
        with pytest.raises(DataError, match="holds no backups"):
            restore_backup(tmp_path, urls("sqlite"))
        folder = tmp_path / "backups-of-mine"
        back_up(store, folder)
        assert folder.stat().st_mode & 0o077 == 0
        with pytest.raises(UsageError, match="--replace"):
            restore_backup(folder, url)
        with only_job(store), pytest.raises(StoreBusyError, match="another job"):
            restore_backup(folder, url, is_replaced=True)
        with locked_folder(folder), pytest.raises(StoreBusyError, match="another backup"):
            back_up(store, folder)


def test_a_store_is_replaced_under_those_who_read_it(url: str, tmp_path: Path) -> None:
    """A handle that has the old content in memory shows the restored one on its next call."""
    with open_store(url) as store, open_store(url) as reader:
        back_up(store, tmp_path)
        wanted = digest_of(store)
        store.delete(["a1", "x1"])
        store.put([Entry(replace(ITEMS[0], item_id="later"), image_of("later"))])
        store.put_vectors("s", vectors_for(["b1"], seed=50))
        store.put_vectors("u", vectors_for(["a2"], seed=5))
        assert reader.browse().total == store.count()
        reader.search("s", vector_of(1), k=3)
        revision = reader._database.revision()  # type: ignore[attr-defined]
        restore_backup(tmp_path, url, is_replaced=True)
        assert reader._database.revision() > revision  # type: ignore[attr-defined]
        assert digest_of(reader) == wanted
        with open_store(url) as fresh:
            assert reader.browse().items == fresh.browse().items
            assert reader.spaces() == fresh.spaces()
            for seed in range(5):
                assert reader.search("s", vector_of(seed), k=5) == fresh.search("s", vector_of(seed), k=5)
        assert not damage(store)
        reader.put([Entry(replace(ITEMS[0], item_id="and on"), image_of("and on"))])
        assert store.browse().total == reader.browse().total
    assert not list(tmp_path.glob("*.restoring*"))


def test_a_write_meanwhile_is_not_lost(url: str, tmp_path: Path) -> None:
    with open_store(url) as store:
        back_up(store, tmp_path)

        def write(_step: str, _done: int, _total: int) -> None:
            store.put([Entry(replace(ITEMS[0], item_id="later"))])

        with pytest.raises(StoreError, match="written while"):
            restore_backup(tmp_path, url, is_replaced=True, on_progress=write)
        assert store.get(["later"])
        restore_backup(tmp_path, url, is_replaced=True)
        assert not store.get(["later"])


class Killed(BaseException):
    """What a kill looks like from within: nothing handles it."""


def killing(monkeypatch: pytest.MonkeyPatch, owner: object, names: Sequence[str], at: int) -> None:
    """Let the call number ``at`` of these functions end the process: an odd one before it, an even one after it."""
    calls = [0]

    def killed(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            calls[0] += 1
            ends = calls[0] == at
            if ends and at % 2:
                raise Killed
            result = real(*args, **options)
            if ends:
                raise Killed
            return result

        return call

    for name in names:
        monkeypatch.setattr(owner, name, killed(getattr(owner, name)))


def test_a_backup_killed_at_any_write(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rename is a step: of a chunk or of the manifest. Earlier backups stay whole, the next one is complete."""
    with open_store(url) as store:
        back_up(store, tmp_path / "0")
        store.put([Entry(replace(ITEMS[n % 4], item_id=f"more{n}"), image_of(f"more{n}")) for n in range(8)])
        for at in count(1):
            folder = tmp_path / str(at)
            shutil.copytree(tmp_path / "0", folder)
            with monkeypatch.context() as patch:
                killing(patch, Path, ["replace"], at)
                try:
                    back_up(store, folder)
                except Killed:
                    assert verify_backups(folder) == []
                else:
                    break
            wanted = back_up(store, folder).sha256
            assert list_backups(folder)[-1].content.sha256 == wanted
            assert verify_backups(folder) == []
    assert at > 5


def test_removal_killed_at_any_moment(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(url) as store:
        for n in range(3):
            store.put([Entry(ITEMS[n], image_of(f"changed {n}"))])
            back_up(store, tmp_path)
        for at in count(1):
            with monkeypatch.context() as patch:
                killing(patch, Path, ["unlink"], at)
                try:
                    back_up(store, tmp_path, keep=1)
                except Killed:
                    assert verify_backups(tmp_path) == []
                else:
                    break
    (left,) = list_backups(tmp_path)
    assert {path.name for path in (tmp_path / "chunks").glob("*/*")} == set(left.content.chunks())


WRITES = ("put", "put_vectors", "publish", "set_meta", "put_looks")


@pytest.mark.parametrize("replaced", [False, True])
def test_a_restore_killed_at_any_write(
    replaced: bool, urls: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call that writes is a step; what was there stays, or the whole backup is there, and the next try ends it."""
    monkeypatch.setattr(content, "RANGE_ITEMS", 1)
    with open_store(urls("sqlite")) as store:
        put_several(store)
        store.put_compatible({"a1": ["b1"]})
        store.put_looks(LOOKS[:1])
        create_key(store, "feeds", "write")
        back_up(store, tmp_path)
        wanted, kind = digest_of(store), type(store)
    resumed = 0
    for at in count(1):
        target, old = urls("sqlite"), None
        if replaced:
            with open_store(target) as store:
                store.put(entries()[:2])
                old = digest_of(store)
        with monkeypatch.context() as patch:
            killing(patch, kind, WRITES, at)
            try:
                restore_backup(tmp_path, target, is_replaced=replaced)
            except Killed:
                assert sqlite_file(target).exists() == replaced
            else:
                break
        if replaced:
            with open_store(target) as store:
                assert digest_of(store) == old
        resumed += restore_backup(tmp_path, target, is_replaced=replaced).resumed
        with open_store(target, read_only=True) as store:
            assert digest_of(store) == wanted
        assert not list(sqlite_file(target).parent.glob(f"{sqlite_file(target).name}.restoring*"))
    assert at > 10
    assert resumed > 2


@pytest.mark.parametrize("name", ["_swap", "_remove"])
def test_a_replacement_killed_at_its_end(name: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(url) as store:
        back_up(store, tmp_path)
        wanted = digest_of(store)
        store.delete(["a1"])
        changed = digest_of(store)
        for at in (1, 2):
            with monkeypatch.context() as patch:
                killing(patch, file_module, [name], at)
                with contextlib.suppress(Killed):
                    restore_backup(tmp_path, url, is_replaced=True)
            assert digest_of(store) in (changed, wanted)
        restore_backup(tmp_path, url, is_replaced=True)
        assert digest_of(store) == wanted
        assert not damage(store)


def test_mongodb_is_not_opened_before_its_restore_is_finished(
    url: str, urls: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(url) as store:
        back_up(store, tmp_path)
        wanted = digest_of(store)
    target = urls("mongodb")
    for at in (2, 3):
        with monkeypatch.context() as patch, open_unfinished(target) as store:
            killing(patch, type(store), ["put"], at)
            with pytest.raises(Killed):
                restore_backup(tmp_path, target)
        with pytest.raises(StoreError, match="restored from a backup"):
            open_store(target)
    assert restore_backup(tmp_path, target).resumed
    with open_store(target) as store:
        assert digest_of(store) == wanted
    with pytest.raises(UsageError, match="has other content"):
        restore_backup(tmp_path, target)
    with pytest.raises(UsageError, match="has content"):
        restore_backup(tmp_path, target, is_replaced=True)


def test_what_differs_after_a_restore_is_told(
    url: str, urls: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(url) as store:
        back_up(store, tmp_path)
        monkeypatch.setattr(type(store), "put_looks", lambda _self, _looks: 0)
    target = urls("sqlite")
    with pytest.raises(StoreError, match="differs from the backup"):
        restore_backup(tmp_path, target)
    assert not sqlite_file(target).exists()


SCRIPT = """
import sys
from pathlib import Path
from deepstyle.jobs.restore import restore_backup
from deepstyle.store.backup import back_up, content, restore
from deepstyle.store.open import open_store

content.RANGE_ITEMS = 4
restore.RANGES_AT_ONCE = 1
command, folder, url = sys.argv[1:]
print("ready", flush=True)
if command == "backup":
    with open_store(url, read_only=True) as store:
        back_up(store, Path(folder))
else:
    restore_backup(Path(folder), url, is_replaced=command == "replace")
"""


def killed_run(rng: random.Random, *arguments: str) -> None:
    """Run the script, and SIGKILL it at a random moment, unless it finished before."""
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(rng.uniform(0.01, 0.3))
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is needed")
def test_processes_killed_at_random_moments(
    url: str, urls: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = time.time_ns() % 1_000_000
    print(f"seed {seed}")
    rng = random.Random(seed)
    with open_store(url) as store:
        store.put([Entry(replace(ITEMS[0], item_id=f"m{n:03}"), image_of(f"m{n % 30}")) for n in range(60)])
        wanted = digest_of(store)
    folder, target = tmp_path / "backups", urls("sqlite")
    for _ in range(3):
        killed_run(rng, "backup", str(folder), url)
        if (folder / "backups").is_dir():
            assert verify_backups(folder) == []
    with open_store(url) as store:
        monkeypatch.setattr(content, "RANGE_ITEMS", 4)
        back_up(store, folder)
    for _ in range(2):
        killed_run(rng, "restore", str(folder), target)
        if sqlite_file(target).exists():  # killed behind the rename, or not at all
            break
    else:
        restore_backup(folder, target)
    with open_store(target) as store:
        assert digest_of(store) == wanted
    with open_store(target) as store:
        store.delete(["a1"])
        changed = digest_of(store)
    for _ in range(2):
        killed_run(rng, "replace", str(folder), target)
        with open_store(target) as store:
            assert digest_of(store) in (changed, wanted)
    restore_backup(folder, target, is_replaced=True)
    with open_store(target) as store:
        assert digest_of(store) == wanted
        assert not damage(store)
    shutil.rmtree(folder)
