"""A shop's table: a round trip through every dialect, aliases, encodings, hostile rows."""

import csv
import dataclasses
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.feeds.table import TableSource
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.catalogue.source import open_source
from deepstyle.errors import DataError, DeepstyleError, UsageError

CELLS = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"], include_characters="\n", exclude_characters="&<"), max_size=12
).map(str.strip)
IDS = st.text("abcXYZ0123456789_.-", min_size=1, max_size=12).filter(lambda text: text not in (".", ".."))
ROWS = st.lists(st.tuples(IDS, CELLS, CELLS, CELLS), min_size=1, max_size=6, unique_by=lambda row: row[0])


def read(path: Path, **options) -> list[Record | Rejection]:
    return list(open_source(path, **options).records())


def one_line(text: str) -> str:
    return re.sub("\n+", " ", text)


def codes(found: list[Record | Rejection]) -> list[str]:
    return [
        entry.code if isinstance(entry, Rejection) else ",".join(warning.code for warning in entry.warnings)
        for entry in found
    ]


@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_csv_reads_back_in_every_dialect(tmp_path_factory, rows, delimiter, ending, encoding):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending)
    writer.writerow(["SKU", "Product Name", "Vendor", "Collar"])
    # As in prose, a separator in a cell of several lines stands before a space.
    rows = [[cell.replace(delimiter, delimiter + " ") if "\n" in cell else cell for cell in row] for row in rows]
    rows = [[cell.strip() for cell in row] for row in rows]
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("table") / "items.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    found = read(path)
    expected = [(item_id, *(one_line(cell) for cell in cells)) for item_id, *cells in rows]
    assert [(row.item.item_id, row.item.title, row.item.brand) for row in found if isinstance(row, Record)] == [
        (item_id, title, brand) for item_id, title, brand, _ in expected
    ]
    collars = [row.item.attributes.get("Collar", "") for row in found if isinstance(row, Record)]
    assert collars == [collar for *_, collar in expected]


@given(rows=ROWS)
def test_json_lines_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("table") / "items.jsonl"
    result = [
        {"id": item_id, "name": title, "color": colour, "odd": {"deep": [odd]}} for item_id, title, colour, odd in rows
    ]
    path.write_text("\n".join(json.dumps(row) for row in result), encoding="utf-8")
    found = [row.item for row in read(path) if isinstance(row, Record)]
    expected = [(item_id, one_line(title), one_line(colour)) for item_id, title, colour, _ in rows]
    assert [(item.item_id, item.title, item.colour) for item in found] == expected
    assert [json.loads(item.attributes["odd"]) for item in found] == [{"deep": [row[3]]} for row in rows]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)
NAMES = st.sampled_from(["id", "title", "description", "price", "currency", "url", "image", "fit"]) | st.text(
    max_size=3
)


@given(rows=st.lists(st.dictionaries(NAMES, JSON, max_size=5) | JSON, max_size=6))
def test_any_json_lines_become_records_and_rejections_that_add_up(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("table") / "items.jsonl"
    path.write_text("\n\n".join(json.dumps(row) for row in rows))
    found = read(path)
    assert len(found) == len(rows)
    for entry in found:
        json.dumps(dataclasses.asdict(entry), ensure_ascii=False, default=str).encode()


@given(data=st.binary(max_size=200), suffix=st.sampled_from([".csv", ".tsv", ".jsonl"]), header=st.booleans())
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
        "77-01", "Ankle boot", semantic_category="shoes", category="Boots", colour="brown", price=1299.0,
        currency="EUR", attributes={"Sole": "rubber"},
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
        b"a,fine,1,\na,twice,1,\nb,too,many,cells,here\nc,caf\xff,1,\nd,x,call us,\ne,x,1,https://shop.example/e.jpg\n"
        b'../f,x,1,\n"g' + b"x" * 200_000 + b'"\nh,fine,,\ni\n'
    )
    found = read(path)
    middle = ["duplicate-id", "bad-row", "bad-encoding", "bad-price", "", "bad-id", "bad-row"]
    assert codes(found) == ["", *middle, "", "bad-row"]
    assert isinstance(found[5], Record)
    assert found[5].picture_problem is not None
    assert found[5].picture_problem.code == "image-url"
    lines = [entry.line for entry in found]
    assert lines == list(range(2, 12))
    assert all(entry.remedy for entry in found if isinstance(entry, Rejection))


def test_json_lines_with_damage(tmp_path: Path):
    path = tmp_path / "items.jsonl"
    path.write_text('{"sku": 1}\n[1]\n{"sku"\n\n{"name": "no id"}\n{"id": "b", "price": 9.5}\n{"id": "\\ud800"}\n')
    assert codes(read(path)) == ["", "bad-row", "bad-row", "bad-id", "", "bad-encoding"]
    assert [entry.line for entry in read(path)] == [1, 2, 3, 5, 6, 7]


