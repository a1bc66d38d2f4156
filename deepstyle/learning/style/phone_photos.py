"""Phone photos of garments, split by the person who sent them, so that no split shares a floor or a wardrobe."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from deepstyle.errors import DataError

Split = Literal["train", "valid", "test"]
TEST_REMAINDER: Final = 3
VALID_REMAINDER: Final = 4
"""A sender whose number, divided by ``FOLDS``, leaves this remainder is in the test or the validation split."""
FOLDS: Final = 5


def sender_split(sender_id: int, test: int = TEST_REMAINDER, valid: int = VALID_REMAINDER) -> Split:
    """The split of all photos of this sender; other remainders give the other folds of a cross-validation."""
    return {test: "test", valid: "valid"}.get(sender_id % FOLDS, "train")  # type: ignore[return-value]


def photos_of(folders: Sequence[Path], split: Split) -> list[Path]:
    """The photos of a split, in order of their path; raises what ``senders_of`` raises."""
    return sorted(
        photo
        for folder in folders
        for photo, sender_id in senders_of(folder).items()
        if sender_split(sender_id) == split
    )


def senders_of(folder: Path) -> dict[Path, int]:
    """Each photo of ``folder`` and the number of its sender.

    The folder has ``images`` and a table with the columns ``image`` and ``sender_id``: ``senders.csv``, or else
    ``labels.csv``. Raises ``DataError`` naming the table that is missing or lacks a column.
    """
    table = next((path for path in (folder / "senders.csv", folder / "labels.csv") if path.is_file()), None)
    if table is None:
        raise DataError(f"{folder} has neither senders.csv nor labels.csv.", remedy="Give a folder of phone photos.")
    try:
        with table.open(encoding="utf-8", newline="") as file:
            return {folder / "images" / row["image"]: int(row["sender_id"]) for row in csv.DictReader(file)}
    except (KeyError, ValueError) as error:
        raise DataError(f"{table} cannot be read: {error!r}.", remedy="It needs image and sender_id.") from error
