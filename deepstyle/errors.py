"""Every error that deepstyle raises on purpose.

::

    DeepstyleError
    ├── UsageError               the caller asked for something that makes no sense
    │   ├── UnknownItemError     no item has this id
    │   └── UnknownModelError    no model folder, weights name or architecture of this name
    ├── DataError                a catalogue file or folder cannot be used
    ├── ImageError               bytes that are not an acceptable picture
    │   ├── ImageTooLargeError   over the byte or the pixel cap (known before decoding)
    │   ├── ImageFormatError     not JPEG, PNG, WebP or GIF
    │   └── ImageBrokenError     an allowed format that does not decode
    ├── ModelError               a model folder that is incomplete, altered or unfit
    │   ├── MissingDependencyError   an optional extra is not installed
    │   └── FingerprintMismatchError the store's vectors come from another model
    ├── StoreError               the store cannot be opened, read or written
    └── OverloadedError          the bounded queue is full; try again later

Each message names what was wrong and where; ``remedy`` says what to do about it.
"""

__all__ = [
    "DataError",
    "DeepstyleError",
    "FingerprintMismatchError",
    "ImageBrokenError",
    "ImageError",
    "ImageFormatError",
    "ImageTooLargeError",
    "MissingDependencyError",
    "ModelError",
    "OverloadedError",
    "StoreError",
    "UnknownItemError",
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
    """The caller asked for something that makes no sense."""


class UnknownItemError(UsageError):
    """No item has this id."""


class UnknownModelError(UsageError):
    """No model folder, weights name or architecture has this name."""


class DataError(DeepstyleError):
    """A catalogue file or folder cannot be used."""


class ImageError(DeepstyleError):
    """Bytes that are not an acceptable picture."""


class ImageTooLargeError(ImageError):
    """The picture is over the byte cap or the pixel cap; raised before decoding."""


class ImageFormatError(ImageError):
    """The bytes are not JPEG, PNG, WebP or GIF."""


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


class OverloadedError(DeepstyleError):
    """The bounded queue is full; try again later."""
