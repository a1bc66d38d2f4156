"""The rows of a batch of writes: JSON Lines, one write a line."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from deepstyle.api.etags import versions_in
from deepstyle.api.item_writes import item_values
from deepstyle.api.json_text import parse_object
from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError
from deepstyle.shop.writes import OPS, Write

MAX_ROW_BYTES: Final = int(LIMITS["batch_row_bytes"].value)
PART_ROWS: Final = 16
"""Rows that are written together: other writes wait for one part at most."""
PART_BYTES: Final = 4 * 1024 * 1024
_FIELDS: Final = frozenset({"op", "item_id", "item", "image", "images", "if_match", "if_none_match"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number from 1, and the write, or why it cannot be one."""

    number: int
    write: Write | ProblemError
    size_bytes: int = 0


def read_rows(file: IO[bytes]) -> Iterator[Row]:
    """The rows of a batch; blank lines are none."""
    number = 0
    while line := file.readline(MAX_ROW_BYTES + 1):
        is_too_long = len(line) > MAX_ROW_BYTES and not line.endswith(b"\n")
        if is_too_long:
            _skip_line(file)
        if not line.strip():
            continue
        number += 1
        if is_too_long:
            yield Row(number, ProblemError("body-too-large", f"the row has over {MAX_ROW_BYTES:,} bytes."))
        else:
            yield Row(number, parsed_row(line), len(line))


def _skip_line(file: IO[bytes]) -> None:
    while (rest := file.readline(MAX_ROW_BYTES)) and not rest.endswith(b"\n"):
        pass


def parsed_row(line: bytes) -> Write | ProblemError:
    """The write that a row describes, or what is wrong with it."""
    try:
        fields = parse_object(line, "the row")
        if unknown := sorted(set(fields) - _FIELDS):
            raise _bad(f"a row has no field {unknown[0][:100]!r}.", f"Use {', '.join(sorted(_FIELDS))}.")
        op, item_id, item = fields.get("op"), fields.get("item_id"), fields.get("item", {})
        if op not in OPS:
            raise _bad(f"op is {str(op)[:100]!r}.", f"Use one of {', '.join(OPS)}.")
        if not isinstance(item_id, str) or not item_id:
            raise _bad("item_id is missing or not a string.", "Give the item's id.")
        if not isinstance(item, dict) or (op == "delete" and {"item", "image", "images"} & set(fields)):
            raise _bad("item is not a JSON object, or the row is a delete.", "Give one to a put or a patch only.")
        conditions = [fields.get(name, "") for name in ("if_match", "if_none_match")]
        if not all(isinstance(one, str) for one in conditions):
            raise _bad("if_match or if_none_match is not a string.", "Give them as in the headers of a single write.")
        values = item_values(item, item_id)
        return Write(op, item_id, values, _photos(fields), versions_in(conditions[0]), conditions[1].strip() == "*")
    except ProblemError as error:
        return error


def _bad(detail: str, remedy: str) -> ProblemError:
    return ProblemError("invalid-parameter", detail, remedy=remedy)


def _photos(fields: Mapping[str, Any]) -> tuple[bytes, ...]:
    """All pictures of a row: that of ``image``, or those of ``images``."""
    if "images" not in fields:
        return (_photo(fields["image"]),) if "image" in fields else ()
    images = fields["images"]
    if "image" in fields or not isinstance(images, list) or not images:
        raise _bad("images is not a list of pictures, or comes with image.", "Send one of the two.")
    return tuple(map(_photo, images))


def _photo(text: Any) -> bytes:
    if not isinstance(text, str):
        raise _bad("a picture is not a string.", "Send the picture's bytes in base64.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _bad("a picture is not base64.", "Send the picture's bytes in base64 (RFC 4648, section 4).") from None


def parts_of(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows that can be written together: of different items, all deletions or none, few and small."""
    part: list[Row] = []
    for row in rows:
        if part and not _fits(part, row):
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _fits(part: Sequence[Row], row: Row) -> bool:
    writes = [one.write for one in part if isinstance(one.write, Write)]
    small = len(part) < PART_ROWS and sum(one.size_bytes for one in part) + row.size_bytes <= PART_BYTES
    if not small or not isinstance(row.write, Write) or not writes:
        return small
    is_new = row.write.item_id not in {write.item_id for write in writes}
    return is_new and (row.write.op == "delete") == (writes[0].op == "delete")
