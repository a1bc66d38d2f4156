"""Writers of every file format that is read, for rows of texts."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from deepstyle.catalogue.feeds.raw import RawRow, Table
from deepstyle.catalogue.feeds.tables import open_tables

Rows = Sequence[Mapping[str, Any]]

TEXT_FORMATS = (".csv", ".tsv", ".jsonl", ".json", ".xml", ".xlsx")
"""Those that need no library."""


def write(rows: Rows, suffix: str) -> bytes:
    """``rows``, which have the same columns, as a file with this suffix."""
    if suffix in (".csv", ".tsv", ".txt"):
        return _csv(rows, "," if suffix == ".csv" else "\t")
    if suffix == ".jsonl":
        return "\n".join(json.dumps(row) for row in rows).encode()
    if suffix == ".json":
        return json.dumps({"count": len(rows), "tags": ["a"], "data": {"products": list(rows)}}).encode()
    return _rss(rows) if suffix == ".xml" else xlsx([list(rows[0]), *(list(row.values()) for row in rows)])


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of ``files``."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def packed(data: bytes, name: str, containers: Sequence[str]) -> tuple[bytes, str]:
    """``data`` in containers, the inner one first, and the name of the outer file."""
    for suffix in containers:
        data = gzip.compress(data, 1) if suffix == ".gz" else zipped({f"export/{name}": data})
        name = name + suffix if suffix == ".gz" else f"feed{suffix}"
    return data, name


def tables_of(folder: Path, name: str, data: bytes, **options: Any) -> list[Table]:
    """The tables in a new file of ``folder``."""
    (folder / name).write_bytes(data)
    return open_tables(folder / name, **options)


def rows_of(folder: Path, name: str, data: bytes, **options: Any) -> list[RawRow]:
    """The rows of the only table in a new file of ``folder``."""
    (table,) = tables_of(folder, name, data, **options)
    return list(table.rows())


# -- XML and XLSX ------------------------------------------------------------------------------------------------------


def _csv(rows: Rows, delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode()


def _rss(rows: Rows) -> bytes:
    items = "".join(
        "<item>" + "".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in row.items()) + "</item>\n"
        for row in rows
    )
    return (
        '<?xml version="1.0"?>\n<rss xmlns:g="http://base.google.com/ns/1.0"><channel>'
        f"<title>Shop</title><image><url>logo.png</url></image>{items}</channel></rss>"
    ).encode()


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(cells: Sequence[Sequence[Any]], **parts: str) -> bytes:
    """A spreadsheet of one sheet with inline texts and numbers; ``parts`` replace parts, by their names' last word."""
    sheet = "".join(
        f'<row r="{line}">{"".join(_cell(value) for value in row)}</row>' for line, row in enumerate(cells, 1)
    )
    files = {
        "_rels/.rels": _links(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": parts.get("links") or _links(("worksheet", "worksheets/sheet1.xml")),
        "xl/workbook.xml": parts.get("workbook")
        or '<workbook><sheets><sheet name="One" r:id="r0"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": parts.get("sheet") or f"<worksheet><sheetData>{sheet}</sheetData></worksheet>",
        "xl/worksheets/sheet2.xml": parts.get("sheet2", ""),
        "xl/sharedStrings.xml": parts.get("texts", ""),
        "xl/styles.xml": parts.get("styles", ""),
    }
    return zipped({name: text.encode() for name, text in files.items() if text})


def links(*targets: tuple[str, str]) -> str:
    """The relationships of a workbook: kind and target of each, called r0, r1 and so on."""
    return _links(*targets)


def _links(*targets: tuple[str, str]) -> str:
    found = (
        f'<Relationship Id="r{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets)
    )
    return f"<Relationships>{''.join(found)}</Relationships>"


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>" if value is not None else "<c/>"


def attribute(value: str) -> str:
    """``value`` as an attribute of XML, in quotes."""
    return quoteattr(value)
