"""What a check finds: one finding for each kind of problem, with a count and a few examples."""

from dataclasses import dataclass, field
from typing import Final, Literal

from deepstyle.catalogue.rows import Rejection, RowWarning

MAX_EXAMPLES: Final = 5

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of problem: how often, and where first. Errors are what import rejects or no test can use."""

    severity: Severity
    code: str
    count: int
    message: str
    remedy: str
    examples: tuple[str, ...]


@dataclass(slots=True)
class Findings:
    """Findings as they grow, by code and message."""

    found: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def add(
        self, severity: Severity, code: str, message: str, remedy: str, examples: list[str], count: int = 1
    ) -> None:
        """Count ``count`` more of ``code`` with ``message``, remembering the first few ``examples``."""
        old = self.found.get((code, message)) or Finding(severity, code, 0, message, remedy, ())
        shown = (*old.examples, *examples)[:MAX_EXAMPLES]
        self.found[code, message] = Finding(severity, code, old.count + count, message, old.remedy, shown)

    def reject(self, row: Rejection) -> None:
        """Count a rejection by its code; the first one's message becomes its example."""
        place = f"{row.file}:{row.line}" if row.line else row.file
        self.add("error", row.code, _MEANINGS.get(row.code, row.code), row.remedy, [f"{place} {row.message}"])

    def warn(self, row: RowWarning) -> None:
        """Count a warning about an accepted row by its code."""
        place = f"{row.file}:{row.line}" if row.line else row.file
        self.add("warning", row.code, _MEANINGS.get(row.code, row.code), row.remedy, [f"{place} {row.message}"])

    def sorted(self) -> tuple[Finding, ...]:
        """Errors first, then the most frequent."""
        return tuple(sorted(self.found.values(), key=lambda found: (found.severity, -found.count, found.code)))


_MEANINGS: Final = {
    "bad-row": "Rows that cannot be read.",
    "bad-field": "Fields that contain something other than text.",
    "bad-encoding": "Text that is not UTF-8, or contains a NUL.",
    "text-too-long": "Texts over their limit.",
    "short-row": "Rows that lack cells at their end.",
    "guessed-encoding": "Files that are not UTF-8.",
    "spoilt-id": "Ids that a spreadsheet may have changed.",
    "no-column": "Cells in columns without a name.",
    "bad-url": "URLs that are not http or https.",
    "bad-date": "Dates that cannot be read.",
    "bad-id": "Ids that are missing or unsafe.",
    "bad-price": "Prices that cannot be read.",
    "no-product": "Pictures of products that the feed does not have.",
    "lost-zeros": "Ids without their leading zeros.",
    "duplicate-id": "Ids that an earlier row has.",
    "unknown-item": "Pictures of items without metadata.",
    "image-missing": "Items without an image.",
    "image-outside": "Images outside the catalogue's folder.",
    "image-url": "Images that are given by their URL alone.",
    "image-ambiguous": "Names of images that several files have.",
    "download-failed": "Images that could not be downloaded.",
    "image-broken": "Images that do not decode.",
    "image-format": "Images that are not JPEG, PNG, WebP, GIF, AVIF or HEIC.",
    "image-too-large": "Images over 10 MiB or 40 megapixels (JPEG: 200).",
    "bad-outfit": "Outfits that cannot be read.",
    "duplicate-set": "Outfits that occur more than once.",
    "bad-question": "Questions that cannot be read.",
    "unknown-token": "Questions about outfits or items that their split does not have.",
}
