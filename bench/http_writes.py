"""What writes over HTTP cost: a single PUT, a batch, and searches meanwhile.

    python -m bench.http_writes                    # the demo catalogue, 200 new items with pictures
    python -m bench.http_writes --items 1000

The same closed loop of photo searches runs alone, then while single items are put one after the other, then while a
batch is worked on; the server, its clients and the searches share the cores.
"""

import argparse
import base64
import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure.demo import absolute_url, small_demo_store
from bench.measure.http_upload import FORM_TYPE, form_of
from bench.measure.machine import describe_machine
from bench.measure.server import serving
from deepstyle.demo.products import draw, plan_products
from deepstyle.images.pixels import encode_jpeg
from deepstyle.store.keys import create_key
from deepstyle.store.open import open_store

PAUSE_S = 0.1


def main() -> int:
    options = parse()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        url = absolute_url(options.store) if options.store else small_demo_store(Path(folder), "packaged")
        with open_store(url) as store:
            token = create_key(store, f"bench-{time.time_ns()}", "write")[1]
        pictures = [encode_jpeg(draw(one, 7)) for one in plan_products(options.items, 7)]
        with serving("deepstyle", {"DEEPSTYLE_STORE": url, "DEEPSTYLE_CACHE_DIR": f"{folder}/cache"}) as server:
            compare(server.port, pictures, {"Authorization": f"Bearer {token}"}, options.seconds)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--store", default="", help="a store of your own; it is written to (default: a demo of 330 items)"
    )
    parser.add_argument("--items", type=int, default=200, help="new items (%(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="of searches alone (%(default)s)")
    return parser.parse_args()


def compare(port: int, pictures: list[bytes], key: dict[str, str], seconds: float) -> None:
    alone = searches(port, pictures[0], lambda: time.sleep(seconds))
    took: list[float] = []
    beside_puts = searches(port, pictures[0], lambda: took.extend(puts(port, pictures, key)))
    started_s = time.perf_counter()
    beside_batch = searches(port, pictures[0], lambda: batch(port, pictures, key))
    batch_s = time.perf_counter() - started_s
    print(f"one PUT with a picture: p50 {statistics.median(took) * 1e3:.0f} ms, of {len(took)}")
    print(f"a batch of {len(pictures)} items with pictures: {len(pictures) / batch_s:.0f} items/s")
    for name, times in (("alone", alone), ("beside PUTs", beside_puts), ("beside a batch", beside_batch)):
        p50 = statistics.median(times)
        rise = f", {p50 / statistics.median(alone) - 1:+.0%}" if times is not alone else ""
        print(f"photo search {name}: p50 {p50 * 1e3:.0f} ms of {len(times)}{rise}")


def searches(port: int, photo: bytes, work: Callable[[], None]) -> list[float]:
    """Seconds of each search, one every ``PAUSE_S``, for as long as ``work`` takes."""
    done, times = threading.Event(), []

    def ask() -> None:
        while not done.is_set():
            times.append(send(port, "POST", "/search_image", form_of(photo), {"Content-Type": FORM_TYPE})[0])
            time.sleep(PAUSE_S)

    thread = threading.Thread(target=ask)
    thread.start()
    work()
    done.set()
    thread.join()
    return times


def puts(port: int, pictures: list[bytes], key: dict[str, str]) -> Iterator[float]:
    for number, picture in enumerate(pictures):
        item = b'--bench-photo\r\nContent-Disposition: form-data; name="item"\r\n\r\n{"title": "New"}\r\n'
        yield send(port, "PUT", f"/v1/items/put-{number}", item + form_of(picture), {"Content-Type": FORM_TYPE, **key})[
            0
        ]


def batch(port: int, pictures: list[bytes], key: dict[str, str]) -> None:
    rows = [
        {
            "op": "put",
            "item_id": f"batch-{number}",
            "item": {"title": "New"},
            "image": base64.b64encode(picture).decode(),
        }
        for number, picture in enumerate(pictures)
    ]
    body = "".join(json.dumps(row) + "\n" for row in rows).encode()
    _, answer = send(port, "POST", "/v1/items:batch", body, {"Content-Type": "application/jsonl", **key})
    summary = json.loads(answer.splitlines()[-1])["summary"]
    assert summary["searchable"] == len(pictures), summary


def send(port: int, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[float, bytes]:
    started_s = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    assert response.status < 300, answer
    return time.perf_counter() - started_s, answer


if __name__ == "__main__":
    sys.exit(main())
