"""What does the catalogue add to a search: category votes, query expansion, several crops of the query?

    python -m research.rerank --data DATA
    python -m research.rerank --data DATA --choose          # the trials from which the constants were chosen
    python -m research.rerank --data DATA --model FOLDER    # another encoder

Photos are those of the valid senders and street-looks outside the test split; no test sender is read. Constants are
chosen on photos of train senders as the catalogue, and on street-looks; the packshots are only measured. Vectors are
cached in --cache, so a second run takes a minute.
"""

import argparse
import csv
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import Item
from deepstyle.evaluation.photos import CATEGORY_OF_LABEL
from deepstyle.evaluation.reranked import reranker
from deepstyle.evaluation.retrieval_metrics import precision_at_k, recall_at_k
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import Rgb, decode
from deepstyle.settings import Settings
from deepstyle.store import Entry, Store, open_store
from deepstyle.store.base import VectorBatch
from deepstyle.style import rerank
from deepstyle.style.crops import foreground_box
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model
from deepstyle.style.rerank import BY_SIMILARITY, Reranking
from deepstyle.style.search import search_vector

Vectors = NDArray[np.float32]
Read = Callable[[], Rgb]

VALID_SENDER, TEST_SENDER = 4, 3
WARDROBE_PHOTOS, STREET_LOOKS, DISTORTED_ITEMS = 1000, 250, 100
LEAST_SIDE_PX, LOOSE_MARGIN = 64, 0.3
CATEGORY_OF_GARMENT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("bag", "purse", "wallet"), "bags"),
    **dict.fromkeys(("blazer", "cape", "coat", "jacket", "vest"), "outerwear"),
    **dict.fromkeys(("blouse", "cardigan", "hoodie", "jumper", "shirt", "sweater", "sweatshirt"), "tops"),
    **dict.fromkeys(("t-shirt", "top"), "tops"),
    **dict.fromkeys(("boots", "clogs", "flats", "heels", "loafers", "pumps", "sandals"), "shoes"),
    **dict.fromkeys(("shoes", "sneakers", "wedges"), "shoes"),
    **dict.fromkeys(("dress", "romper", "suit"), "all-body"),
    **dict.fromkeys(("jeans", "leggings", "pants", "shorts", "skirt"), "bottoms"),
    "hat": "hats",
    "scarf": "scarves",
}  # fmt: skip


@dataclass(frozen=True)
class Pictures:
    """Pictures, each with what a catalogue says of it; ``model_id`` is the garment that it shows."""

    name: str
    reads: Sequence[Read]
    items: Sequence[Item]

    @property
    def categories(self) -> NDArray[np.str_]:
        return np.array([item.semantic_category for item in self.items])

    @property
    def garments(self) -> NDArray[np.str_]:
        return np.array([item.model_id for item in self.items])

    def cropped(self, name: str, box: Callable[[Rgb], tuple[int, int, int, int]]) -> "Pictures":
        """A crop of each picture."""

        def of(read: Read) -> Rgb:
            rgb = read()
            return crop(rgb, box(rgb))

        return replace(self, name=f"{self.name}-{name}", reads=[lambda read=read: of(read) for read in self.reads])


def crop(rgb: Rgb, box: tuple[int, int, int, int]) -> Rgb:
    left, top, right, bottom = box
    return rgb[top:bottom, left:right]


def centre_box(rgb: Rgb) -> tuple[int, int, int, int]:
    """The middle of the picture, four fifths of each side."""
    height, width = rgb.shape[:2]
    high, wide = max(1, round(height * 0.8)), max(1, round(width * 0.8))
    left, top = (width - wide) // 2, (height - high) // 2
    return left, top, left + wide, top + high


def pictures(name: str, rows: Sequence[tuple[Read, str, str]]) -> Pictures:
    """From rows of (read, semantic category, garment)."""
    items = [Item(f"{at:05}", semantic_category=row[1], model_id=row[2]) for at, row in enumerate(rows)]
    return Pictures(name, [row[0] for row in rows], items)


