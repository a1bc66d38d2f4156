"""How a command fails: with one message, a remedy and an exit code, never with a traceback.

Code 2 is an error that the user can fix; code 1 is a fault of deepstyle itself, or a closed pipe
(``deepstyle info | head -1``), which prints nothing. ``DEEPSTYLE_DEBUG=1`` adds the traceback of either.
"""

import contextlib
import os
import sqlite3
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING, Final

from deepstyle.cli import show
from deepstyle.errors import DataError, DeepstyleError, FileError, StoreError, UsageError

if TYPE_CHECKING:  # imported where an error is explained: it takes as long as to list the commands
    from pydantic import ValidationError

EXPECTED: Final = 2
INTERNAL: Final = 1
DAMAGED: Final = 3
"""Of a command that looked for damage and found some."""
CLOSED_PIPE: Final = 1
INTERRUPTED: Final = 130
DEBUG: Final = "DEEPSTYLE_DEBUG"


def run(command: Callable[[], object]) -> int:
    """Run ``command`` and flush its output; return the exit code."""
    _open_standard_streams()
    try:
        try:
            command()
        finally:
            sys.stdout.flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return CLOSED_PIPE
    except Exception as error:  # the last resort: no exception of a command reaches the interpreter
        return _report(error)
    finally:
        _drop_what_cannot_be_written()
    return 0


def explain(error: Exception) -> DeepstyleError | None:
    """The error with a remedy; ``None`` for one that only a fault of deepstyle can raise."""
    from pydantic import ValidationError

    match error:
        case DeepstyleError():
            return error
        case ValidationError() if error.title == "Settings":
            return bad_environment(error)
        case OSError():
            return FileError.of(error)
        case MemoryError():
            return DeepstyleError(
                "there is not enough memory.", remedy="Close other programs, or process less at once."
            )
        case BrokenExecutor():
            return DeepstyleError("a process of this command was killed.", remedy="Check that there is enough memory.")
        case RecursionError():
            return DataError("something that was read is nested too deeply.", remedy="Check the files that were named.")
        case RuntimeError() if str(error).startswith("Symlink loop"):  # from Path.resolve
            return UsageError(f"{error}.", remedy="Remove the link that leads to itself.")
        case UnicodeError():
            return UsageError(f"a name is not UTF-8: {error}.", remedy="Use names and texts in UTF-8.")
        case sqlite3.Error():
            return StoreError(f"SQLite: {error}.", remedy="Check the store, and the disk of the temporary folder.")
    if type(error).__module__.partition(".")[0] in ("bson", "gridfs", "pymongo"):
        return StoreError(f"MongoDB: {type(error).__name__}.", remedy="Check that the server runs and can be reached.")
    return None


def bad_environment(problem: "ValidationError") -> UsageError:
    """The first invalid setting in the environment, by the name of its variable."""
    from deepstyle.store.url import without_password

    first = problem.errors()[0]
    variable = f"DEEPSTYLE_{first['loc'][0]}".upper()
    value = without_password(str(first["input"])) if variable == "DEEPSTYLE_STORE" else first["input"]
    return UsageError(f"{variable}={value}: {first['msg']}.", remedy=f"Correct {variable}, or unset it.")


def _report(error: Exception) -> int:
    """Print the error, as far as standard error can be written; return the exit code."""
    known = explain(error)
    with contextlib.suppress(OSError):
        if os.environ.get(DEBUG):
            traceback.print_exception(error)
        show.error(known or _fault(error))
    return EXPECTED if known else INTERNAL


def _fault(error: Exception) -> DeepstyleError:
    text = ascii(str(error))[1:-1][:400]
    return DeepstyleError(
        f"internal error: {type(error).__name__}: {text}",
        remedy=f"Run it again with {DEBUG}=1 in the environment for the traceback, and report it.",
    )


def _open_standard_streams() -> None:
    """Make the standard streams print any name; replace one that was closed (``>&-``) by the null device.

    Left closed, its number would go to the next file that is opened, and the output would be written there.
    """
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
        elif number and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _drop_what_cannot_be_written() -> None:
    """Discard output that a stream cannot write: the interpreter would report it at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
