"""What differs between systems is in one module, and each of its calls has a fallback."""

import builtins
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import deepstyle
from deepstyle import platform
from deepstyle.files import locked, read_regular, write_atomic

PACKAGE = Path(deepstyle.__file__).parent
NOT_EVERYWHERE = re.compile(
    r"\b(fcntl|resource\.\w+|import resource|ctypes|mallopt|sched_\w+|process_cpu_count|cpu_count|mkfifo|fchmod|umask"
    r"|O_(NONBLOCK|CLOEXEC|NOFOLLOW|DIRECT)|SIG(KILL|TERM|HUP|USR\d)|os\.(kill|fork\w*|getuid|geteuid|setpriority|nice)"
    r"|posix_\w+|sysconf|get_context|get_native_id)\b|[\"'f]/(proc|dev|sys)/"
)


def test_no_other_module_calls_what_one_system_has_not() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "platform.py"
        for line in path.read_text().splitlines()
        if NOT_EVERYWHERE.search(line.partition("#")[0])
    ]
    assert found == []


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system with neither ``resource`` nor the calls that only Linux has."""
    imported = builtins.__import__

    def refuse(name: str, *arguments: Any) -> Any:
        if name == "resource":
            raise ImportError(name)
        return imported(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setitem(sys.modules, "resource", None)
    for name in ("sched_getaffinity", "setpriority", "getuid"):
        monkeypatch.delattr(os, name, raising=False)


@pytest.mark.usefixtures("elsewhere")
def test_a_system_without_the_calls_of_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody")
    assert platform.usable_cores() == (os.cpu_count() or 1)
    assert platform.open_files_limit() == platform.MAX_OPEN_FILES
    platform.raise_open_files_limit()
    platform.run_thread_in_background()
    assert platform.user_name() == "somebody"


def test_windows_has_no_folders_to_sync_and_no_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*arguments: object) -> None:
        raise AssertionError("called where it is absent")

    monkeypatch.setattr(os, "fchmod", absent)
    monkeypatch.setattr(os, "fsync", absent)
    monkeypatch.setattr(sys, "platform", "win32")
    platform.sync_folder(tmp_path)
    platform.set_default_mode(0)


def test_windows_asks_the_task_list_and_never_kills(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"7": "python.exe 7 Console 1 9,000 K", "8": "INFO: No tasks are running."}

    def tasklist(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0, answers[command[-1].split()[-1]], "")

    monkeypatch.setattr(subprocess, "run", tasklist)
    monkeypatch.setattr(sys, "platform", "win32")
    assert platform.is_alive(7)
    assert not platform.is_alive(8)


def test_a_process_lives_until_it_is_waited_for() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
        assert not platform.is_alive(process.pid)
    assert platform.is_alive(os.getpid())
    assert platform.resident_bytes(2**30) == 0


def test_without_signals_of_unix(monkeypatch: pytest.MonkeyPatch) -> None:
    assert platform.was_killed(-9)
    monkeypatch.delattr(signal, "SIGKILL")
    assert not platform.was_killed(-9)
    assert {signal.SIGINT, signal.SIGTERM} <= platform.stop_signals()


def test_files_are_read_and_written_where_flags_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "READ_FLAGS", os.O_RDONLY)
    write_atomic(tmp_path / "file", b"whole")
    assert read_regular(tmp_path / "file", 100) == b"whole"


def test_a_lock_excludes_another_process_and_ends_with_it(tmp_path: Path) -> None:
    """Two processes append to one file under the lock; one of them is killed while it holds it."""
    code = (
        "import sys, time; from pathlib import Path; from deepstyle.files import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        waiter = multiprocessing.get_context("spawn").Process(target=take, args=(tmp_path / "lock",))
        waiter.start()
        waiter.join(1)
        assert waiter.is_alive()
        holder.kill()
        waiter.join(30)
    assert waiter.exitcode == 0


def take(path: Path) -> None:
    with locked(path):
        pass