def packshots(folder: Path) -> Pictures:
    metadata = json.loads((folder / "polyvore_item_metadata.json").read_text("utf-8"))
    with (folder / "categories.csv").open(newline="", encoding="utf-8-sig") as file:
        names = {row[0]: row[1] for row in csv.reader(file)}
    items = [
        Item(
            item_id,
            semantic_category=metadata[item_id]["semantic_category"],
            category=names.get(metadata[item_id]["category_id"], ""),
            model_id=item_id.split("-")[0],
        )
        for item_id in sorted(metadata)
    ]
    return Pictures("packshots", [reader(folder / "images" / f"{item.item_id}.jpg") for item in items], items)


def phone_photos(data: Path, name: str, wanted: Callable[[int], bool], most: int = 0) -> Pictures:
    """Photos whose sender is ``wanted``, at most ``most``, of the garments that have a semantic category."""
    found = []
    for folder in (data / "phone-photos", data / "phone-photos-train"):
        senders = {row["image"]: row["sender_id"] for row in table(folder / "senders.csv")}
        for row in table(folder / "labels.csv"):
            category = CATEGORY_OF_LABEL.get(row["label"].casefold(), "")
            if category and wanted(int(row.get("sender_id") or senders[row["image"]]) % 5):
                found.append((reader(folder / "images" / row["image"]), category, row["image"]))
    if most and len(found) > most:
        found = [found[at] for at in sorted(np.random.default_rng(0).choice(len(found), most, replace=False).tolist())]
    return pictures(name, found)


def street_crops(folder: Path) -> tuple[Pictures, Pictures]:
    """The garments of looks outside the test split, each as a tight and as a loose crop of its photo."""
    names = {int(row["value"]): row["name"] for row in table(folder / "label_names.csv")}
    photos = [photo for at, photo in enumerate(sorted((folder / "photos").iterdir())) if at % 5]
    chosen = np.random.default_rng(0).choice(len(photos), STREET_LOOKS, replace=False)
    tight, loose = [], []
    for photo in (photos[at] for at in sorted(chosen.tolist())):
        labels = np.asarray(Image.open(folder / "labels" / f"{photo.stem}.png"))
        for value in np.unique(labels).tolist():
            category = CATEGORY_OF_GARMENT.get(names[value], "")
            rows, columns = np.nonzero(labels == value)
            box = int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
            if category and min(box[2] - box[0], box[3] - box[1]) >= LEAST_SIDE_PX:
                tight.append((cropped_reader(photo, box, 0.0), category, f"{photo.stem}-{value}"))
                loose.append((cropped_reader(photo, box, LOOSE_MARGIN), category, f"{photo.stem}-{value}"))
    return pictures("street-tight", tight), pictures("street-loose", loose)


def distorted(shots: Pictures) -> Pictures:
    """Every distortion of some of the packshots; the garment is the row."""
    chosen = np.sort(np.random.default_rng(0).choice(len(shots.reads), DISTORTED_ITEMS, replace=False)).tolist()
    rows = []
    for number, distort in enumerate(DISTORTIONS.values()):
        for row in chosen:
            read = lambda row=row, number=number, distort=distort: distort(  # noqa: E731
                shots.reads[row](), np.random.default_rng([number, row])
            )
            rows.append((read, shots.items[row].semantic_category, shots.items[row].item_id))
    return pictures("distorted", rows)


