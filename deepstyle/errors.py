"""Every error that deepstyle raises on purpose.

::

    DeepstyleError
    ├── UsageError               the caller's request is invalid
    │   ├── UnknownItemError     no item has this id
    │   ├── UnknownLookError     no look has this id
    │   ├── ItemChangedError     the item is no longer what the change was made for
    │   ├── UnknownExperimentError   no experiment has this name
    │   ├── ExperimentConflictError  its name was used, or another experiment runs there
    │   ├── ChangedError         a record is no longer what the change was made for
    │   ├── ErasedError          the person was erased, and nothing more is stored of her
    │   └── UnknownModelError    no model folder, weights name or architecture of this name
    ├── DataError                a catalogue file or folder is not usable
    │   └── DownloadError        a feed cannot be fetched
    ├── FileError                the system refuses to read or write a file that is not the store's
    ├── ImageError               bytes that are not an accepted picture
    │   ├── ImageTooLargeError   over the byte or the pixel cap (known before decoding)
    │   ├── ImageFormatError     not JPEG, PNG, WebP, GIF, AVIF or HEIC
    │   └── ImageBrokenError     an allowed format that does not decode
    ├── ModelError               a model folder that is incomplete, altered or unfit
    │   ├── MissingDependencyError   an optional extra is not installed
    │   └── FingerprintMismatchError the store's vectors belong to another model
    ├── StoreError               the store cannot be opened, read or written
    │   ├── StoreBusyError       another job imports into the store
    │   └── IndexUnavailableError    the vector index does not answer, or lags too far
    ├── ProviderError            a provider that people sign in with does not answer as it should
    ├── ThrottledError           too many attempts; ``wait_s`` says when the next one counts
    └── OverloadedError          the bounded queue is full; try again later

Each message names the problem and where it is; ``remedy`` says what to do.
"""

import errno
from typing import Final, Self

__all__ = [
    "ChangedError",
    "DataError",
    "DeepstyleError",
    "DownloadError",
    "ErasedError",
    "ExperimentConflictError",
    "FileError",
    "FingerprintMismatchError",
    "ImageBrokenError",
    "ImageError",
    "ImageFormatError",
    "ImageTooLargeError",
    "IndexUnavailableError",
    "ItemChangedError",
    "MissingDependencyError",
    "ModelError",
    "OverloadedError",
    "ProviderError",
    "StoreBusyError",
    "StoreError",
    "ThrottledError",
    "UnknownExperimentError",
    "UnknownItemError",
    "UnknownLookError",
    "UnknownModelError",
    "UsageError",
]


class DeepstyleError(Exception):
    """Base of every error that deepstyle raises on purpose; ``remedy`` says what to do."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(DeepstyleError):
    """The caller's request is invalid."""


class UnknownItemError(UsageError):
    """No item has this id."""


class UnknownLookError(UsageError):
    """A look id that the store does not have."""


class ItemChangedError(UsageError):
    """The item is no longer what the change was made for."""


class UnknownExperimentError(UsageError):
    """No experiment has this name."""


class ExperimentConflictError(UsageError):
    """An experiment cannot start: its name was used, or another one runs on its surface."""


class ChangedError(UsageError):
    """What was to be changed is no longer what the change was made for."""


class ErasedError(UsageError):
    """The person was erased: her key is destroyed, and nothing more is stored of her."""


class UnknownModelError(UsageError):
    """No model folder, weights name or architecture has this name."""


class DataError(DeepstyleError):
    """A catalogue file or folder cannot be used."""


class DownloadError(DataError):
    """A feed cannot be fetched from its URL."""


class FileError(DeepstyleError):
    """The system refuses to read or write a file or folder that is not the store's."""

    @classmethod
    def of(cls, error: OSError) -> Self:
        """The system's error in words: the file, the reason, and what to do about a reason of this kind."""
        reason = error.strerror or str(error) or type(error).__name__
        name = error.filename.decode("utf-8", "replace") if isinstance(error.filename, bytes) else error.filename
        remedy = _REMEDIES.get(error.errno or 0, "Check the path and the disk." if name else "")
        return cls(f"{name}: {reason}." if name else f"the system refused: {reason}.", remedy=remedy)


_ROOM: Final = "Make room on the disk, then run the same command again."
_REMEDIES: Final = {
    errno.ENOENT: "Check the path.",
    errno.EACCES: "Check who may read and write it, or name another place.",
    errno.EPERM: "Check who may read and write it, or name another place.",
    errno.EROFS: "Its file system is read-only: name another place.",
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "Raise the limit on the size of a file (ulimit -f), then run the same command again.",
    errno.EISDIR: "Name a file, not a folder.",
    errno.ENOTDIR: "A part of the path is a file: name another path.",
    errno.EEXIST: "A file has the name of the folder that is needed: name another path.",
    errno.EINVAL: "Name a regular file: save what a pipe or a device gives to a file first.",
    errno.ENAMETOOLONG: "Use a shorter name.",
    errno.ELOOP: "Remove the link that leads to itself.",
    errno.EMFILE: "Raise the limit on open files (ulimit -n), then run the same command again.",
    errno.ENFILE: "Close other programs, then run the same command again.",
    errno.ENOMEM: "Close other programs, then run the same command again.",
    errno.EAGAIN: "Raise the limit on processes (ulimit -u), then run the same command again.",
    errno.EIO: "Check the disk.",
}


class ImageError(DeepstyleError):
    """Bytes that are not an accepted picture."""


class ImageTooLargeError(ImageError):
    """The picture is over the byte cap or the pixel cap; raised before decoding."""


class ImageFormatError(ImageError):
    """The bytes are not JPEG, PNG, WebP, GIF, AVIF or HEIC."""


class ImageBrokenError(ImageError):
    """The bytes have an allowed format but do not decode."""


class ModelError(DeepstyleError):
    """A model folder is incomplete, altered or unfit."""


class MissingDependencyError(ModelError):
    """An optional extra is not installed."""


class FingerprintMismatchError(ModelError):
    """The store's vectors come from another model than the one that serves."""


class StoreError(DeepstyleError):
    """The store cannot be opened, read or written."""


class StoreBusyError(StoreError):
    """Another job imports into the store; there is one at a time."""


class IndexUnavailableError(StoreError):
    """The vector index does not answer, is being built, or lags too far; try again later."""


class OverloadedError(DeepstyleError):
    """The bounded queue is full; try again later."""


class ProviderError(DeepstyleError):
    """A provider that people sign in with cannot be reached, or answers something else than it should."""


class ThrottledError(DeepstyleError):
    """Too many attempts; ``wait_s`` is the number of seconds until the next one counts."""

    def __init__(self, message: str, *, wait_s: int, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.wait_s = wait_s
