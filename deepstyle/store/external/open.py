"""Choose a place of pictures by its URL."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from deepstyle.errors import UsageError
from deepstyle.store.external.objects import PictureObjects

DATABASE: Final = "database"
"""In place of a URL: the pictures are in the store's own database."""
_BUCKET: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)")


def open_objects(url: str) -> PictureObjects:
    """Open the place ``file:///folder`` or ``s3://bucket/prefix``, without reading it.

    Raises ``UsageError`` for another URL, ``MissingDependencyError`` where the extra ``s3`` is not installed.
    """
    if found := _BUCKET.fullmatch(url):
        from deepstyle.store.external.bucket import BucketObjects

        return BucketObjects(url, found[1], found[2].strip("/"))
    folder = _folder_of(url)
    if folder is None:
        raise UsageError(
            f"{_shown(url)} is not a place for pictures.", remedy="Use file:///folder, s3://bucket/prefix or database."
        )
    from deepstyle.store.external.folder import FolderObjects

    return FolderObjects(url, folder)


def place_url(text: str) -> str:
    """``text`` as a place is recorded, without a slash at its end; raises ``UsageError`` where it is none."""
    url = text.rstrip("/") if text != "file:///" else text
    if url != DATABASE and not _BUCKET.fullmatch(url) and _folder_of(url) is None:
        open_objects(url)
    return url


def _folder_of(url: str) -> Path | None:
    parts = urlsplit(url) if url.startswith("file:///") and "\0" not in url else None
    if parts is None or parts.query or parts.fragment:
        return None
    folder = Path(url2pathname(parts.path))
    return folder if folder.is_absolute() and ".." not in folder.parts and folder != Path(folder.anchor) else None


def _shown(url: str) -> str:
    """Nothing after the scheme: a URL that is none may have a password in it."""
    return repr(url.partition("://")[0] + "://…") if "://" in url else repr(url)
