"""Errors of a conversion, which runs in a process of its own, as JSON for the process that started it."""

import contextlib
import json
import sys
from collections.abc import Callable

from deepstyle.errors import DeepstyleError, FileError


def reported(convert: Callable[[], object]) -> int:
    """The exit status of ``convert``: 0, or 2 with the expected error on stdout as JSON."""
    try:
        with contextlib.redirect_stdout(sys.stderr):  # some libraries print
            convert()
    except (DeepstyleError, OSError) as error:
        problem = FileError.of(error) if isinstance(error, OSError) else error
        json.dump({"kind": type(problem).__name__, "message": problem.message, "remedy": problem.remedy}, sys.stdout)
        return 2
    return 0
