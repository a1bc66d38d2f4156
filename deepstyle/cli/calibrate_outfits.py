"""``deepstyle calibrate outfits``: are the scores of outfits probabilities on this catalogue?"""

import dataclasses

from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson, Compat, Model, ServingPrecision, StoreUrl
from deepstyle.compatibility.catalogue_test import KINDS, MIN_OUTFITS, CatalogueTest
from deepstyle.report.compatibility import verdict_in_words
from deepstyle.shop import Shop


def outfits(
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ServingPrecision = None,
    as_json: AsJson = False,
) -> None:
    """Test the compatibility head on the catalogue's own outfits, and calibrate its scores on them.

    An import in the Polyvore Outfits layout keeps outfits in the store. Those that the head was not trained on are
    scored beside broken ones of the same categories, and pieces of theirs are chosen again. Where the head orders them
    clearly better than chance and a probability's calibration error is at most .05, answers contain that probability;
    elsewhere they say `calibrated: false` and contain a score that only orders. `deepstyle encode` and
    `deepstyle suggest` do this too.

    Example: [bold]deepstyle calibrate outfits --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, model=model, precision=precision, compat=compat) as shop:
        test = shop.test_outfits()
    if as_json:
        show.as_json({"calibrated": test is not None and test.orders, "test": test and dataclasses.asdict(test)})
        return
    show.out.print(escape(verdict_in_words(test)), soft_wrap=True)
    if test is None:
        show.out.print(f"The test needs {MIN_OUTFITS} outfits: import a catalogue in the Polyvore Outfits layout.")
    else:
        show.out.print(_table(test))


def _table(test: CatalogueTest) -> Table:
    """Each kind of score with its bins: predicted and observed shares."""
    table = Table("Score of", "Calibration error", "Probability shown", "Questions: predicted → observed")
    for kind in KINDS:
        measured = getattr(test, kind)
        bins = "  ".join(f"{one.count:,}: {one.predicted:.2f} → {one.observed:.2f}" for one in measured.bins)
        table.add_row(kind, f"{measured.ece:.3f}", "yes" if test.trusted(kind) else "no", bins)
    return table
