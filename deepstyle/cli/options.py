"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, Final

import typer

from deepstyle.search.query import ResultSort
from deepstyle.settings import Precision

WHO: Final = "command line"
"""Who the audit log names for a command."""
StoreUrl = Annotated[str, typer.Option("--store", help="The store's URL (default: DEEPSTYLE_STORE).")]
Model = Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")]
ServingPrecision = Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")]
PRECISION_HELP = "auto: as the store was encoded; for a new store int8, if the CPU has instructions for it."
EncodingPrecision = Annotated[Precision | None, typer.Option(help=PRECISION_HELP)]
Compat = Annotated[str, typer.Option(help="A compatibility head's folder, or packaged.")]
CategoryVote = Annotated[
    bool | None, typer.Option(help="Whether the category that the nearest products vote for ranks higher.")
]
QueryExpansion = Annotated[bool | None, typer.Option(help="Whether the nearest products are added to the query.")]
SeveralCrops = Annotated[
    bool | None, typer.Option(help="Whether the photo's foreground is searched for too; takes twice as long.")
]
Order = Annotated[
    ResultSort,
    typer.Option(
        "--sort", help="Best first; lowest or highest price, or latest date first; or mixed, always the same."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Save = Annotated[Path | None, typer.Option(metavar="GRID.png", help="Also write the result as a picture.")]
Pieces = Annotated[list[str], typer.Argument(metavar="ITEM|PHOTO…", help="Item ids, pictures' paths, or both.")]
Budget = Annotated[
    float | None, typer.Option(help="What is added may cost this, in --currency or that of most prices.", min=0)
]
MixedGenders = Annotated[bool, typer.Option("--mixed-genders", help="The look may mix what different people wear.")]
