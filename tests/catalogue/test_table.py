"""A shop's table: a round trip through every dialect, aliases, encodings, hostile rows."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.source import Record, Rejection, open_source
from deepstyle.catalogue.table import TableSource, find_table
from deepstyle.errors import DataError, DeepstyleError, UsageError

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12).map(str.strip)
IDS = st.text("abcXYZ0123456789_.-", min_size=1, max_size=12).filter(lambda text: text not in (".", ".."))
ROWS = st.lists(st.tuples(IDS, CELLS, CELLS, CELLS), min_size=1, max_size=6, unique_by=lambda row: row[0])


def read(path: Path, **options) -> list[Record | Rejection]:
    return list(open_source(path, **options).records())


def codes(found: list[Record | Rejection]) -> list[str]:
    return [entry.code if isinstance(entry, Rejection) else "" for entry in found]


@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(deadline=None)
def test_csv_reads_back_in_every_dialect(tmp_path_factory, rows, delimiter, ending, encoding):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending)
    writer.writerow(["SKU", "Product Name", "Vendor", "Season"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("table") / "items.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    found = read(path)
    assert [(row.item.item_id, row.item.title, row.item.brand) for row in found if isinstance(row, Record)] == [
        (item_id, title, brand) for item_id, title, brand, _ in rows
    ]
    seasons = [row.item.attributes.get("Season", "") for row in found if isinstance(row, Record)]
    assert seasons == [season for *_, season in rows]


@given(rows=ROWS)
@settings(deadline=None)
def test_json_lines_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("table") / "items.jsonl"
    told = [
        {"id": item_id, "name": title, "color": colour, "odd": {"deep": [odd]}} for item_id, title, colour, odd in rows
    ]
    path.write_text("\n".join(json.dumps(row) for row in told), encoding="utf-8")
    found = [row.item for row in read(path) if isinstance(row, Record)]
    assert [(item.item_id, item.title, item.colour) for item in found] == [row[:3] for row in rows]
    assert [json.loads(item.attributes["odd"]) for item in found] == [{"deep": [row[3]]} for row in rows]


@given(data=st.binary(max_size=200), suffix=st.sampled_from([".csv", ".tsv", ".jsonl"]), header=st.booleans())
@settings(deadline=None)
def test_random_bytes_raise_nothing_but_our_errors(tmp_path_factory, data, suffix, header):
    path = tmp_path_factory.mktemp("table") / f"items{suffix}"
    path.write_bytes((b"sku,name,price,image\n" if header else b"") + data)
    try:
        found = read(path)
    except DeepstyleError as error:
        assert error.remedy
        return
    assert len(found) == open_source(path).total()
    json.dumps([entry.item_id for entry in found if isinstance(entry, Rejection)], ensure_ascii=False).encode()


def test_a_whole_row(tmp_path: Path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "boot 1.JPG").write_bytes(b"picture")
    (tmp_path / "products.csv").write_text(
        "Article-Number;productName;Type;Colour;Price;Image File;Sole\r\n"
        '77-01;"Ankle\nboot";Boots;brown;"1.299,00 €";images\\boot 1.JPG;rubber\r\n\r\n'
        ";no id;;;;;\r\n"
    )
    first, second = read(tmp_path)
    assert isinstance(first, Record)
    assert first.item == Item(
        "77-01", "Ankle\nboot", semantic_category="shoes", category="Boots", colour="brown", price=1299.0,
        currency="EUR", model_id="77", attributes={"Sole": "rubber"},
    )  # fmt: skip
    assert first.image_path is not None
    assert first.image_path.name == "boot 1.JPG"
    assert isinstance(second, Rejection)
    assert (second.file, second.line, second.code) == ("products.csv", 5, "bad-id")


def test_images_by_id_where_no_column_names_them(tmp_path: Path):
    (tmp_path / "a.webp").write_bytes(b"picture")
    (tmp_path / "items.csv").write_text("id\na\nb\n")
    assert [bool(row.image_path) for row in read(tmp_path) if isinstance(row, Record)] == [True, False]


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/passwd", "link.jpg", "images/../../secret.jpg"])
def test_images_outside_of_the_folder_are_refused(tmp_path: Path, name):
    folder = tmp_path / "shop"
    folder.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "items.csv").write_text(f"id,image\na,{name}\n")
    assert codes(read(folder)) == ["image-outside"]


def test_bad_rows_stop_nothing(tmp_path: Path):
    path = tmp_path / "items.csv"
    path.write_bytes(
        b"id,name,price,image\n"
        b"a,fine,1,\na,twice,1,\nb,too,many,cells,here\nc,caf\xe9,1,\nd,x,call us,\ne,x,1,https://shop.example/e.jpg\n"
        b'../f,x,1,\n"g' + b"x" * 200_000 + b'"\nh,fine,,\ni\n'
    )
    found = read(path)
    middle = ["duplicate-id", "bad-row", "bad-encoding", "bad-price", "image-url", "bad-id", "bad-row"]
    assert codes(found) == ["", *middle, "", ""]
    lines = [entry.line for entry in found]
    assert lines == list(range(2, 12))
    assert all(entry.remedy for entry in found if isinstance(entry, Rejection))


def test_json_lines_with_damage(tmp_path: Path):
    path = tmp_path / "items.jsonl"
    path.write_text('{"sku": 1}\n[1]\n{"sku"\n\n{"name": "no id"}\n{"id": "b", "price": 9.5}\n{"id": "\\ud800"}\n')
    assert codes(read(path)) == ["", "bad-row", "bad-row", "bad-id", "", "bad-encoding"]
    assert [entry.line for entry in read(path)] == [1, 2, 3, 5, 6, 7]


def test_columns_and_encoding_can_be_said(tmp_path: Path):
    path = tmp_path / "items.csv"
    path.write_bytes("Ref,Libellé,id\na,café,1\n".encode("cp1252"))
    (row,) = read(path, columns={"item_id": "Ref", "title": "Libellé"}, encoding="cp1252")
    assert isinstance(row, Record)
    assert row.item == Item("a", "café", attributes={"id": "1"})
    for columns in ({"item_id": "Nothing"}, {"nothing": "Ref"}):
        with pytest.raises(UsageError):
            read(path, columns=columns, encoding="cp1252")
    with pytest.raises(UsageError, match="no encoding"):
        read(path, encoding="klingon")


def test_a_table_without_ids_says_what_it_found(tmp_path: Path):
    (tmp_path / "items.csv").write_text("Ref,Name\na,b\n")
    with pytest.raises(DataError, match=r"no column holds the ids \(found Ref, Name\)"):
        read(tmp_path)


def test_which_table_of_a_folder(tmp_path: Path):
    assert find_table(tmp_path) is None
    for name in ("a.csv", "b.jsonl"):
        (tmp_path / name).write_text("id\n")
    with pytest.raises(DataError, match="several tables"):
        find_table(tmp_path)
    (tmp_path / "Products.tsv").write_text("id\n")
    assert find_table(tmp_path) == tmp_path / "Products.tsv"
    assert find_table(tmp_path / "a.csv") == tmp_path / "a.csv"
    assert isinstance(open_source(tmp_path), TableSource)
