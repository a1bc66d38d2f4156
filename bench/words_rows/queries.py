"""The 300 queries, written down before anything was tuned: 100 (``t``) to choose by, 200 (``r``) to report.

A query may be the twin of another: the same wish in German (``german twin``), or misspelt (``typo``).
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.words_rows.facts import Asked
from bench.words_rows.pictures import Letter

PREFIX: Final = {"A": "t", "B": "r"}


@dataclass(frozen=True, slots=True)
class Written:
    """One query: what a shopper types, and the facts that this asks for."""

    query_id: str
    kind: str
    twin_of: str
    text: str
    asked: Asked


def queries(letter: Letter) -> list[Written]:
    """The queries of one catalogue, in the file's order."""
    with Path(__file__).with_name("queries.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    chosen = [row for row in rows if row["query_id"].startswith(PREFIX[letter])]
    return [Written(row["query_id"], row["kind"], row["twin_of"], row["text"], _asked(row["asked"])) for row in chosen]


def _asked(text: str) -> Asked:
    pairs = (part.partition("=") for part in text.split())
    return {name: value.replace("_", " ") for name, _, value in pairs}
