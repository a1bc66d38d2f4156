"""``deepstyle quantise``: make a model in int8, if it finds the same products."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from deepstyle.catalogue.rows import IMAGE_SUFFIXES, read_file
from deepstyle.cli import show
from deepstyle.errors import ImageError, UsageError
from deepstyle.images.pixels import Rgb, decode
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.style.model import DEFAULT_MODEL, DEFAULT_NAME, FASHION_MODEL, ensure_model

PICTURES = set(IMAGE_SUFFIXES)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def quantise(
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "",
    images: Annotated[Path | None, typer.Option(help="A folder of pictures like those that will be searched.")] = None,
    store: Annotated[str, typer.Option(help="Or take the pictures of this store (default: DEEPSTYLE_STORE).")] = "",
    limit: Annotated[
        int, typer.Option(help="How many pictures to use at most: 200 calibrate, the others test.", min=500)
    ] = 1500,
    as_json: AsJson = False,
) -> None:
    """Make an int8 model, which serves faster, and keep it only if it finds the same products.

    200 pictures set the ranges. On the others int8 must agree with the original on 95 % of the ten nearest, and lose at
    most half a point of recall. The packaged model already has an int8 model.

    Example: [bold]deepstyle quantise --model packaged:lite0 --images shop/images[/]
    """
    from deepstyle.learning.style.quantise import quantise_model

    settings = Settings()
    name = model or settings.model
    folder = Path(name) if Path(name).is_dir() else _converted(name, settings.cache_dir)
    pictures = _from_folder(images, limit) if images else _from_store(store or settings.store, limit)
    with show.progress("stages") as bar:
        task = bar.add_task("quantise", total=None, note="")
        spec = quantise_model(folder, pictures, on_progress=lambda stage: bar.update(task, note=stage))
    if as_json:
        show.as_json({"fingerprint": spec.fingerprint, "metrics": spec.metrics})
        return
    for name, value in spec.metrics.items():
        show.out.print(f"{name}: {value}")
    command = f"deepstyle encode --model {escape(str(folder))} --precision int8"
    show.out.print(f"Passed. Next: {command} (its vectors form the space {spec.fingerprint}).", soft_wrap=True)


def _converted(name: str, cache_dir: Path) -> Path:
    """The fp32 model in the cache; the folder of a trained model that ships with the package is not to be changed."""
    if "packaged:fashion" in (name, DEFAULT_MODEL if name == DEFAULT_NAME else ""):
        raise UsageError(
            "packaged:fashion has an int8 model, and its folder belongs to the package.",
            remedy=f"To make another, copy {FASHION_MODEL} and give the copy: --model FOLDER.",
        )
    return ensure_model(name, cache_dir, "fp32")


def _from_folder(folder: Path, limit: int) -> list[Rgb]:
    """Pictures spread evenly over the folder's names, without those that cannot be decoded."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES and path.is_file())
    if not paths:
        raise UsageError(
            f"{folder} has no pictures.", remedy="Give a folder of JPEG, PNG, WebP, GIF, AVIF or HEIC files."
        )
    return _decoded(read_file(path) for path in paths[:: -(-len(paths) // limit)])


def _from_store(url: str, limit: int) -> list[Rgb]:
    """Pictures spread evenly over the store's item ids."""
    with open_store(url, read_only=True) as store:
        step = max(1, -(-store.count() // limit))
        item_ids = [item.item_id for number, item in enumerate(store.iter_items()) if number % step == 0]
        found = (store.image(item_id) for item_id in item_ids)
        return _decoded(image.data for image in found if image)


def _decoded(pictures: Iterable[bytes]) -> list[Rgb]:
    decoded = []
    for data in pictures:
        try:
            decoded.append(decode(data, min_side_px=300))
        except ImageError:
            continue
    return decoded
