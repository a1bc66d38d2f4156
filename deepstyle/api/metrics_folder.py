"""Where several workers keep what they count. Apart from the metrics, because their library reads it when imported."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from deepstyle.errors import UsageError

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def shared_metrics(workers: int) -> Iterator[None]:
    """A private folder for ``workers`` processes that are started within; removed at the end.

    Raises ``UsageError`` where no temporary folder can be written.
    """
    os.environ.pop(FOLDER, None)  # one of another run would add that run's figures
    if workers == 1:
        yield
        return
    try:
        folder = tempfile.TemporaryDirectory(prefix="deepstyle-metrics-", ignore_cleanup_errors=True)
    except OSError as error:
        raise UsageError(
            f"no temporary folder can be written: {error.strerror}.", remedy="Set TMPDIR to a folder with room."
        ) from None
    with folder:
        os.environ[FOLDER] = folder.name
        try:
            yield
        finally:
            os.environ.pop(FOLDER, None)
