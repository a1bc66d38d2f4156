"""Which source files of deepstyle one upload crosses: the functions that run for a warm request to the real server.

    python -m bench.upload_path
    python -m bench.upload_path --store sqlite:///var/demo.db --photo photo.jpg --routes /v1/search

A server with deepstyle's own HTTP protocol runs in this process; every Python function that is called while it answers
the second upload of a route is recorded, in whichever thread. Without ``--store`` a few drawn items are encoded first.
"""

import argparse
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

import deepstyle
from deepstyle.api.app import create_app
from deepstyle.api.server import PROTOCOL
from deepstyle.settings import Settings
from deepstyle.shop import Shop

PACKAGE = Path(deepstyle.__file__).parent
ROUTES = ("/search_image", "/v1/search", "/v1/compatible")


class Recorder:
    """Functions of the package by file, called while ``recording``; installed before any thread starts."""

    def __init__(self) -> None:
        self.recording = False
        self.called: defaultdict[str, set[str]] = defaultdict(set)

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if not self.recording or event != "call":
            return
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE) and frame.f_code.co_name != "<module>":
            self.called[path.relative_to(PACKAGE).as_posix()].add(frame.f_code.co_qualname)


@contextmanager
def serving(settings: Settings, port: int) -> Iterator[str]:
    """The address of a server in a thread of this process."""
    app = create_app(settings)
    config = uvicorn.Config(app, port=port, http=PROTOCOL, ws="none", log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def upload(address: str, photo: bytes) -> None:
    """Send one form with a picture, over a connection of its own."""
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n'
    body = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + photo + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
        answer.read()


def small_shop(folder: Path) -> tuple[str, bytes]:
    """A store of some items of the drawn catalogue, encoded, and the picture of one of them."""
    url = f"sqlite:///{folder / 'shop.db'}"
    with Shop.open(url) as shop:
        shop.import_catalogue("demo", limit=40)
        shop.encode()
        image = shop.store.image(shop.store.browse(limit=1).items[0].item_id)
    assert image is not None
    return url, image.data


def show(route: str, called: Mapping[str, set[str]], with_functions: bool) -> None:
    """Print the files by room: ``api`` is the server, the others decode, encode, search and store."""
    rooms = Counter(path.split("/")[0] for path in called)
    print(f"POST {route}: {len(called)} files; " + ", ".join(f"{room} {count}" for room, count in rooms.most_common()))
    for path, names in sorted(called.items()):
        print(f"  {path}" + (f": {', '.join(sorted(names))}" if with_functions else ""))


def main() -> None:
    """Print the files that each route's upload crosses, and the functions in them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="", help="the URL of an encoded store; default: forty drawn items")
    parser.add_argument("--photo", type=Path, help="the JPEG to upload; default: an item's picture")
    parser.add_argument("--routes", nargs="+", default=ROUTES, help="routes that take an image alone")
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--functions", action="store_true", help="name the functions too")
    arguments = parser.parse_args()
    recorder = Recorder()
    sys.setprofile(recorder)
    threading.setprofile(recorder)
    with tempfile.TemporaryDirectory() as folder:
        url, photo = (arguments.store, b"") if arguments.store else small_shop(Path(folder))
        photo = arguments.photo.read_bytes() if arguments.photo else photo
        with serving(Settings(store=url), arguments.port) as address:
            for route in arguments.routes:
                upload(address + route, photo)
                recorder.called.clear()
                recorder.recording = True
                upload(address + route, photo)
                time.sleep(0.2)  # what follows the answer
                recorder.recording = False
                show(route, recorder.called, arguments.functions)


if __name__ == "__main__":
    main()
