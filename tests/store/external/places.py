"""Places of pictures for the tests: a folder, and a bucket of a real S3 server that runs in this process."""

import itertools
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import read_image
from tests.images.pictures import photo, save

PlaceFactory = Callable[[], str]
PLACES = ("folder", "s3")
BUCKETS = itertools.count()
OWNER = "0123456789abcdef" * 2


@contextmanager
def s3_server(port: int = 0) -> Iterator[str]:
    """The address of a server that speaks S3's protocol over HTTP; its content is kept by the process."""
    server = pytest.importorskip("moto.server", reason="moto[s3] and flask are not installed").ThreadedMotoServer(
        ip_address="127.0.0.1", port=port, verbose=False
    )
    server.start()
    try:
        host, found = server.get_host_and_port()
        yield f"http://{host}:{found}"
    finally:
        server.stop()


def use_server(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that AWS's tools read."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")


def new_bucket(endpoint: str) -> str:
    """The URL of a new prefix in a new bucket."""
    bucket = f"pictures-{next(BUCKETS)}"
    request = urllib.request.Request(f"{endpoint}/{bucket}", method="PUT", data=b"")
    with urllib.request.urlopen(request):
        return f"s3://{bucket}/some/prefix"


def place_factory(
    kind: str, folder: Path, endpoint: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> PlaceFactory:
    """Each call gives the URL of a new, empty place of ``kind``."""
    numbers = itertools.count()
    if kind == "folder":
        return lambda: (folder / f"pictures-{next(numbers)}").as_uri()
    use_server(endpoint(), monkeypatch)
    return lambda: new_bucket(endpoint())


def picture(number: int) -> ItemImage:
    """A small JPEG, another one for each number."""
    return read_image(save(photo(30, 40, seed=number), "JPEG"))
