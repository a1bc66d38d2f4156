"""Pictures in a bucket of S3, or of a server that speaks its protocol; by ``obstore``.

Endpoint, region and credentials come from the usual variables: ``AWS_ENDPOINT_URL``, ``AWS_REGION``,
``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY`` and the others that AWS's own tools read.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from deepstyle.errors import MissingDependencyError
from deepstyle.store.external.objects import (
    OWNERS,
    RENEW_S,
    PlaceError,
    StoredObject,
    object_name,
    owner_name,
    sha256_of_name,
)

try:
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import S3Store
except ModuleNotFoundError as error:
    raise MissingDependencyError("pictures in s3:// need obstore.", remedy="pip install 'deepstyle[s3]'") from error

_TIMEOUT: Final = timedelta(seconds=10)
_CONNECT: Final = timedelta(seconds=3)
_RETRIES: Final = 3


class BucketObjects:
    """See ``PictureObjects``; ``url`` is ``s3://bucket/prefix``. Threads may share it."""

    def __init__(self, url: str, bucket: str, prefix: str) -> None:
        self.url = url
        is_plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        with self._translated():
            self._store = S3Store(
                bucket,
                prefix=prefix or None,
                client_options={"timeout": _TIMEOUT, "connect_timeout": _CONNECT, "allow_http": is_plain},
                retry_config={"max_retries": _RETRIES, "retry_timeout": _TIMEOUT},
            )

    def put(self, sha256: str, data: bytes) -> bool:
        """See ``PictureObjects.put``; what is there is compared by its size and, where the tag is an MD5, by that."""
        name = object_name(sha256)
        with self._translated():
            try:
                found = obstore.head(self._store, name)
            except FileNotFoundError:
                found = None
            md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
            is_there = found is not None and found["size"] == len(data) and (found["e_tag"] or "").strip('"') == md5
            if not is_there or found is None or _age_s(found["last_modified"]) > RENEW_S:
                obstore.put(self._store, name, data, use_multipart=False)
        return is_there

    def get(self, sha256: str) -> bytes | None:
        """See ``PictureObjects.get``."""
        with self._translated():
            try:
                return bytes(obstore.get(self._store, object_name(sha256)).bytes())
            except FileNotFoundError:
                return None

    def age_s(self, sha256: str) -> float | None:
        """See ``PictureObjects.age_s``."""
        with self._translated():
            try:
                return _age_s(obstore.head(self._store, object_name(sha256))["last_modified"])
            except FileNotFoundError:
                return None

    def delete(self, sha256: str) -> None:
        """See ``PictureObjects.delete``."""
        self._delete(object_name(sha256))

    def objects(self) -> Iterator[StoredObject]:
        """See ``PictureObjects.objects``."""
        with self._translated():
            for page in obstore.list(self._store):
                for found in page:
                    if sha256 := sha256_of_name(found["path"]):
                        yield StoredObject(sha256, found["size"], _age_s(found["last_modified"]))

    def owners(self) -> set[str]:
        """See ``PictureObjects.owners``."""
        with self._translated():
            try:
                pages = list(obstore.list(self._store, OWNERS))
            except FileNotFoundError:
                return set()
        return {found["path"].rpartition("/")[2] for page in pages for found in page}

    def mark(self, owner: str) -> None:
        """See ``PictureObjects.mark``; a bucket that does not exist is not created."""
        with self._translated():
            try:
                obstore.put(self._store, owner_name(owner), b"", use_multipart=False)
            except FileNotFoundError as error:
                raise PlaceError(f"there is no bucket for {self.url}.", remedy="Create the bucket first.") from error

    def unmark(self, owner: str) -> None:
        """See ``PictureObjects.unmark``."""
        self._delete(owner_name(owner))

    def _delete(self, name: str) -> None:
        with self._translated(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            first_line = str(error).partition("\n")[0]
            raise PlaceError(
                f"the pictures in {self.url}: {first_line}.",
                remedy="Check that the bucket's server runs, AWS_ENDPOINT_URL, AWS_REGION and the credentials.",
            ) from error


def _age_s(written_at: datetime) -> float:
    return (datetime.now(UTC) - written_at).total_seconds()
