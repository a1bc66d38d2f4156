"""A worn look to its whole cart over HTTP, beside one `/search_image` of the same photo, in turns.

    python -m bench.shop_look                            # needs DEEPSTYLE_DATA with street-looks
    python -m bench.shop_look --store sqlite:///shop.db  # on an encoded catalogue of one's own

Without --store, a store of --items items is made: their vectors are those of garments in other looks with noise, three
in four have a gender, prices are up to 300. Only photos in which at least --garments garments are found are sent; the
server then answers with all that it finds, and the table has a row for each number of garments. "first line" is when
the client has the garments, "whole cart" when it has everything, with a budget and a gender.
"""

import argparse
import http.client
import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.measure.demo import absolute_url
from bench.measure.http_upload import FORM_TYPE, form_of, post_photo
from bench.measure.machine import describe_machine
from bench.measure.server import Served, serving
from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import decode, encode_jpeg, read_image
from deepstyle.looks.detector import packaged_detector
from deepstyle.looks.garment import Garments
from deepstyle.looks.shop_look import garment_crops
from deepstyle.settings import Settings
from deepstyle.store import Entry, open_store
from deepstyle.store.base import VectorBatch
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model

CATEGORIES = ("tops", "bottoms", "all-body", "outerwear", "shoes", "bags", "hats")
NOISE = 0.6
FIELDS = {"budget": "250", "gender": "women"}


def main() -> None:
    options = parse()
    print(describe_machine())
    looks = find_looks(options.data / "street-looks", options.garments, options.looks)
    with tempfile.TemporaryDirectory() as folder:
        store = absolute_url(options.store) if options.store else make_store(Path(folder), options.items, looks)
        environment = {"DEEPSTYLE_STORE": store, "DEEPSTYLE_UPLOAD_RATE_LIMIT": ""}
        with serving("deepstyle", environment, port=options.port) as served:
            report(measure(served, [photo for photo, _ in looks], options.rounds))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("DEEPSTYLE_DATA", "data")
    parser.add_argument("--data", type=Path, default=Path(data), help="holds street-looks (default: DEEPSTYLE_DATA)")
    parser.add_argument("--store", default="", help="an encoded catalogue (default: one is made)")
    parser.add_argument("--items", type=int, default=14_000, help="items of the made store (default: %(default)s)")
    parser.add_argument("--garments", type=int, default=3, help="garments in a photo, at least (default: %(default)s)")
    parser.add_argument("--looks", type=int, default=20, help="photos (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=10, help="times that each is sent (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0)
    return parser.parse_args()


def find_looks(folder: Path, garments: int, count: int) -> list[tuple[bytes, Garments]]:
    """Photos of the test split in which so many garments are found."""
    detector, found = packaged_detector(0), list[tuple[bytes, Garments]]()
    for path in sorted((folder / "photos").glob("*.jpg"))[::5]:
        photo = path.read_bytes()
        worn = detector.detect(decode(photo))
        if len(worn.garments) >= garments:
            found.append((photo, worn))
        if len(found) == count:
            break
    return found


def make_store(folder: Path, items: int, looks: Sequence[tuple[bytes, Garments]]) -> str:
    """A store of so many items around the vectors of the garments in these looks."""
    settings, random = Settings(), np.random.default_rng(0)
    encoder = Encoder.open(ensure_model(settings.model, settings.cache_dir, settings.precision))
    crops = [crop for photo, worn in looks for crop in garment_crops(decode(photo), worn)]
    kinds = [garment.semantic_category for _, worn in looks for garment in worn.garments]
    seen = encoder.encode(crops).embeddings
    url = f"sqlite:///{folder / 'bench.db'}"
    picture = read_image(encode_jpeg(np.full((48, 32, 3), 127, np.uint8)))
    with open_store(url) as store:
        for start in range(0, items, 2000):
            numbers = range(start, min(items, start + 2000))
            drawn = random.integers(len(seen), size=len(numbers))
            made = [make_item(number, kinds[at], random) for number, at in zip(numbers, drawn, strict=True)]
            store.put([Entry(item, picture) for item in made])
            ids = tuple(item.item_id for item in made)
            vectors = noisy(seen[drawn], random)
            store.put_vectors(encoder.fingerprint, VectorBatch(ids, (picture.sha256,) * len(ids), vectors))
        store.set_meta(STYLE_SPACE, encoder.fingerprint)
    return url


def make_item(number: int, category: str, random: np.random.Generator) -> Item:
    return Item(
        f"{number:05}",
        title=f"Product {number}",
        semantic_category=category,
        category=f"{category} {random.integers(6)}",
        gender=("women", "women", "men", "")[random.integers(4)],
        price=float(np.round(random.gamma(2, 40) + 5, 2)),
        currency="EUR",
        availability=("in stock", "in stock", "in stock", "out of stock")[random.integers(4)],
        model_id=f"m{number // 3}",
    )


def noisy(vectors: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """(N, D) of unit norm, near ``vectors``."""
    moved = vectors + NOISE * random.standard_normal(vectors.shape, np.float32) / np.sqrt(vectors.shape[1])
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def measure(served: Served, photos: Sequence[bytes], rounds: int) -> dict[int, dict[str, list[float]]]:
    """Milliseconds of each kind by the number of garments; the first round warms up."""
    times: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for round_ in range(rounds + 1):
        for photo in photos:
            began_s = time.perf_counter()
            status = post_photo(served.port, photo)
            searched_s = time.perf_counter() - began_s
            garments, first_s, whole_s = shop_look(served.port, photo)
            assert status == "200", status
            if round_:
                kinds = {"/search_image": searched_s, "first line": first_s, "whole cart": whole_s}
                for kind, seconds in kinds.items():
                    times[garments][kind].append(1000 * seconds)
    return times


def shop_look(port: int, photo: bytes) -> tuple[int, float, float]:
    """The number of garments, and seconds until the first line and until the end of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began_s = time.perf_counter()
    connection.request("POST", "/v1/looks:shop", form_of(photo, FIELDS), {"Content-Type": FORM_TYPE})
    response = connection.getresponse()
    first = json.loads(response.readline())
    first_s = time.perf_counter() - began_s
    *_, last = response.read().splitlines()
    whole_s = time.perf_counter() - began_s
    connection.close()
    assert "cart" in json.loads(last), last
    return len(first["garments"]), first_s, whole_s


def report(times: dict[int, dict[str, list[float]]]) -> None:
    print(f"{'garments':>8} {'answers':>8} {'':16}{'p50':>8} {'p95':>8}")
    for garments in sorted(times):
        searched = statistics.median(times[garments]["/search_image"])
        for kind, values in times[garments].items():
            p50, p95 = np.percentile(values, [50, 95])
            ratio = f"{p50 / searched:8.1f} x /search_image" if kind == "whole cart" else ""
            print(f"{garments:8} {len(values):8} {kind:16}{p50:6.1f}ms {p95:6.1f}ms{ratio}")


if __name__ == "__main__":
    main()
