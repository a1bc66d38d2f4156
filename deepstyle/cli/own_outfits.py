"""A head trained on a catalogue's own outfits, for ``deepstyle demo`` and ``deepstyle import``. Needs no torch."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from deepstyle.catalogue.feeds.outfits import compatibility_file, fill_in_blank_file, outfits_file
from deepstyle.catalogue.feeds.split import SplitSource
from deepstyle.catalogue.source import Source
from deepstyle.cli import show
from deepstyle.cli.stages import stages
from deepstyle.demo.source import store_name
from deepstyle.errors import DataError
from deepstyle.settings import Precision
from deepstyle.store.url import without_password

if TYPE_CHECKING:
    from deepstyle.compatibility.head import Head


def own_variant(source: Source) -> str:
    """The variant whose outfits can train a head, best the one whose items recur; empty where there is none."""
    if source.layout != "polyvore" or isinstance(source, SplitSource):
        return ""
    for variant in ("nondisjoint", "disjoint"):
        files = (
            outfits_file(source.path, variant, "train"),
            compatibility_file(source.path, variant, "valid"),
            fill_in_blank_file(source.path, variant, "valid"),
        )
        if all(files):
            return variant
    return ""


def own_head_folder(data: str) -> Path:
    """Where the head of the catalogue ``data`` is written."""
    return Path("var") / f"{store_name(data)}-outfits"


def training_command(data: str, variant: str, store: str) -> str:
    """The command that trains this head."""
    return (
        f"deepstyle train compat {data} --variant {variant} --engine numpy --store {without_password(store)} "
        f"--out {own_head_folder(data)}"
    )


def train_own_head(data: str, variant: str, *, store: str, model: str, precision: Precision | None = None) -> "Head":
    """Train a head on the outfits of ``data``, or open the one that an earlier run trained on the same; see ``run``.

    Raises ``DataError`` where the outfits teach nothing.
    """
    from deepstyle.evaluation.outfit_data import open_outfit_data
    from deepstyle.learning.compatibility.own_outfits import head_of_own_outfits

    folder = own_head_folder(data)
    folder.mkdir(parents=True, exist_ok=True)
    with stages() as on_stage:
        outfit_data = open_outfit_data(data, store=store, model=model, precision=precision, on_stage=on_stage)
        return head_of_own_outfits(
            outfit_data, variant, folder, on_step=lambda done, total: on_stage("training", done, total)
        )


def try_own_head(data: str, variant: str, *, store: str, model: str, precision: Precision | None = None) -> Path | None:
    """The folder of the trained head; ``None``, with one line that says why, where the outfits teach nothing."""
    try:
        head = train_own_head(data, variant, store=store, model=model, precision=precision)
    except DataError as error:
        show.err.print(f"    no head of its own: {escape(str(error))}", soft_wrap=True)
        return None
    metrics = head.spec.metrics
    show.err.print(
        f"    a head of its own: on valid, AUC {metrics['valid_auc']:.3f}, fill in the blank "
        f"{metrics['valid_fill_in_blank']:.1%}, in {escape(str(own_head_folder(data)))}",
        soft_wrap=True,
    )
    return own_head_folder(data)
