"""Everything that differs between Linux, macOS and Windows. No other module calls what one of them does not have.

Each function has a fallback for a system without the call, so that deepstyle runs there with less protection: no limit
on open files to raise, no folder to sync, no memory figure. Tests simulate a missing call; only Linux runs in CI.
"""

import contextlib
import ctypes
import getpass
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.context import SpawnContext
from pathlib import Path
from types import FrameType
from typing import Any, Final

CPU_INFO: Final = Path("/proc/cpuinfo")
MAX_OPEN_FILES: Final = 65_536
LARGE_BLOCK_BYTES: Final = 4 * 1024 * 1024
KILLED_EXIT_CODE: Final = 128 + 9
"""What a shell reports for a process that was killed (``SIGKILL``, which Windows does not have)."""
READ_FLAGS: Final = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
"""Flags of ``os.open`` to read bytes: without ``O_NONBLOCK`` the call on a named pipe waits for a writer."""
SPAWN: Final[SpawnContext] = multiprocessing.get_context("spawn")
"""How child processes start, on every system: ``fork`` copies locks that other threads of the parent hold."""

_BACKGROUND_NICENESS: Final = 15
_LOWEST_NICENESS: Final = 19
_M_MMAP_THRESHOLD: Final = -3  # malloc.h
_SEEKING: Final = threading.Lock()


def usable_cores() -> int:
    """The number of cores that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    process_cpu_count = getattr(os, "process_cpu_count", os.cpu_count)  # Python 3.13
    return process_cpu_count() or 1


def cpu_flags() -> frozenset[str]:
    """The names of the CPU's instruction sets as Linux lists them; empty on other systems."""
    try:
        return frozenset(CPU_INFO.read_text("utf-8", "replace").split())
    except OSError:
        return frozenset()


def open_files_limit() -> int:
    """How many files and sockets this process may have open; ``MAX_OPEN_FILES`` where there is no limit."""
    resource = _resource()
    if resource is None:
        return MAX_OPEN_FILES
    soft: int = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MAX_OPEN_FILES if soft == resource.RLIM_INFINITY else soft


def raise_open_files_limit() -> None:
    """Let this process and its children open as many files as the system allows, up to ``MAX_OPEN_FILES``."""
    resource = _resource()
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def return_large_blocks() -> None:
    """Have glibc return freed blocks of ``LARGE_BLOCK_BYTES`` or more to the system; does nothing elsewhere.

    By default glibc raises that size to the largest block ever freed, and its arenas keep hundreds of MiB.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # no glibc
        return
    mallopt(_M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def run_thread_in_background() -> None:
    """Lower the priority of the calling thread; does nothing where a thread has no priority of its own."""
    if sys.platform != "win32" and hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BACKGROUND_NICENESS)


def use_one_openmp_thread(library: Any) -> None:
    """Compute what the calling thread asks of a C ``library`` with OpenMP in this thread alone."""
    library.omp_set_num_threads(ctypes.c_int(1))


def leave_with_parent() -> None:
    """End this worker process when its parent is killed; it would wait for work forever."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run_process_in_background() -> None:
    """Let every other process go first; to be called before the process starts threads, which inherit it.

    Not Linux's ``SCHED_IDLE``: on a machine that is busy for long, such a process would hardly get on.
    """
    if hasattr(os, "nice"):
        os.nice(_LOWEST_NICENESS)


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable; Windows cannot open a folder and writes its names through."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_into(handle: int, buffer: memoryview, offset: int) -> int:
    """Read from ``offset`` of an open file into ``buffer`` and return how many bytes; any number of threads may call.

    Without ``preadv``, as on Windows, they take turns: the file has one position.
    """
    if sys.platform != "win32" and hasattr(os, "preadv"):
        return os.preadv(handle, (buffer,), offset)
    with _SEEKING:
        os.lseek(handle, offset, os.SEEK_SET)
        data = os.read(handle, len(buffer))
    buffer[: len(data)] = data
    return len(data)


def expect_scattered_reads(handle: int) -> None:
    """Have the kernel read nothing ahead of what is read from an open file; nothing where it cannot."""
    if sys.platform == "linux" and hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_RANDOM)


def set_default_mode(handle: int) -> None:
    """Give an open file the mode of any new file: temporary files are private. Windows has no such mode."""
    if sys.platform == "win32":
        return
    mask = os.umask(0o077)  # the umask can only be read by setting it
    os.umask(mask)
    os.fchmod(handle, 0o666 & ~mask)


def make_private(path: Path) -> None:
    """Let only this user read a file that is hers. Windows has no such mode."""
    if sys.platform != "win32":
        with contextlib.suppress(PermissionError):
            path.chmod(0o600)


def is_alive(process_id: int) -> bool:
    """Whether a process runs."""
    if sys.platform == "win32":  # os.kill would end it, whatever the signal
        listed = subprocess.run(  # noqa: S603
            ["tasklist", "/NH", "/FI", f"PID eq {process_id}"],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        return str(process_id) in listed.stdout.split()
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def resident_bytes(process_id: int) -> int:
    """Resident memory of a process; 0 where the system has no ``/proc``."""
    if sys.platform == "win32":
        return 0
    try:
        pages = Path(f"/proc/{process_id}/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def user_name() -> str:
    """A short name of the user, for a folder that users must not share: the user's number, or the login name."""
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()


def stop_signals() -> frozenset[int]:
    """The signals that ask a process to end."""
    return frozenset(int(getattr(signal, name)) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))


def delay_stop(delay_s: float, on_signal: Callable[[], None]) -> None:
    """Have the first signal to end call ``on_signal`` at once, and end the process only ``delay_s`` later.

    A second one ends it at once. Replaces the handlers that are installed now; does nothing without a delay, or outside
    the main thread.
    """
    if not delay_s or threading.current_thread() is not threading.main_thread():
        return
    begun, ended = threading.Event(), threading.Event()
    received: list[tuple[Callable[..., object], int]] = []

    def wait() -> None:
        begun.wait()
        on_signal()
        if not ended.wait(delay_s):
            ended.set()
            handler, number = received[0]
            handler(number, None)

    def delayed(handler: Callable[..., object]) -> Callable[[int, FrameType | None], None]:
        def handle(number: int, frame: FrameType | None) -> None:
            received.append((handler, number))
            if len(received) > 1:  # not begun.is_set(): the first signal may be at begun.set() in this very thread
                ended.set()
                handler(number, frame)
            else:
                begun.set()

        return handle

    for number in stop_signals():
        if callable(handler := signal.getsignal(number)):
            signal.signal(number, delayed(handler))
    threading.Thread(target=wait, name="deepstyle-drain", daemon=True).start()


def was_killed(exit_code: int | None) -> bool:
    """Whether a child process ended by ``SIGKILL``, which is also how a container ends one that has no memory left."""
    killed = getattr(signal, "SIGKILL", None)
    return killed is not None and exit_code == -killed


def _resource() -> Any:
    """The module ``resource``, or ``None`` on Windows."""
    try:
        return importlib.import_module("resource")
    except ImportError:
        return None
