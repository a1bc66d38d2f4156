"""DeepFashion In-shop Clothes Retrieval (Liu et al. 2016, "DeepFashion", CVPR, §5.3).

::

    Eval/list_eval_partition.txt    number of rows, names of the columns, then: image_name item_id evaluation_status
    Anno/list_bbox_inshop.txt       number of rows, names, then: image_name clothes_type pose_type x_1 y_1 x_2 y_2
    Img/img/WOMEN/…                 or img/…; image_name begins with img/

The queries are the rows ``query``, the gallery the rows ``gallery``; ``train`` is left out. Published figures are
measured on whole pictures; ``boxes`` cuts the garment out instead.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from deepstyle.errors import DataError
from deepstyle.evaluation.benchmarks.task import (
    Benchmark,
    Picture,
    Published,
    Task,
    first_of,
    picture_file,
    require_files,
)
from deepstyle.images.header import read_header
from deepstyle.images.pixels import Box

TASK: Final = "query to gallery"
METRICS: Final = ("recall@1", "recall@10", "recall@20", "recall@30", "recall@40")
STATUSES: Final = ("train", "query", "gallery")
PUBLISHED: Final = (
    Published("FashionNet", "Liu et al. 2016, §5.3: top-20 accuracy", {(TASK, "recall@20"): 0.764}),
    Published(
        "Proxy-Anchor",
        "Kim et al. 2020, Inception-BN, 512-D; figures of github.com/tjddus9597/Proxy-Anchor-CVPR2020",
        dict(zip(((TASK, name) for name in METRICS), (0.919, 0.981, 0.987, 0.990, 0.991), strict=True)),
    ),
)


def read_in_shop(folder: Path, *, boxes: bool = False) -> Benchmark:
    """The benchmark in ``folder``; raises ``DataError`` naming the file and the line, and for missing pictures."""
    table = first_of(folder, "Eval/list_eval_partition.txt", "list_eval_partition.txt")
    rows = [row for row in _partition(table) if row[2] != "train"]
    pictures = first_of(folder, "Img/img", "img").parent
    require_files([pictures / name for name, _, _ in rows], "pictures")
    found = _cut(folder, pictures, rows) if boxes else [picture_file(pictures / name) for name, _, _ in rows]
    parts = {status: [at for at, row in enumerate(rows) if row[2] == status] for status in STATUSES}
    if not parts["query"] or not parts["gallery"]:
        raise DataError(f"{table} has no queries or no gallery.", remedy="Use the table as it is published.")
    task = Task(
        TASK,
        [found[at] for at in parts["query"]],
        [found[at] for at in parts["gallery"]],
        [frozenset({rows[at][1]}) for at in parts["query"]],
        [rows[at][1] for at in parts["gallery"]],
        METRICS,
    )
    notes = ("The garments' boxes were cut out; the published figures are of whole pictures.",) if boxes else ()
    return Benchmark("DeepFashion In-shop", [task], PUBLISHED, notes)


def _partition(table: Path) -> Iterator[tuple[str, str, str]]:
    """(image, item, status) of each row."""
    for line, fields in _rows(table):
        if len(fields) != 3 or fields[2] not in STATUSES:
            raise DataError(
                f"{table}, line {line}: expected image_name item_id evaluation_status.",
                remedy=f"evaluation_status is one of {', '.join(STATUSES)}.",
            )
        yield fields[0], fields[1], fields[2]


def _cut(folder: Path, pictures: Path, rows: Sequence[tuple[str, str, str]]) -> list[Picture]:
    """Each picture inside its bounding box, which the table gives in pixels."""
    table = first_of(folder, "Anno/list_bbox_inshop.txt", "list_bbox_inshop.txt")
    boxes = {}
    for line, fields in _rows(table):
        try:
            boxes[fields[0]] = tuple(map(int, fields[3:7]))
        except (IndexError, ValueError) as error:
            raise DataError(f"{table}, line {line}: no bounding box.", remedy="Use the published table.") from error
    missing = [name for name, _, _ in rows if len(boxes.get(name, ())) != 4]
    if missing:
        raise DataError(f"{table} has no box for {missing[0]}.", remedy="Use the published table.")
    return [picture_file(pictures / name, _share(pictures / name, boxes[name])) for name, _, _ in rows]


def _share(path: Path, box: tuple[int, ...]) -> Box:
    """A box in pixels as fractions of the picture, which it may leave."""
    header = read_header(path.read_bytes())
    left, top, right, bottom = box
    across, down = header.width_px, header.height_px
    return max(0.0, left / across), max(0.0, top / down), min(1.0, right / across), min(1.0, bottom / down)


def _rows(table: Path) -> Iterator[tuple[int, list[str]]]:
    """The number and the fields of each line after the two of the head; the first says how many there are."""
    try:
        lines = table.read_text("utf-8").splitlines()
        count = int(lines[0])
    except (OSError, UnicodeDecodeError, ValueError, IndexError) as error:
        raise DataError(f"{table} cannot be read: {error}.", remedy="Use the table as it is published.") from error
    rows = [(number, line.split()) for number, line in enumerate(lines[2:], 3) if line.strip()]
    if len(rows) != count:
        raise DataError(f"{table} announces {count:,} rows and has {len(rows):,}.", remedy="Fetch it again.")
    yield from rows
