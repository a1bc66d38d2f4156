"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from deepstyle.settings import Precision

StoreUrl = Annotated[str, typer.Option("--store", help="The store's URL (default: DEEPSTYLE_STORE).")]
Model = Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")]
ServingPrecision = Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")]
PRECISION_HELP = "auto: as the store was encoded; for a new store int8, if the CPU has instructions for it."
EncodingPrecision = Annotated[Precision | None, typer.Option(help=PRECISION_HELP)]
Compat = Annotated[str, typer.Option(help="A compatibility head's folder, or packaged.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Save = Annotated[Path | None, typer.Option(metavar="GRID.png", help="Also write the result as a picture.")]