def table(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from csv.DictReader(file)


def reader(path: Path) -> Read:
    return lambda: decode(path.read_bytes())


def cropped_reader(path: Path, box: tuple[int, int, int, int], margin: float) -> Read:
    def read() -> Rgb:
        rgb = decode(path.read_bytes())
        x, y = margin * (box[2] - box[0]), margin * (box[3] - box[1])
        left, top = max(0, round(box[0] - x)), max(0, round(box[1] - y))
        return np.ascontiguousarray(rgb[top : round(box[3] + y), left : round(box[2] + x)])

    return read


def encoded(encoder: Encoder, shown: Pictures, cache: Path) -> Vectors:
    """The vectors (N, D) of the pictures, cached by the model and by what the pictures show."""
    key = hashlib.sha256(json.dumps([[item.item_id, item.model_id] for item in shown.items]).encode()).hexdigest()[:8]
    path = cache / f"{encoder.fingerprint}-{shown.name}-{key}.npy"
    if path.is_file():
        return np.asarray(np.load(path))
    started_s = time.perf_counter()
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        vectors = np.concatenate(list(pool.map(lambda read: encoder.encode([read()]).embeddings, shown.reads)))
    cache.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    print(f"{shown.name}: {len(vectors)} pictures in {time.perf_counter() - started_s:.0f} s", flush=True)
    return vectors


@dataclass(frozen=True)
class Task:
    """Queries to a catalogue: ``crops`` holds the vectors (Q, D) of each crop, ``right`` (Q, N) what is to be found.

    ``hidden`` (Q, N) are not among what is searched: the query itself, or what shows the same look.
    """

    catalogue: Sequence[Item]
    vectors: Vectors
    crops: Mapping[str, Vectors]
    right: NDArray[np.bool_]
    query_items: Sequence[Item] | None = None
    hidden: NDArray[np.bool_] | None = None

    def ranked(self, by: Reranking, crops: Sequence[str], combine: str) -> Vectors:
        """What orders the items of the catalogue for each query: (Q, N)."""
        chosen = [self.crops[name] for name in crops if name in self.crops]
        mean = np.mean(chosen, axis=0)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
        similarities = np.max([queries @ self.vectors.T for queries in (chosen if combine == "maximum" else [mean])], 0)
        if self.hidden is not None:
            similarities[self.hidden] = -np.inf
        order = reranker(self.catalogue, self.vectors, mean, by, self.query_items)
        return order(similarities, np.arange(len(similarities)))


@dataclass(frozen=True)
class Trial:
    """All tasks for one encoder; ``kinds`` are the categories of the photos."""

    photos: Task
    wardrobe: Task
    itself: Task
    street: Task
    street_category: Task
    colour: Task
    kinds: NDArray[np.str_]

    def figures(self, by: Reranking, crops: Sequence[str], combine: str) -> dict[str, float]:
        """The columns of the table."""
        colour = self.of(self.colour, by, crops, combine)
        return {
            **self.photo_figures(self.photos, by, crops, combine),
            "itself R@1": float(recall_at_k(*self.of(self.itself, by, crops, combine), 1).mean()),
            **self.street_figures(by, crops, combine),
            "colour R@1": float(recall_at_k(*colour, 1).mean()),
            "colour R@10": float(recall_at_k(*colour, 10).mean()),
        }

    def figures_to_choose_by(self, by: Reranking) -> dict[str, float]:
        """Without the packshots."""
        return {**self.photo_figures(self.wardrobe, by), **self.street_figures(by)}

    def photo_figures(
        self, task: Task, by: Reranking, crops: Sequence[str] = ("whole",), combine: str = "mean"
    ) -> dict[str, float]:
        precisions = precision_at_k(*self.of(task, by, crops, combine), 10)
        macro = np.mean([precisions[self.kinds == kind].mean() for kind in np.unique(self.kinds)])
        return {"photos P@10": float(precisions.mean()), "macro": float(macro)}

    def street_figures(
        self, by: Reranking, crops: Sequence[str] = ("whole",), combine: str = "mean"
    ) -> dict[str, float]:
        street = self.of(self.street, by, crops, combine)
        kind = precision_at_k(*self.of(self.street_category, by, crops, combine), 10)
        return {
            "street R@1": float(recall_at_k(*street, 1).mean()),
            "street R@10": float(recall_at_k(*street, 10).mean()),
            "street P@10": float(kind.mean()),
        }

    def of(self, task: Task, by: Reranking, crops: Sequence[str], combine: str) -> tuple[Vectors, NDArray[np.bool_]]:
        """What the metrics read: the order, and what is right."""
        right = task.right if task.hidden is None else task.right & ~task.hidden
        return task.ranked(by, crops, combine), right


def read_trial(data: Path, encoder: Encoder, cache: Path) -> tuple[Trial, Pictures, Vectors]:
    """All tasks, and the packshots with their vectors."""
    shots = packshots(data / "outfits")
    photos = phone_photos(data, "photos-valid", lambda fold: fold == VALID_SENDER)
    wardrobe = phone_photos(data, "photos-train", lambda fold: fold not in (VALID_SENDER, TEST_SENDER), WARDROBE_PHOTOS)
    tight, loose = street_crops(data / "street-looks")
    changed = distorted(shots)
    of_shots, of_wardrobe, of_loose = (encoded(encoder, one, cache) for one in (shots, wardrobe, loose))
    of_photos, of_tight, of_changed = (crops_of(encoder, one, cache) for one in (photos, tight, changed))
    models = Counter(shots.garments.tolist())
    asked = np.array([row for row, item in enumerate(shots.items) if models[item.model_id] > 1])
    ids = np.array([item.item_id for item in shots.items])
    looks = [np.array([garment.split("-")[0] for garment in one.garments.tolist()]) for one in (tight, loose)]
    trial = Trial(
        photos=Task(shots.items, of_shots, of_photos, equal(photos.categories, shots.categories)),
        wardrobe=Task(wardrobe.items, of_wardrobe, of_photos, equal(photos.categories, wardrobe.categories)),
        itself=Task(shots.items, of_shots, of_changed, equal(changed.garments, ids)),
        street=Task(loose.items, of_loose, of_tight, equal(tight.garments, loose.garments)),
        street_category=Task(
            loose.items, of_loose, of_tight, equal(tight.categories, loose.categories), hidden=equal(*looks)
        ),
        colour=Task(
            shots.items,
            of_shots,
            {"whole": of_shots[asked]},
            equal(shots.garments[asked], shots.garments),
            [shots.items[row] for row in asked],
            equal(ids[asked], ids),
        ),
        kinds=photos.categories,
    )
    return trial, shots, of_shots


def equal(left: Sequence[str] | NDArray[np.str_], right: Sequence[str] | NDArray[np.str_]) -> NDArray[np.bool_]:
    return np.asarray(np.array(left)[:, None] == np.array(right)[None])


def crops_of(encoder: Encoder, shown: Pictures, cache: Path) -> dict[str, Vectors]:
    boxes = {"centre": centre_box, "foreground": foreground_box}
    crops = {name: encoded(encoder, shown.cropped(name, box), cache) for name, box in boxes.items()}
    return {"whole": encoded(encoder, shown, cache), **crops}


VOTE, EXPANSION = Reranking(category_vote=True), Reranking(query_expansion=True)
BOTH = Reranking(category_vote=True, query_expansion=True)
FOREGROUND = ("whole", "foreground")
ROWS: Final[Mapping[str, tuple[Reranking, Sequence[str], str]]] = {
    "the model alone": (BY_SIMILARITY, ("whole",), "mean"),
    "category vote (on)": (VOTE, ("whole",), "mean"),
    "query expansion": (EXPANSION, ("whole",), "mean"),
    "several crops: whole + foreground, mean": (BY_SIMILARITY, FOREGROUND, "mean"),
    "the same, maximum": (BY_SIMILARITY, FOREGROUND, "maximum"),
    "whole + centre, mean": (BY_SIMILARITY, ("whole", "centre"), "mean"),
    "whole + centre + foreground, mean": (BY_SIMILARITY, ("whole", "centre", "foreground"), "mean"),
    "the same, maximum ": (BY_SIMILARITY, ("whole", "centre", "foreground"), "maximum"),
    "vote and several crops": (VOTE, FOREGROUND, "mean"),
    "vote and expansion": (BOTH, ("whole",), "mean"),
    "all three": (BOTH, FOREGROUND, "mean"),
}
TRIED: Final[Mapping[str, Sequence[tuple[str, Reranking, Mapping[str, float]]]]] = {
    "category vote": [
        *(
            (f"temperature {temperature}, gain {gain}", VOTE, {"TEMPERATURE": temperature, "GAIN": gain})
            for temperature in (1.0, 1.5, 2.0, 3.0)
            for gain in (0.2, 0.3, 0.4, 0.5, 0.6)
        ),
        *((f"prior {prior}", VOTE, {"PRIOR": prior}) for prior in (0, 10, 30, 100, 1_000_000)),
    ],
    "query expansion": [
        (f"{neighbours} neighbours, alpha {alpha}", EXPANSION, {"NEIGHBOURS": neighbours, "ALPHA": alpha})
        for neighbours in (1, 2, 3, 5, 10)
        for alpha in (1.0, 3.0, 8.0)
    ],
}


def print_row(name: str, figures: Mapping[str, float], *, header: bool) -> None:
    if header:
        print(f"| {'':39} | " + " | ".join(figures) + " |")
        print("|---|" + "---:|" * len(figures))
    cells = [f"{value:.1f}" if name == "ms" else f"{value:.3f}" for name, value in figures.items()]
    print(f"| {name:39} | {' | '.join(cells)} |", flush=True)


def print_table(trial: Trial, search_ms: Mapping[Reranking, float], encode_ms: float) -> None:
    """``ms`` is what a row adds to a query: its search, and its passes through the network beyond the first."""
    for at, (name, (by, crops, combine)) in enumerate(ROWS.items()):
        added_ms = search_ms[by] - search_ms[BY_SIMILARITY] + (len(crops) - 1) * encode_ms
        print_row(name.strip(), {**trial.figures(by, crops, combine), "ms": added_ms}, header=at == 0)


def print_trials(trial: Trial) -> None:
    """One row for each value of the constants, the others as they are."""
    constants = ("TEMPERATURE", "GAIN", "PRIOR", "NEIGHBOURS", "ALPHA")
    shipped = {name: getattr(rerank, name) for name in constants}
    print_row("the model alone", trial.figures_to_choose_by(BY_SIMILARITY), header=True)
    for trials in TRIED.values():
        for name, by, values in trials:
            for constant, value in {**shipped, **values}.items():
                setattr(rerank, constant, value)
            print_row(name, trial.figures_to_choose_by(by), header=False)


def search_latency(folder: Path, shots: Pictures, vectors: Vectors, queries: Vectors) -> dict[Reranking, float]:
    """Milliseconds of a search for ten of the packshots in a store."""
    with open_store(f"sqlite:///{folder}") as store:
        fill(store, shots, vectors)
        orders = (BY_SIMILARITY, VOTE, EXPANSION, BOTH)
        return {
            by: quiet_ms(lambda query, by=by: search_vector(store, "s", query, by=by), queries[:300]) for by in orders
        }


def encode_latency(encoder: Encoder, shots: Pictures) -> float:
    """Milliseconds of encoding one crop."""
    return quiet_ms(lambda rgb: encoder.encode([rgb]), [read() for read in shots.reads[:60]])


def fill(store: Store, shots: Pictures, vectors: Vectors) -> None:
    """The packshots' items and vectors, with a stand-in for each picture."""
    if store.count() == len(shots.items):
        return
    digests = [hashlib.sha256(item.item_id.encode()).hexdigest() for item in shots.items]
    images = [ItemImage(b"", digest, "image/jpeg", 1, 1) for digest in digests]
    store.put([Entry(item, image) for item, image in zip(shots.items, images, strict=True)])
    store.put_vectors("s", VectorBatch(tuple(item.item_id for item in shots.items), tuple(digests), vectors))


def quiet_ms(call: Callable[..., object], values: Sequence[object] | Vectors) -> float:
    """The tenth percentile: what others do on the machine stays out of it."""
    call(values[0])
    taken = []
    for value in values:
        started_s = time.perf_counter()
        call(value)
        taken.append(1000 * (time.perf_counter() - started_s))
    return float(np.quantile(taken, 0.1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with outfits/, phone-photos/ and street-looks/"
    )
    parser.add_argument("--model", default="packaged", help="a model folder, or the name of weights")
    parser.add_argument("--cache", type=Path, default=Path("var/research/rerank"), help="where features are cached")
    parser.add_argument("--choose", action="store_true", help="print the trials of parameters instead of the table")
    options = parser.parse_args()
    print(describe_machine())
    folder = ensure_model(options.model, Settings().cache_dir)
    encoder = Encoder.open(folder, streams=0)
    trial, shots, vectors = read_trial(options.data, encoder, options.cache)
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(trial.kinds.tolist()).most_common())
    print(f"{encoder.spec.weights} {encoder.spec.precision} ({encoder.fingerprint}), {len(shots.items)} packshots")
    print(f"{len(trial.kinds)} photos of valid senders: {kinds}; {len(trial.street.right)} garments of street-looks\n")
    if options.choose:
        print_trials(trial)
        return
    store = options.cache / f"{encoder.fingerprint}.db"
    search_ms = search_latency(store, shots, vectors, trial.photos.crops["whole"])
    encode_ms = encode_latency(Encoder.open(folder), shots)
    print_table(trial, search_ms, encode_ms)
    print(f"\na search takes {search_ms[BY_SIMILARITY]:.1f} ms, encoding one crop {encode_ms:.0f} ms")


if __name__ == "__main__":
    main()
