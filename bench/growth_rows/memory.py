"""The memory of this process, by what it is of."""

import re
from pathlib import Path
from typing import Final

_HEADER: Final = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)$")


def split_mib(folder: Path) -> dict[str, float]:
    """MiB of private anonymous memory, of touched pages of files in ``folder``, of other files (libraries), and all."""
    return split_of(Path("/proc/self/smaps").read_text(), folder)


def split_of(smaps: str, folder: Path) -> dict[str, float]:
    """As ``split_mib``, of the text of a ``smaps`` file."""
    found = {"private": 0.0, "mapped store": 0.0, "libraries": 0.0}
    name = ""
    for line in smaps.splitlines():
        if header := _HEADER.match(line):
            name = header[1]
        elif line.startswith("Rss:"):
            size_mib = int(line.split()[1]) / 1024
            is_store = name.startswith(str(folder))
            kind = "mapped store" if is_store else "libraries" if name.startswith("/") else "private"
            found[kind] += size_mib
    return {**found, "RSS": sum(found.values())}
