"""What a process and its children cost: memory, processor time and open files."""

import contextlib

import psutil  # type: ignore[import-untyped]


def family(pid: int) -> list[psutil.Process]:
    """The process and all its descendants."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def resident_mib(pid: int) -> float:
    """Resident memory of the process and its descendants now."""
    total = 0
    for process in family(pid):
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 2**20


def cpu_s(pid: int) -> float:
    """Processor seconds used so far; other processes on the machine hardly disturb this figure."""
    return float(sum(sum(process.cpu_times()[:2]) for process in family(pid)))


def descriptors(pid: int) -> int:
    """Open files of the process and its descendants now."""
    return sum(process.num_fds() for process in family(pid))
