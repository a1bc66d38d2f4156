"""How long compatibility takes: training at Polyvore's size, projecting, suggesting, and answering over HTTP.

    python -m bench.compat_speed             # all four; features are random, since only their number and size matter
    python -m bench.compat_speed --steps 500 # the same, but training time is extrapolated from this many steps
    python -m bench.compat_speed --quick     # a tenth of everything

Bars: training on 1.37 M directed pairs <= 15 min, projecting 250,000 items <= 10 s, suggestions for 14,657 items
<= 60 s, POST /compatible/{item_id} p50 <= 5 ms, all on two cores.
"""

import argparse
import dataclasses
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import torch
import uvicorn

from bench.measure.machine import describe_machine
from deepstyle.api.app import create_app
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.head import Head, HeadSpec, HeadWeights, write_head
from deepstyle.compatibility.mapping import update_mapping
from deepstyle.compatibility.scoring import cosine_pairs, outfit_scores
from deepstyle.compatibility.space import space_name, write_vectors
from deepstyle.evaluation.questions import Blank, Questions, blank_scores, pairs_of
from deepstyle.images.item_image import ItemImage
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import Standardiser, TrainingData
from deepstyle.learning.compatibility.network import SiameseBranch
from deepstyle.learning.compatibility.train import train
from deepstyle.learning.config import read_config
from deepstyle.settings import Settings
from deepstyle.store import Entry, Store, open_store
from deepstyle.style.model import ensure_model
from deepstyle.style.spec import read_spec