NESTED = {
    "a": "[" * 900 + "1" + "]" * 900,
    "b": "[" * 100_000,
    "c": '{"x":' * 100_000,
    "d": '{"x":' * 900 + "1" + "}" * 900,
}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('{"id": "x", "price": 1%s}' % ("0" * 400), "bad-price"),
        ('{"id": "x", "price": 1%s}' % ("0" * 5_000), "bad-price"),
        ('{"id": "x", "fit": 1%s}' % ("0" * 5_000), ""),
        ('{"id": 1%s}' % ("0" * 400), "bad-id"),
        ('{"id": true}', "bad-id"),
        ('{"id": 1e5}', "bad-id"),
        ('{"id": ["x"]}', "bad-id"),
        ('{"id": {"x": 1}}', "bad-id"),
        ('{"id": "a\\u0000b"}', "bad-id"),
        ('{"id": "a\\u202eb"}', "bad-id"),
        ('{"id": "a\\u001b[2Jb"}', "bad-id"),
        ('{"id": "x", "price": Infinity}', "bad-price"),
        (f'{{"id": "x", "price": {NESTED["a"]}}}', "bad-price"),
        ('{"id": "x", "fit": -Infinity}', "bad-field"),
        ('{"id": "x", "fit": NaN}', ""),
        ('{"id": "x", "title": NaN}', ""),
        (f'{{"id": "x", "fit": {NESTED["a"]}}}', "bad-field"),
        (f'{{"id": "x", "title": {NESTED["a"]}}}', "bad-field"),
        (f'{{"id": "x", "fit": {NESTED["b"]}}}', "bad-row"),
        (f'{{"id": "x", "fit": {NESTED["c"]}}}', "bad-row"),
        (f'{{"id": "x", "fit": {NESTED["d"]}}}', ""),
        ('{"id": "x", "title": "%s"}' % ("t" * 10_000_000), "bad-row"),
        ('{"id": "x", "title": "%s"}' % ("t" * 1_001), "text-too-long"),
        ('{"id": "x", "description": "%s"}' % ("t" * 65_537), "text-too-long"),
        ('{"id": "x", "fit": "%s"}' % ("t" * 65_537), "text-too-long"),
        ('{"id": "x", "%s": "y"}' % ("t" * 201), "text-too-long"),
        ('{"id": "x", ' + ", ".join(f'"k{at}": 1' for at in range(501)) + "}", "text-too-long"),
        ('{"id": "x", "title": "a\\u0000b"}', "bad-encoding"),
        ('{"id": "x", "fit": ["\\ud800"]}', "bad-encoding"),
        ('{"id": "x", "\\ud800": 1}', "bad-encoding"),
        ('{"id": "x", "image": "%s"}' % ("a/" * 2_500), "text-too-long"),
        ('{"id": "x", "image": "a\\u0000.jpg"}', "bad-encoding"),
        ("17", "bad-row"),
        ("{" * 900, "bad-row"),
    ],
)
def test_one_bad_line_of_json_stops_nothing(tmp_path: Path, row, code):
    path = tmp_path / "items.jsonl"
    path.write_text('{"id": "a"}\n' + row + '\n{"id": "b"}\n')
    assert codes(read(path)) == ["", code, ""]


def test_nul_characters_are_reported_and_ids_never_altered(tmp_path: Path):
    path = tmp_path / "items.csv"
    path.write_bytes(b"id,title,\na\0b,x,\nc,x\0y,\nd,x,\0\n\0\n\0,\0,\0\n e\t,x,\n\xe2\x80\xaef,x,\ng\x1b[31m,x,\n")
    found = read(path)
    assert codes(found) == [
        "bad-id", "bad-encoding", "bad-encoding", "bad-id", "bad-id", "", "bad-id", "bad-id",
    ]  # fmt: skip
    assert [entry.item_id for entry in found if isinstance(entry, Rejection)] == [
        "a\\x00b", "c", "d", "\\x00", "\\x00", "\\u202ef", "g\\x1b[31m",
    ]  # fmt: skip
    assert [entry.item.item_id for entry in found if isinstance(entry, Record)] == ["e"]


@pytest.mark.parametrize(
    ("row", "code"),
    [("a", "bad-row"), ("a,b", "bad-row"), ("a,b,c.jpg", "short-row"), ("a,b,c.jpg,4", "short-row"), ("a,b,c,4,5", "")],
)
def test_short_rows_lack_optional_cells_only(tmp_path: Path, row, code):
    path = tmp_path / "items.csv"
    path.write_text(f"id,title,image,price,collar\n{row}\n")
    (entry,) = read(path)
    found = [entry.code] if isinstance(entry, Rejection) else [warning.code for warning in entry.warnings]
    assert found == ([code] if code else [])
    assert isinstance(entry, Rejection) or entry.id_is_certain is (code == "")


