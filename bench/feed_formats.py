"""Read the same rows in every file format through the whole record path, and print rows per second and peak memory.

    python -m bench.feed_formats --rows 100000

Each format is read in a process of its own. No picture is named, so none is looked at.
"""

import argparse
import csv
import gzip
import json
import multiprocessing
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from bench.measure.machine import describe_machine
from deepstyle.catalogue.source import open_source

COLUMNS = ("sku", "title", "description", "type", "brand", "price", "color", "gender")
_TYPES = '<Relationships><Relationship Id="r0" Type="x/{kind}" Target="{target}"/></Relationships>'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of each file (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="5,000 rows")
    options = parser.parse_args()
    rows = 5_000 if options.quick else options.rows
    print(describe_machine())
    with tempfile.TemporaryDirectory(prefix="feed-formats-") as scratch:
        for write in (write_csv, write_lines, write_json, write_xml, write_xlsx, write_gzip, write_zip, write_parquet):
            path = write(Path(scratch), rows)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                wall_s, cpu_s, peak_bytes = pool.apply(read, (path,))
            speed = f"{rows / wall_s:,.0f} rows/s ({rows / cpu_s:,.0f} for each second of CPU time)"
            print(f"{path.name}: {speed}, peak {peak_bytes / 2**20:,.0f} MiB")
            path.unlink()


def read(path: Path) -> tuple[float, float, int]:
    """Wall-clock and CPU seconds to read all records of ``path``, and the peak memory of this process in bytes."""
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    assert sum(1 for _ in open_source(path).records())
    wall_s, cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
    return wall_s, cpu_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def made(rows: int) -> Iterator[tuple[str, ...]]:
    for at in range(rows):
        text = "<p>Soft leather, lined with wool &amp; felt.</p>" * 5
        yield f"s{at:06}", f"Ankle boots {at}", text, "Ankle Boots", f"Brand {at % 50}", "19.90 EUR", "black", "women"


def write_csv(folder: Path, rows: int) -> Path:
    with (folder / "feed.csv").open("w", newline="") as file:
        csv.writer(file).writerows((COLUMNS, *made(rows)))
    return folder / "feed.csv"


def write_lines(folder: Path, rows: int) -> Path:
    with (folder / "feed.jsonl").open("w") as file:
        file.writelines(json.dumps(dict(zip(COLUMNS, row, strict=True))) + "\n" for row in made(rows))
    return folder / "feed.jsonl"


def write_json(folder: Path, rows: int) -> Path:
    with (folder / "feed.json").open("w") as file:
        file.write('{"products": [')
        for at, row in enumerate(made(rows)):
            file.write((",\n" if at else "") + json.dumps(dict(zip(COLUMNS, row, strict=True))))
        file.write("]}")
    return folder / "feed.json"


def write_xml(folder: Path, rows: int) -> Path:
    with (folder / "feed.xml").open("w") as file:
        file.write('<rss xmlns:g="http://base.google.com/ns/1.0"><channel>')
        for row in made(rows):
            cells = zip(COLUMNS, row, strict=True)
            file.write("<item>" + "".join(f"<g:{name}>{escape(cell)}</g:{name}>" for name, cell in cells) + "</item>\n")
        file.write("</channel></rss>")
    return folder / "feed.xml"


def write_xlsx(folder: Path, rows: int) -> Path:
    with zipfile.ZipFile(folder / "feed.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", _TYPES.format(kind="officeDocument", target="xl/workbook.xml"))
        archive.writestr("xl/_rels/workbook.xml.rels", _TYPES.format(kind="worksheet", target="sheet.xml"))
        archive.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="Feed" r:id="r0"/></sheets></workbook>')
        with archive.open("xl/sheet.xml", "w") as part:
            part.write(b"<worksheet><sheetData>")
            for row in (COLUMNS, *made(rows)):
                cells = "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
                part.write(f"<row>{cells}</row>".encode())
            part.write(b"</sheetData></worksheet>")
    return folder / "feed.xlsx"


def write_gzip(folder: Path, rows: int) -> Path:
    path = write_csv(folder, rows)
    (folder / "feed.csv.gz").write_bytes(gzip.compress(path.read_bytes(), 6))
    path.unlink()
    return folder / "feed.csv.gz"


def write_zip(folder: Path, rows: int) -> Path:
    path = write_csv(folder, rows)
    with zipfile.ZipFile(folder / "feed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "feed.csv")
    path.unlink()
    return folder / "feed.zip"


def write_parquet(folder: Path, rows: int) -> Path:
    import pyarrow  # type: ignore[import-untyped]
    from pyarrow import parquet

    columns = dict(zip(COLUMNS, map(list, zip(*made(rows), strict=True)), strict=True))
    parquet.write_table(pyarrow.table(columns), folder / "feed.parquet")
    return folder / "feed.parquet"


if __name__ == "__main__":
    main()
