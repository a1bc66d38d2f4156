"""What is learned again and again: every training is a version in a folder of its own, of which few stay."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from deepstyle.people.base import PeopleStore
from deepstyle.people.ranking.records import VERSION, read_serving

KEPT: Final = 5
"""So many versions stay on disk; the one that serves and those that a rollback needs are never deleted."""
OnStage = Callable[[str], None]


def delete_old(folder: Path, people: PeopleStore, table: str) -> None:
    """Delete old versions in ``folder``, of which ``table`` says what serves."""
    serving = read_serving(people, table)
    needed = {serving.version, *serving.previous[:KEPT]}
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and VERSION.fullmatch(path.name))
    for old in folders[:-KEPT]:
        if old.name not in needed:
            shutil.rmtree(old, ignore_errors=True)
