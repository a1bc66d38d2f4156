"""DuckDB, locked down: it reaches the files of events alone, no network, and loads no extension."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deepstyle.errors import FileError, MissingDependencyError, StoreError
from deepstyle.files import named, sync_file
from deepstyle.people.events.layout import COMPACTING
from deepstyle.people.events.schema import COLUMNS
from deepstyle.platform import sync_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY: Final = "1GB"
UNFINISHED: Final = ".unfinished"
_CONFIG: Final[Mapping[str, Any]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",  # nothing of a person is spilled
    "memory_limit": MEMORY,
    "preserve_insertion_order": False,
}
EVENTS: Final = f"SELECT {', '.join(COLUMNS)} FROM read_parquet($files, hive_partitioning = false)"  # noqa: S608
"""The events of the Parquet files ``$files``."""


def require_duckdb() -> None:
    """Raise ``MissingDependencyError`` where events cannot be stored by day."""
    try:
        import duckdb  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            "events need duckdb, which is not installed.", remedy="Run `pip install 'deepstyle[people]'`."
        ) from error


@contextmanager
def database(events_dir: Path) -> Iterator["DuckDBPyConnection"]:
    """A database in memory that may read and write below ``events_dir``; its settings can no longer be changed.

    Raises ``StoreError`` for files that are damaged or a query that needs more than ``MEMORY``.
    """
    require_duckdb()
    import duckdb

    try:
        with duckdb.connect(":memory:", config=dict(_CONFIG)) as connection:
            folder = f"{events_dir.absolute()}{os.sep}"
            connection.execute("SET allowed_directories = $folders", {"folders": [folder]})
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        raise StoreError(f"{events_dir}: {first}", remedy="Run `deepstyle events roll`, then try again.") from error
    except OSError as error:
        raise FileError.of(error) from error


def write_parquet(
    connection: "DuckDBPyConnection",
    query: str,
    values: Mapping[str, Any],
    target: Path,
    *,
    is_empty_kept: bool = False,
) -> int:
    """Replace ``target`` by the rows of a query, whole or not at all; return how many.

    Without rows there is no file, unless ``is_empty_kept``. ``query`` is a constant of the program, with ``$names``
    that ``values`` are bound to.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}{UNFINISHED}")
    bound = {**values, "temporary": str(temporary.absolute())}
    written = connection.execute(f"COPY ({query}) TO $temporary (FORMAT parquet, COMPRESSION zstd)", bound).fetchone()
    rows = int(written[0]) if written else 0
    with named(target):
        if rows or is_empty_kept:
            sync_file(temporary)
            temporary.replace(target)
        else:
            temporary.unlink()
            target.unlink(missing_ok=True)
    sync_folder(target.parent)
    return rows


def remove_temporary(folder: Path) -> None:
    """Delete what a kill left half written in ``folder``, by this module or by ``write_atomic``."""
    for path in folder.glob(".*"):
        if path.name != COMPACTING:
            path.unlink()
