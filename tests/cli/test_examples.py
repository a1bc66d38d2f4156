"""The examples in ``--help`` run as they are written, on items of the demo catalogue."""

import re
import shlex
from pathlib import Path

import click
import pytest
from typer.testing import CliRunner

from deepstyle.catalogue.item import Item
from deepstyle.cli import app
from deepstyle.demo.products import Product, draw, plan_products
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import encode_jpeg, read_image
from deepstyle.shop import Shop
from deepstyle.store.base import Entry
from deepstyle.style.spec import read_spec
from tests.cli.test_documentation import ALL
from tests.compatibility.tiny import write_tiny_head

EXAMPLE = re.compile(r"Example: \[bold\](.*?)\[/\]")
OTHERS = 60
LONG = {
    "calibrate",
    "data",
    "demo",
    "evaluate",
    "export",
    "import",
    "openapi",
    "points",
    "quantise",
    "report",
    "serve",
    "train",
    "weights",
}
"""Commands whose examples take a whole catalogue, a t-SNE, a training, a server or a hub."""


def examples(command: click.Command) -> list[str]:
    return EXAMPLE.findall(" ".join((command.help or "").split()))


def short_examples() -> list[str]:
    found = [example for path in sorted(ALL) if path.split()[1] not in LONG for example in examples(ALL[path])]
    return sorted(found, key=lambda example: ("item show" not in example, "delete" in example))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> tuple[Path, Path]:
    """A folder with ``var/demo.db``, which holds the examples' items and some others of the demo catalogue; a head."""
    folder, spec = tmp_path_factory.mktemp("demo"), read_spec(tiny_model)
    write_tiny_head(folder / "head", spec.features_fingerprint, spec.features_dim)
    named = {word for example in short_examples() for word in shlex.split(example)}
    products = plan_products(1400, 0)
    every = len(products) // OTHERS
    chosen = [product for at, product in enumerate(products) if at % every == 0 or product.item_id in named]
    (folder / "var").mkdir()
    url = f"sqlite:///{folder}/var/demo.db"
    with Shop.open(url, model=str(tiny_model), compat=str(folder / "head")) as shop:
        shop.store.put([Entry(item_of(product), picture_of(product)) for product in chosen])
        shop.encode()
    return folder, folder / "head"


def item_of(product: Product) -> Item:
    kind = product.kind
    return Item(
        product.item_id,
        title=f"{product.colour} {kind.category}",
        semantic_category=kind.semantic_category,
        category=kind.category,
        brand=product.brand,
        colour=product.colour,
        pattern=product.pattern,
        price=product.price,
    )


def picture_of(product: Product) -> ItemImage:
    return read_image(encode_jpeg(draw(product, 0), 90))


def test_every_command_has_an_example() -> None:
    assert [path for path in sorted(ALL) if not examples(ALL[path])] == []


def test_the_examples_run(demo: tuple[Path, Path], tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, head = demo
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(tiny_model))
    monkeypatch.setenv("DEEPSTYLE_COMPAT", str(head))
    ran = short_examples()
    assert len(ran) >= 13
    for example in ran:
        program, *arguments = shlex.split(example)
        assert program == "deepstyle"
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, f"{example}\n{done.output}\n{done.exception!r}"
