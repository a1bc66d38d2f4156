"""Restore a backup into a store that no other job writes meanwhile."""

from pathlib import Path
from typing import Final

from deepstyle.errors import UsageError
from deepstyle.jobs.lock import only_job, only_job_of_file
from deepstyle.store.backup.file import restore_file
from deepstyle.store.backup.folder import locked_folder, names, read_backup
from deepstyle.store.backup.restore import Restored, fill, is_empty, progress_of
from deepstyle.store.base import Progress
from deepstyle.store.open import open_unfinished
from deepstyle.store.url import without_password

_SQLITE: Final = "sqlite:///"


def restore_backup(
    folder: Path, url: str, *, name: str = "", is_replaced: bool = False, on_progress: Progress | None = None
) -> Restored:
    """Restore the backup ``name`` in ``folder``, by default the newest, into the store at ``url``, and compare the two.

    A SQLite file has the old content or all of the new; ``is_replaced`` allows that there is one. A MongoDB database
    has to be empty; until the restore is finished, nothing opens it. Killed at any moment, the same call goes on.
    Raises ``StoreBusyError`` where another job writes the store, ``DataError`` for a damaged backup, ``UsageError``
    where something would be replaced.
    """
    names(folder)  # a folder of backups, before anything is written in it
    with locked_folder(folder):
        backup = read_backup(folder, name)
        if url.startswith(_SQLITE):
            path = Path(url.removeprefix(_SQLITE))
            path.parent.mkdir(parents=True, exist_ok=True)
            with only_job_of_file(url):
                return restore_file(path, folder, backup, is_replaced=is_replaced, on_progress=on_progress)
        with open_unfinished(url) as store:
            if is_replaced and not is_empty(store) and not progress_of(store):
                raise UsageError(
                    f"{without_password(url)} has content, and a database is not replaced while servers read it.",
                    remedy="Restore into a new database, then set DEEPSTYLE_STORE to it.",
                )
            with only_job(store) as check:

                def report(step: str, done: int, total: int) -> None:
                    check()
                    if on_progress:
                        on_progress(step, done, total)

                return fill(store, folder, backup, on_progress=report)
