"""No command ends in a traceback, whatever path it is given; what it was to write is whole, or as it was."""

import contextlib
import errno
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
import typer

from deepstyle.cli import app, failure
from deepstyle.errors import DataError
from tests.cli.test_documentation import ALL
from tests.cli.test_outfits import write_catalogue
from tests.compatibility.shop import map_shop
from tests.conftest import Shop, make_shop

RUN = [sys.executable, "-c", "from deepstyle.cli import main; main()"]

# A short run that ends well, of every command that needs more than its name. {names} are those of ``places``.
RUNS = {
    "demo": "--data {catalogue} --model {model} --no-serve",
    "import": "{table}",
    "encode": "",
    "copy": "{store} {new_store}",
    "backup": "{new}",
    "restore": "{new}",
    "similar": "item-001 -k 2",
    "search": "{photo} -k 2",
    "quantise": "--images {photos}",
    "suggest": "",
    "compatible": "{photo} -k 1",
    "outfit score": "item-001 {photo}",
    "outfit complete": "item-001 -k 1",
    "outfit analyse": "item-001 item-002 -k 1",
    "outfit grid": "--rows 2",
    "train compat": "{catalogue} --epochs 1 --store {new_store} --out {new}",
    "train style": "--store {store}",
    "export": "{folder} --to {new}",
    "evaluate benchmark": "polyvore-outfits --data {catalogue} --compat {head} --store {new_store}",
    "evaluate compat": "{catalogue} --store {new_store}",
    "evaluate search": "--limit 2",
    "report": "--samples 100 --queries 2 --to {new}",
    "data check": "{table}",
    "data demo": "{new} --items 330 --outfits 5",
    "item put": "item-001 --title New",
    "item delete": "item-001",
    "item show": "item-001",
    "weights pull": "nothing",
}
INPUTS = {"photo", "image", "photos", "negatives", "config", "scores", "run", "features", "images", "path", "data"}
INPUTS |= {"query", "pieces", "model", "compat", "store", "source", "target"}
OUTPUTS = {"save", "to", "out", "rejections", "folder", "tensorboard"}
STORES = {"store", "source", "target"}
REPORTS_WITHOUT_FAILING = {"info"}

Cli = Callable[..., int]


@pytest.fixture(scope="module")
def mapped_shop(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """A folder with the shop's mapped store and its head, written once."""
    folder = tmp_path_factory.mktemp("mapped")
    shop = make_shop(folder, tiny_model)
    map_shop(shop, folder / "head")
    return folder


@pytest.fixture
def shop(mapped_shop: Path, tmp_path: Path, tiny_model: Path) -> Shop:
    """A copy for each test, so that a test may change it."""
    shutil.copytree(mapped_shop, tmp_path, dirs_exist_ok=True)
    return Shop(f"sqlite:///{tmp_path}/shop.db", tiny_model)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shop: Shop) -> Cli:
    """Run a command as ``main`` does; the exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEEPSTYLE_STORE", shop.store_url)
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(shop.model))
    monkeypatch.setenv("DEEPSTYLE_COMPAT", str(tmp_path / "head"))
    monkeypatch.setenv("DEEPSTYLE_REPORTS_DIR", str(tmp_path / "reports"))
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv(failure.DEBUG, raising=False)

    def invoke(*arguments: object) -> int:
        return failure.run(lambda: app([str(one) for one in arguments]))

    return invoke


@pytest.fixture
def places(tmp_path: Path, shop: Shop) -> dict[str, Path | str]:
    """Paths that can be used, and new ones."""
    folder, photos = tmp_path / "folder", tmp_path / "photos"
    folder.mkdir()
    photos.mkdir()
    (photos / "a.jpg").write_bytes(shop.picture(1))
    (photos / "labels.csv").write_text("image,label\na.jpg,shoes\n")
    table = photos / "products.csv"
    table.write_text("item_id,image,category\na,a.jpg,Shoes\nb,missing.jpg,Shoes\n")
    return {
        "catalogue": write_catalogue(tmp_path / "outfits"),
        "folder": folder,
        "head": tmp_path / "head",
        "model": shop.model,
        "new": tmp_path / "new",
        "new_store": f"sqlite:///{tmp_path}/new.db",
        "photo": photos / "a.jpg",
        "photos": photos,
        "store": shop.store_url,
        "table": table,
    }


def unusable(root: Path, *, reads: bool) -> Iterator[Path]:
    """Paths that no command can read from, or write to; pipes and devices may be written."""
    root.mkdir()
    (root / "file").write_text("text")
    (root / "loop").symlink_to(root / "loop")
    yield root / "file" / "below"
    yield root / "loop"
    yield root / ("n" * 300)
    if os.geteuid():
        (root / "forbidden").mkdir(mode=0)
        yield root / "forbidden" / "file"
    if reads:
        os.mkfifo(root / "pipe")
        yield from (root / "missing", root / "pipe", root / "\udcff", Path("/dev/zero"))


def command_line(path: str, name: str, bad: object, places: dict[str, Path | str]) -> list[str]:
    """The command's short run, with ``bad`` for its parameter ``name``."""
    words = path.split()[1:]
    given = RUNS.get(" ".join(words), "").format(**places).split()
    (parameter,) = (one for one in ALL[path].params if one.name == name)
    if parameter.param_type_name == "option":
        return [*words, *given, max(parameter.opts, key=len), str(bad)]
    arguments = [one.name for one in ALL[path].params if one.param_type_name == "argument"]
    at = arguments.index(name)
    return [*words, *given[:at], str(bad), *given[at + 1 :]]


