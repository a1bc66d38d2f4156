"""Render the demo catalogue into a folder in the layout of Polyvore Outfits: atomic, resumable, repeatable."""

import glob
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

from deepstyle import platform
from deepstyle.catalogue.text import DEMO_SHOP
from deepstyle.demo import names
from deepstyle.demo.outfits import Ensemble, Place, Split, ask, compose, places, reshuffle
from deepstyle.demo.photos import photographed_digest, photographed_items, photographed_pictures
from deepstyle.demo.products import Product, draw, plan_products
from deepstyle.demo.wardrobe import KINDS
from deepstyle.errors import DataError, UsageError
from deepstyle.files import atomic_file, locked, named, write_atomic
from deepstyle.images.pixels import encode_jpeg

MIN_ITEMS: Final = 330
MARKER: Final = "demo.json"
JPEG_QUALITY: Final = 90

Progress = Callable[[int], None]
"""Called with the number of pictures that are done."""


def render_demo(
    folder: Path,
    *,
    items: int = 1400,
    outfits: int = 600,
    seed: int = 0,
    photographed: bool = False,
    on_progress: Progress | None = None,
) -> None:
    """Write the demo catalogue to ``folder``, unless it is complete; ``photographed`` adds the real garments.

    The pictures are rendered into a hidden folder beside it, which replaces it at the end: after a kill at any moment
    ``folder`` is unchanged, and the next call continues. Raises ``UsageError`` for too few items, ``DataError`` where
    ``folder`` holds something else.
    """
    folder = folder.resolve()
    if items < MIN_ITEMS:
        raise UsageError(f"a demo catalogue of {items} items is too small.", remedy=f"Ask for at least {MIN_ITEMS}.")
    if outfits < 1:
        raise UsageError(f"{outfits} outfits are too few.", remedy="Ask for at least one.")
    marker = _marker(items, outfits, seed, photographed)
    if _read_marker(folder) == marker:
        return
    _refuse_foreign(folder)
    products = plan_products(items, seed)
    splits = compose(products, outfits, seed)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f".{folder.name}.lock")):  # one process at a time renders it
        if _read_marker(folder) == marker:  # another process was faster
            return
        staging = _staging(folder, marker)
        _write_tables(staging, products, splits, seed, photographed)
        _write_images(staging / "images", products, seed, on_progress)
        if photographed:
            for picture in photographed_pictures():
                shutil.copyfile(picture, staging / "images" / picture.name)
        _write_json(staging / MARKER, marker)
        _take_place(staging, folder)


def _staging(folder: Path, marker: dict[str, Any]) -> Path:
    """The folder to render these parameters into, without what killed renders left: other folders, partial pictures."""
    digest = hashlib.sha256(json.dumps(marker).encode()).hexdigest()[:12]
    staging = folder.with_name(f".{folder.name}.rendering-{digest}")
    for stale in folder.parent.glob(f".{glob.escape(folder.name)}.rendering-*"):
        if stale != staging:
            shutil.rmtree(stale)
    (staging / "images").mkdir(parents=True, exist_ok=True)
    for part in (staging / "images").iterdir():
        if part.suffix != ".jpg":
            part.unlink()
    return staging


def _marker(items: int, outfits: int, seed: int, photographed: bool) -> dict[str, Any]:
    """What the catalogue depends on: its parameters, the code that draws it and the photos."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    code = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    photos = photographed_digest() if photographed else ""
    return {"items": items, "outfits": outfits, "seed": seed, "code_sha256": code, "photos_sha256": photos}


def _read_marker(folder: Path) -> Any:
    try:
        return json.loads((folder / MARKER).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def _refuse_foreign(folder: Path) -> None:
    """Never replace a folder that this module did not write."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARKER).exists())):
        raise DataError(
            f"{folder} exists and is not a demo catalogue.", remedy="Give a folder that is empty or does not exist."
        )