def test_text_controls_nothing(tmp_path: Path):
    path = tmp_path / "items.csv"
    evil = "\x1b]0;PWNED\x07\x1b[2J\x9b31m\u202e\u2066\u200f"
    path.write_text(
        f"id,title,brand,description,url,image,Col{evil}our\n"
        f'a,T{evil}t,B{evil},"D{evil}d\r\nnext",javascript:alert(1),,v{evil}w\n'
        f'b,"one\ntwo\tthree",,,https://shop.example/b,,\nc{evil},,,,,,\nd,,,,,../{evil}/x,\n'
    )
    first, second, third, fourth = read(path)
    assert isinstance(first, Record)
    assert (first.item.title, first.item.brand, first.item.description) == ("T31mt", "B31m", "D31md\nnext")
    assert first.item.attributes == {"Col31mour": "v31mw"}
    assert first.item.url == ""
    assert [(warning.code, warning.item_id) for warning in first.warnings] == [("bad-url", "a")]
    assert isinstance(second, Record)
    assert (second.item.title, second.item.url) == ("one two three", "https://shop.example/b")
    for entry, code in ((third, "bad-id"), (fourth, "image-outside")):
        assert isinstance(entry, Rejection)
        assert entry.code == code
        assert (entry.item_id + entry.message + entry.remedy + entry.file).isprintable()


def test_a_column_that_is_there_twice_loses_nothing(tmp_path: Path):
    path = tmp_path / "items.csv"
    path.write_text("id,title,title,fit,fit,fit (2)\na,b,c,d,e,f\n")
    (row,) = read(path)
    assert isinstance(row, Record)
    assert (row.item.title, row.item.attributes) == (
        "b",
        {
            "title (2)": "c",
            "fit": "d",
            "fit (2)": "e",
            "fit (2) (2)": "f",
        },
    )


def test_a_header_has_a_limit(tmp_path: Path):
    (tmp_path / "items.csv").write_text("id" + "," * 2_000 + "\na\n")
    with pytest.raises(DataError, match="2,001 columns; the limit is 2,000"):
        read(tmp_path)


@pytest.mark.parametrize("data", ["id,плат\na,b\n".encode("cp1251"), b"id,caf\xff\na,b\n"])
def test_a_header_in_another_encoding_says_so(tmp_path: Path, data):
    path = tmp_path / "items.csv"
    path.write_bytes(data)
    with pytest.raises(DataError, match="not in this encoding") as caught:
        read(path)
    assert "--encoding" in caught.value.remedy


@pytest.mark.parametrize(
    ("encoding", "damage"),
    [("utf-16", b"\x00\xdc"), ("utf-8", b"\xff"), ("cp1252", b"\x81"), ("utf-16-le", b"\x00\xd8")],
)
def test_undecodable_bytes_cost_their_row(tmp_path: Path, encoding, damage):
    path = tmp_path / "items.csv"
    start, end = (
        "id,title\na,é\nb,x".encode(encoding),
        "y\nc,é\n".encode(encoding.replace("16", "16-le").replace("-le-le", "-le")),
    )
    path.write_bytes(start + damage + end)
    assert codes(read(path, encoding=encoding)) == ["", "bad-encoding", ""]


def test_utf_16_that_breaks_off_costs_its_last_row(tmp_path: Path):
    path = tmp_path / "items.csv"
    path.write_bytes("id,title\na,b\nc,d".encode("utf-16")[:-1])
    assert codes(read(path)) == ["", "bad-encoding"]


def test_columns_and_encoding_can_be_said(tmp_path: Path):
    path = tmp_path / "items.csv"
    path.write_bytes("Ref,Libellé,id\na,café,1\n".encode("cp1252"))
    (row,) = read(path, columns={"item_id": "Ref", "title": "Libellé"}, encoding="cp1252")
    assert isinstance(row, Record)
    assert row.item == Item("a", "café", attributes={"id": "1"})
    for columns in ({"item_id": "Nothing"}, {"nothing": "Ref"}):
        with pytest.raises(UsageError):
            read(path, columns=columns, encoding="cp1252")
    with pytest.raises(UsageError, match="does not exist"):
        read(path, encoding="klingon")


def test_a_table_without_ids_says_what_it_found(tmp_path: Path):
    (tmp_path / "items.csv").write_text("Row,Name\na,b\n")
    with pytest.raises(DataError, match=r"no column contains the ids \(found Row, Name\)"):
        read(tmp_path)


def test_which_table_of_a_folder(tmp_path: Path):
    for name in ("a.csv", "b.jsonl"):
        (tmp_path / name).write_text("id\n")
    with pytest.raises(DataError, match="several tables"):
        open_source(tmp_path)
    (tmp_path / "Products.tsv").write_text("id\nx\n")
    source = open_source(tmp_path)
    assert isinstance(source, TableSource)
    assert source.table.name == "Products.tsv"
    (tmp_path / "export.csv").write_text("Handle,Title,Variant SKU,Variant Price\nx,y,z,1\n")
    assert open_source(tmp_path).layout == "shopify"  # a shop's layout says more than a usual name