def parameters(names: set[str]) -> list[tuple[str, str]]:
    found = {(path, str(one.name)) for path, command in ALL.items() for one in command.params if one.name in names}
    return sorted(one for one in found if one[0] != "deepstyle serve")  # a server would go on serving


@pytest.mark.parametrize(("path", "name"), parameters(INPUTS))
def test_an_input_that_cannot_be_read_is_an_error_with_a_remedy(
    path: str, name: str, cli: Cli, places: dict[str, Path | str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for bad in unusable(tmp_path / "bad", reads=name not in STORES):  # where nothing is, a store may be created
        line = command_line(path, name, f"sqlite:///{bad}" if name in STORES else bad, places)
        code = cli(*line)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err + printed.out, line
        assert "internal error" not in printed.err, (line, printed.err)
        if path.removeprefix("deepstyle ") not in REPORTS_WITHOUT_FAILING:
            assert code == failure.EXPECTED, (line, printed.err, printed.out)


@pytest.mark.parametrize(("path", "name"), parameters(OUTPUTS))
def test_an_output_that_cannot_be_written_is_an_error_with_a_remedy(
    path: str, name: str, cli: Cli, places: dict[str, Path | str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if (path, name) == ("deepstyle train style", "tensorboard"):
        pytest.skip("tensorboard is no dependency")
    for bad in unusable(tmp_path / "bad", reads=False):
        line = command_line(path, name, bad, places)
        assert cli(*line) == failure.EXPECTED, line
        printed = capsys.readouterr().err
        assert "Traceback" not in printed, line
        assert "internal error" not in printed, (line, printed)


WRITES = {
    "import --rejections": ("import {table} --rejections {out}", ""),
    "search --save": ("search {photo} -k 2 --save {out}", ""),
    "similar --save": ("similar item-001 -k 2 --save {out}", ""),
    "compatible --save": ("compatible item-001 -k 1 --save {out}", ""),
    "outfit complete --save": ("outfit complete item-001 -k 1 --save {out}", ""),
    "item show --save": ("item show item-001 --save {out}", ""),
    "outfit grid --save": ("outfit grid --rows 2 --save {out}", ""),
    "evaluate search --save": ("evaluate search --limit 2 --save {out}", ""),
    "evaluate compat --save": ("evaluate compat {catalogue} --compat {head} --store {new_store} --save {out}", ""),
    "evaluate benchmark --save": (
        "evaluate benchmark polyvore-outfits --data {catalogue} --compat {head} --store {new_store} --save {out}",
        "",
    ),
    "evaluate benchmark --publish": (
        "evaluate benchmark polyvore-outfits --data {catalogue} --compat {head} --store {new_store} --publish out",
        "report.json",
    ),
    "report --to": ("report --samples 100 --queries 2 --to {out}", "index.html"),
    "report --publish": ("report --samples 100 --queries 2 --publish out", "report.json"),
    "evaluate search --publish": ("evaluate search --limit 2 --publish out", "report.json"),
    "evaluate compat --publish": (
        "evaluate compat {catalogue} --compat {head} --store {new_store} --publish out",
        "report.json",
    ),
}
FOLDERS_THAT_ARE_MOVED = {"export --to", "train style --to", "train compat --out", "data demo", "weights convert --to"}
FOLDERS_THAT_ARE_MOVED |= {"backup"}
"""Written by ``write_together``, rendered beside their place, or in chunks before a manifest: see the tests of
``catalogue/files``, ``demo`` and ``store/test_backup.py``."""
NEEDS_AN_ACCOUNT = {"privacy export --to"}
"""Written by ``atomic_file``: see ``tests/test_files.py``."""


def test_every_option_that_writes_is_among_them() -> None:
    walked = {name.split()[-1] for name in WRITES} | {"--out"}
    for path, name in parameters(OUTPUTS - {"tensorboard"}):
        if path == "deepstyle weights check":  # its folder is read
            continue
        option = next(max(one.opts, key=len) for one in ALL[path].params if one.name == name)
        short = path.removeprefix("deepstyle ")
        assert option in walked or short in FOLDERS_THAT_ARE_MOVED, (path, option)
        tested = {*WRITES, *FOLDERS_THAT_ARE_MOVED, *NEEDS_AN_ACCOUNT}
        assert f"{short} {option}" in tested or short in FOLDERS_THAT_ARE_MOVED


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_full_disk_leaves_the_old_output_and_room_makes_a_new_one(
    name: str,
    cli: Cli,
    places: dict[str, Path | str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template, file = WRITES[name]
    out = tmp_path / "reports" / "out" if "--publish" in name else tmp_path / "outputs" / "out.json"
    old = out / file if file else out
    old.parent.mkdir(parents=True)
    old.write_text("old")
    line = template.format(**places, out=out).split()
    sync = os.fsync

    def full(handle: int) -> None:
        if str(old.parent) in str(Path(f"/proc/self/fd/{handle}").readlink()):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr("deepstyle.report.tsne_map.PERPLEXITY", 5)  # forty items are enough for a map
    assert cli(*line) == failure.EXPECTED
    printed = capsys.readouterr().err
    assert str(old.parent) in printed.replace("\n", "")
    assert "No space left on device" in printed
    assert "remedy: Make room" in printed
    assert (old.read_text(), sorted(old.parent.iterdir())) == ("old", [old])
    monkeypatch.setattr(os, "fsync", sync)
    assert cli(*line) in (0, 3)
    assert old.read_bytes() not in (b"", b"old")


def test_an_import_that_breaks_off_leaves_the_old_rejections(cli: Cli, places: Any, tmp_path: Path) -> None:
    out = tmp_path / "rejections.jsonl"
    out.write_text("old")
    (tmp_path / "folder" / "store.db").write_text("no store")
    assert cli("import", places["table"], "--rejections", out, "--store", f"sqlite:///{tmp_path}/folder/store.db") == 2
    assert out.read_text() == "old"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (DataError("a file is odd.", remedy="Mend it."), 2, "remedy: Mend it."),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE), "some/file"), 2, "some/file: Too many open files."),
        (OSError(errno.EROFS, os.strerror(errno.EROFS), b"some/file"), 2, "read-only"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "x"), 2, "x: Permission denied."),
        (MemoryError(), 2, "not enough memory"),
        (RecursionError("maximum recursion depth exceeded"), 2, "nested too deeply"),
        (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"), 2, "UTF-8"),
        (sqlite3.OperationalError("database or disk is full"), 2, "SQLite: database or disk is full."),
        (BrokenProcessPool("a process died"), 2, "was killed"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""),
        (KeyError("fault\x1b]8"), 1, "internal error: KeyError"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_a_command_raises_becomes_a_message_and_a_code(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise error

    assert failure.run(command) == code
    printed = capsys.readouterr().err
    assert words in printed
    assert bool(printed) == bool(words)
    assert "Traceback" not in printed
    assert "\x1b" not in printed


def test_the_traceback_is_printed_where_the_environment_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(failure.DEBUG, "1")
    assert failure.run(lambda: {}["fault"]) == failure.INTERNAL
    assert "Traceback" in capsys.readouterr().err


def test_a_command_ends_with_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    def ends(code: int) -> Callable[[], None]:
        def command() -> None:
            raise typer.Exit(code)

        return lambda: typer.main.get_command(_app_of(command))([])

    assert [failure.run(ends(code)) for code in (0, 1, 2, 3)] == [0, 1, 2, 3]


def _app_of(command: Callable[[], None]) -> typer.Typer:
    one = typer.Typer()
    one.command()(command)
    return one


def shell(script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run ``script`` in bash, where ``"${DS[@]}"`` is the command line."""
    words = " ".join(f"'{word}'" for word in RUN)
    return subprocess.run(
        ["bash", "-c", f"DS=({words}); {script}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ('"${DS[@]}" feeds --json > /dev/full', 2, "No space left on device"),
        ('"${DS[@]}" feeds --json >&-', 0, ""),
        ('"${DS[@]}" feeds --json 2>&- >/dev/null', 0, ""),
        ('"${DS[@]}" feeds --json 2>/dev/full >/dev/full', 2, ""),
        ('"${DS[@]}" openapi | true; exit ${PIPESTATUS[0]}', 1, ""),
        ('PYTHONIOENCODING=ascii "${DS[@]}" weights list >/dev/null', 0, ""),
        ("\"${DS[@]}\" similar $'\\xff' --store sqlite:////nowhere/$'\\xff'", 2, "remedy:"),
    ],
)
def test_standard_streams_that_cannot_be_written(script: str, code: int, words: str) -> None:
    done = shell(script)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert bool(done.stderr) == bool(words)
    assert "Traceback" not in done.stderr


def test_a_user_without_a_home_is_told_to_name_a_cache(tmp_path: Path) -> None:
    """As in a container whose user id is nobody's."""
    script = (
        "import os, pwd, sys\n"
        "def unknown(uid): raise KeyError(f'uid not found: {uid}')\n"
        "pwd.getpwuid = unknown\n"
        "os.environ.pop('HOME', None)\n"
        "os.environ.pop('XDG_CACHE_HOME', None)\n"
        "from deepstyle.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", script, "info", "--json", "--store", f"sqlite:///{tmp_path}/none.db"]
    environment = {name: value for name, value in os.environ.items() if name != "DEEPSTYLE_CACHE_DIR"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "DEEPSTYLE_CACHE_DIR" in done.stderr
    assert "Traceback" not in done.stderr
    named = {**environment, "DEEPSTYLE_CACHE_DIR": str(tmp_path), "DEEPSTYLE_MODEL": str(tmp_path / "no-model")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=named)
    assert (done.returncode, json.loads(done.stdout)["model"]["error"][:20]) == (0, "there are no weights")


@pytest.mark.parametrize(
    "line",
    [
        "import {table}",
        "encode",
        "suggest --full",
        "item put item-002 --title New",
        "item delete item-001",
        "points --pca",
        "copy {store} {new_store}",
    ],
)
def test_a_store_that_may_not_grow_stays_whole_and_the_command_ends_well_once_it_may(
    line: str, cli: Cli, places: dict[str, Path | str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The limit on a file's size is a disk that is full at another byte each time; everybody may set it."""
    words = line.format(**places).split()
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (tmp_path / "shop.db").stat().st_size
    for limit in (0, 4096, 40_000, size // 2, size, size + 4096):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
        try:
            code = cli(*words)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
        printed = capsys.readouterr()
        assert code in (0, 2, 3), (limit, printed.err)
        assert "Traceback" not in printed.err
        assert "internal error" not in printed.err
        for path in tmp_path.glob("*.db"):
            with contextlib.closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], (limit, path)
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert cli(*words) in (0, 3)