def _take_place(staging: Path, folder: Path) -> None:
    """Move the finished ``staging`` to ``folder``, replacing an older demo catalogue."""
    old = staging.with_name(staging.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    staging.replace(folder)
    platform.sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _write_images(folder: Path, products: Sequence[Product], seed: int, on_progress: Progress | None) -> None:
    """Render the missing pictures on all cores."""
    missing = [product for product in products if not (folder / f"{product.item_id}.jpg").exists()]
    present = len(products) - len(missing)
    if on_progress:
        on_progress(present)
    for rendered, _ in enumerate(_rendered(missing, folder, seed), start=1):
        if on_progress:
            on_progress(present + rendered)


def _rendered(products: Sequence[Product], folder: Path, seed: int) -> Iterator[None]:
    workers = platform.usable_cores()
    render = partial(_render, folder=folder, seed=seed)
    if not products or workers == 1:
        yield from map(render, products)
        return
    with ProcessPoolExecutor(workers, platform.SPAWN, platform.leave_with_parent) as pool:
        yield from pool.map(render, products, chunksize=8)


def _render(product: Product, *, folder: Path, seed: int) -> None:
    """Write one picture atomically."""
    path, data = folder / f"{product.item_id}.jpg", encode_jpeg(draw(product, seed), JPEG_QUALITY)
    with atomic_file(path, durable=False) as file, named(path):
        file.write(data)


def _write_tables(
    folder: Path, products: Sequence[Product], splits: dict[str, list[Ensemble]], seed: int, photographed: bool
) -> None:
    """Write everything except the pictures."""
    ids = {category: str(number) for number, category in enumerate(sorted({k.category for k in KINDS}), start=1)}
    metadata = {p.item_id: _metadata(p, ids) for p in products} | (photographed_items() if photographed else {})
    _write_json(folder / "polyvore_item_metadata.json", metadata)
    everything = [ensemble for ensembles in splits.values() for ensemble in ensembles]
    _write_json(folder / "polyvore_outfit_titles.json", {e.set_id: _outfit_title(e) for e in everything})
    pairs = sorted({(kind.category, kind.semantic_category) for kind in KINDS})
    rows = "".join(f"{ids[category]},{category},{semantic}\r\n" for category, semantic in pairs)
    write_atomic(folder / "categories.csv", rows.encode())
    for variant, outfits in (("disjoint", splits), ("nondisjoint", reshuffle(splits, seed))):
        for name, ensembles in outfits.items():
            _write_outfits(folder / variant, name, ensembles)
            if name != "train":
                _write_questions(folder / variant, name, ask(ensembles, f"{seed}/{variant}/{name}"))


def _metadata(product: Product, ids: dict[str, str]) -> dict[str, Any]:
    """One item with the keys of Polyvore Outfits (misspelling included) and those of the demo catalogue."""
    kind = product.kind
    return {
        "url_name": product.title.lower(),
        "description": f"{product.title}. Style: {product.style}. Season: {product.season}.",
        "catgeories": [kind.semantic_category.title(), kind.category],
        "title": product.title,
        "related": "",
        "category_id": ids[kind.category],
        "semantic_category": kind.semantic_category,
        "brand": product.brand,
        "colour": product.colour,
        "pattern": product.pattern,
        "price": product.price,
        "currency": names.CURRENCY,
        "style": product.style,
        "season": product.season,
        "url": f"{DEMO_SHOP}{product.item_id}",
    }


def _outfit_title(ensemble: Ensemble) -> dict[str, str]:
    title = f"{ensemble.items[0].style.title()} look {ensemble.set_id}"
    return {"url_name": title.lower(), "title": title}


def _write_outfits(folder: Path, split: str, ensembles: Iterable[Ensemble]) -> None:
    sets = [
        {
            "items": [{"item_id": place.product.item_id, "index": place.index} for place in places(ensemble)],
            "set_id": ensemble.set_id,
        }
        for ensemble in ensembles
    ]
    _write_json(folder / f"{split}.json", sets)


def _write_questions(folder: Path, split: str, questions: Split) -> None:
    """Compatibility lines (two spaces after a 0, as in the original) and fill-in-the-blank questions."""
    lines = []
    for ensemble, negative in zip(questions.outfits, questions.negatives, strict=True):
        lines += [f"1 {_tokens(places(ensemble))}", f"0  {_tokens(negative)}"]
    write_atomic(folder / f"compatibility_{split}.txt", "\n".join(lines).encode() + b"\n")
    blanks = [
        {
            "question": [place.token for place in question.question],
            "blank_position": question.blank_position,
            "answers": [place.token for place in question.answers],
        }
        for question in questions.questions
    ]
    _write_json(folder / f"fill_in_blank_{split}.json", blanks)


def _tokens(items: Iterable[Place]) -> str:
    return " ".join(place.token for place in items)


def _write_json(path: Path, value: Any) -> None:
    write_atomic(path, json.dumps(value, indent=0, ensure_ascii=False).encode())