FEATURES = 1280
CONFIG = Path(__file__).parents[1] / "configs" / "compat-polyvore.toml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=["train", "project", "map", "serve"])
    parser.add_argument("--epochs", type=int, default=0, help="of training; 0 for as many as the recipe has")
    parser.add_argument("--steps", type=int, default=0, help="time only this many steps of training; 0 for all")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    options = parser.parse_args()
    config = read_config(CONFIG, TrainConfig)
    config = dataclasses.replace(config, epochs=options.epochs or config.epochs)
    share = 10 if options.quick else 1
    wanted = options.only or ["project", "map", "serve", "train"]
    print(describe_machine())
    if "project" in wanted:
        bench_project(250_000 // share, config)
    if "map" in wanted or "serve" in wanted:
        bench_store(14_657 // share, config, serve="serve" in wanted)
    if "train" in wanted:
        bench_train(53_306 // share, config, options.steps)


def bench_project(items: int, config: TrainConfig) -> None:
    """In blocks of a gigabyte at most, so that memory is not what is measured."""
    head = make_head(config)
    block = np.random.default_rng(0).standard_normal((50_000, FEATURES)).astype(np.float32)
    head.project(block[:5000])
    spent_s = 0.0
    for start in range(0, items, len(block)):
        rows = block[: min(len(block), items - start)]
        started_s = time.perf_counter()
        head.project(rows)
        spent_s += time.perf_counter() - started_s
    print(f"projecting {items:,} items: {spent_s:.1f} s   (bar: 250,000 in 10 s)")


def bench_store(items: int, config: TrainConfig, *, serve: bool) -> None:
    model = ensure_model("packaged", Settings().cache_dir, "auto")
    spec = read_spec(model)
    with tempfile.TemporaryDirectory() as scratch:
        head = make_head(config, Path(scratch), spec.features_fingerprint)
        space = space_name(head, spec.precision)
        with open_store(f"sqlite:///{scratch}/shop.db") as store:
            fill(store, space, head, items)
            started_s = time.perf_counter()
            report = update_mapping(store, space)
            print(f"full mapping of {report.items:,} items: {time.perf_counter() - started_s:.1f} s   (bar: 60 s)")
            store.put([Entry(Item("new", semantic_category="shoes"), ItemImage(b"n", "n" * 64, "image/jpeg", 1, 1))])
            write_vectors(store, space, head, ["new"], ["n" * 64], np.ones((1, FEATURES), np.float32))
            started_s = time.perf_counter()
            report = update_mapping(store, space)
            print(f"after one more item: {time.perf_counter() - started_s:.2f} s, {report.computed} items computed")
        if serve:
            settings = Settings(store=f"sqlite:///{scratch}/shop.db", compat=scratch)
            bench_serve(settings, [f"i{number:06}" for number in range(0, items, max(1, items // 500))])


def fill(store: Store, space: str, head: Head, items: int) -> None:
    rng = np.random.default_rng(1)
    for start in range(0, items, 2000):
        ids = [f"i{number:06}" for number in range(start, min(start + 2000, items))]
        digests = [f"{name:0>64}" for name in ids]
        products = [
            Item(
                name,
                title=f"Product {name}",
                description="A description as long as a shop's usually is. " * 3,
                semantic_category=SEMANTIC_CATEGORIES[int(rng.integers(11))],
                colour="navy",
                pattern="plain",
            )
            for name in ids
        ]
        pairs = zip(products, digests, strict=True)
        store.put([Entry(item, ItemImage(b"x", digest, "image/jpeg", 1, 1)) for item, digest in pairs])
        features = rng.standard_normal((len(ids), FEATURES)).astype(np.float32)
        write_vectors(store, space, head, ids, digests, features)


def bench_serve(settings: Settings, item_ids: list[str]) -> None:
    import httpx2

    times_ms: dict[str, list[float]] = {}
    with serving(settings) as url, httpx2.Client(base_url=url) as client:
        for item_id in item_ids:
            for name, ask in (
                ("POST /compatible/{item_id}", lambda i=item_id: client.post(f"/compatible/{i}")),
                ("GET /v1/items/{item_id}/compatible", lambda i=item_id: client.get(f"/v1/items/{i}/compatible")),
                (
                    "POST /v1/outfits:complete",
                    lambda i=item_id: client.post("/v1/outfits:complete", json={"item_id": [i]}),
                ),
            ):
                started_s = time.perf_counter()
                assert ask().status_code == 200
                times_ms.setdefault(name, []).append((time.perf_counter() - started_s) * 1e3)
    for name, times in times_ms.items():
        p50, p95 = statistics.median(times), float(np.percentile(times, 95))
        print(f"{name:38} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   ({len(times)} requests, one at a time)")


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The app on a free loopback port, in a thread of this process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def bench_train(outfits: int, config: TrainConfig, steps: int) -> None:
    """As many outfits and items as Polyvore Outfits has in training: 53,306 and 204,679; 1.37 M directed pairs.

    With ``steps`` only so many are timed, after as many as warm up, and one validation: the rest is extrapolated.
    """
    data = polyvore_sized(outfits)
    pairs = len(pairs_of(data.outfits))
    print(f"training on {2 * pairs:,} directed pairs of {len(data.features):,} items, {config.epochs} epochs", end=": ")
    if steps:
        a_step_s, judge_s = time_steps(data, config, steps), time_judge(data, config)
        total = pairs // config.batch_size * config.epochs
        spent_s = a_step_s * total + judge_s * config.epochs
        how = f"extrapolated from {a_step_s * 1e3:.1f} ms a step, {total:,} steps, and {judge_s:.1f} s a validation"
    else:
        started_s = time.perf_counter()
        train(data, config)
        spent_s, how = time.perf_counter() - started_s, "measured"
    print(f"{spent_s / 60:.1f} min, {how}   (bar: 1.37 M in 15 min)")


def polyvore_sized(outfits: int) -> TrainingData:
    rng = np.random.default_rng(2)
    items = 204_679 * outfits // 53_306
    sizes = rng.choice([4, 5, 6, 7], outfits)
    outfit_rows = [rng.choice(items, size, replace=False) for size in sizes]
    features = rng.standard_normal((items, FEATURES), dtype=np.float32).astype(np.float16)
    blanks = tuple(Blank(o[1:], np.array([o[0], *rng.integers(items, size=3)]), 0) for o in outfit_rows[:3000])
    valid = Questions(tuple(outfit_rows[:6000]), np.arange(6000) % 2 == 0, blanks)
    return TrainingData(features, rng.integers(11, size=items), outfit_rows, valid)


class EnoughError(Exception):
    """Enough steps were timed."""


def time_steps(data: TrainingData, config: TrainConfig, steps: int) -> float:
    """Seconds a step, over ``steps`` after as many."""
    times_s: list[float] = []

    def on_step(done: int, total: int) -> None:
        times_s.append(time.perf_counter())
        if len(times_s) > 2 * steps:
            raise EnoughError

    with suppress(EnoughError):
        train(data, config, on_step=on_step)
    return (times_s[-1] - times_s[len(times_s) // 2]) / (len(times_s) - 1 - len(times_s) // 2)


def time_judge(data: TrainingData, config: TrainConfig) -> float:
    """Seconds to score the validation questions once, as at the end of every epoch."""
    inputs, network = torch.from_numpy(Standardiser(data.features)(data.features)), SiameseBranch(FEATURES, config)
    started_s = time.perf_counter()
    pairs = cosine_pairs(network.embed(inputs).numpy())
    outfit_scores(pairs, data.valid.outfits)
    blank_scores(pairs, data.valid.blanks)
    return time.perf_counter() - started_s


def make_head(config: TrainConfig, folder: Path | None = None, backbone: str = "") -> Head:
    standardise = Standardiser(np.random.default_rng(3).standard_normal((500, FEATURES)))
    network = SiameseBranch(FEATURES, config)
    tensors = {name: value.detach().numpy() for name, value in network.named_parameters()}
    weights = HeadWeights(standardise.mean, standardise.std, **tensors)
    width = config.members * config.embedding_dim
    spec = HeadSpec(backbone, FEATURES, width, "", Calibration(5.0, -1.0), Calibration(5.0, -1.0))
    if folder is None:
        return Head(spec, weights)
    write_head(folder, weights, spec)
    return Head.open(folder)


if __name__ == "__main__":
    main()
