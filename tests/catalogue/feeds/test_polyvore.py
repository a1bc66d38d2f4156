"""Items of the Polyvore layout: a round trip of generated folders, the known traps, the real data."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.feeds.polyvore import METADATA_FILE, model_of, read_categories, read_items
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.catalogue.source import open_source
from deepstyle.errors import DeepstyleError

TEXTS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="&<"), max_size=12)
IDS = st.text("abcXYZ0123456789_.é", min_size=1, max_size=12).filter(lambda text: text not in (".", ".."))
ITEMS = st.builds(
    Item,
    item_id=IDS,
    title=TEXTS,
    description=TEXTS,
    semantic_category=st.sampled_from(SEMANTIC_CATEGORIES),
    brand=TEXTS,
    colour=TEXTS,
    pattern=TEXTS,
    price=st.none() | st.floats(0, 1e6),
    attributes=st.dictionaries(st.sampled_from(["year", "collar", "fit"]), TEXTS.filter(bool)),
)


def write(root: Path, metadata: object, images: tuple[str, ...] = ()) -> Path:
    (root / "images").mkdir(parents=True, exist_ok=True)
    (root / METADATA_FILE).write_text(json.dumps(metadata, indent=0))
    for name in images:
        (root / "images" / name).write_bytes(b"picture")
    return root


def records(root: Path) -> list[Record]:
    found = list(read_items(root))
    assert all(isinstance(entry, Record) for entry in found), found
    return [entry for entry in found if isinstance(entry, Record)]


@given(items=st.lists(ITEMS, max_size=6, unique_by=lambda item: item.item_id))
def test_a_written_folder_reads_back(tmp_path_factory, items):
    root = tmp_path_factory.mktemp("polyvore")
    result = {}
    for item in items:
        result[item.item_id] = {
            "url_name": "", "title": item.title, "description": item.description, "catgeories": "", "related": "",
            "semantic_category": item.semantic_category, "brand": item.brand, "colour": item.colour,
            "pattern": item.pattern, "price": item.price, **item.attributes,
        }  # fmt: skip
    write(root, result, tuple(f"{item.item_id}.jpg" for item in items))
    found = records(root)
    assert [record.item for record in found] == items
    assert [record.image_path.stem for record in found if record.image_path] == [item.item_id for item in items]


@given(data=st.binary(max_size=300) | st.text('{}[]":,\\u0a \n', max_size=80).map(str.encode))
def test_random_bytes_raise_nothing_but_our_errors(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("polyvore")
    (root / METADATA_FILE).write_bytes(data)
    (root / "categories.csv").write_bytes(data)
    try:
        for entry in read_items(root):
            assert isinstance(entry, Record | Rejection)
    except DeepstyleError as error:
        assert error.remedy


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.lists(st.text(max_size=3))
KEYS = st.sampled_from(["title", "url_name", "catgeories", "category_id", "semantic_category", "price", "brand", "odd"])


@given(result=st.dictionaries(st.text(max_size=6), VALUES | st.dictionaries(KEYS, VALUES | st.just({}))))
def test_any_json_becomes_records_and_rejections_that_add_up(tmp_path_factory, result):
    root = write(tmp_path_factory.mktemp("polyvore"), result)
    found = list(read_items(root))
    assert len(found) == len(result)
    for entry in found:
        json.dumps(entry.message if isinstance(entry, Rejection) else entry.item.title).encode()


def test_traps_of_the_real_metadata(tmp_path: Path):
    (tmp_path / "categories.csv").write_bytes(
        b"41,closed shoes,shoes\r\n41,closed shoes twice,bags\r\n17, Day dresses ,all-body \r\n"
        b"99,Odd,\r\n99,Odd,hats\r\n"
    )
    write(
        tmp_path,
        {
            "1": {"url_name": "black pumps", "title": "", "catgeories": "", "related": "", "category_id": "41",
                  "semantic_category": "shoes"},
            "2": {"url_name": "x", "title": "Gown", "category_id": "17", "semantic_category": "tops"},
            "3": {"title": "A", "catgeories": ["Women", "Bags", "Totes"], "related": ["9"], "category_id": "404"},
            "4": {"title": "B", "category_id": "99", "semantic_category": ""},
            "41085800-02": {"title": "C", "colour": "red", "year": 2019, "brand": "Mango"},
        },
    )  # fmt: skip
    items = [record.item for record in records(tmp_path)]
    assert items[0] == Item("1", "black pumps", semantic_category="shoes", category="closed shoes")
    assert items[1] == Item("2", "Gown", semantic_category="tops", category="Day dresses")
    assert items[2] == Item("3", "A", semantic_category="bags", category="Totes")
    assert items[3] == Item("4", "B", semantic_category="hats", category="Odd")
    assert items[4].model_id == "41085800"
    assert items[4].attributes == {"year": "2019"}


def test_categories_without_a_file_and_with_damage(tmp_path: Path):
    assert read_categories(tmp_path / "categories.csv") == {}
    (tmp_path / "categories.csv").write_bytes(b"1,\xff,shoes\n\n2\n3," + b"x" * 200_000 + b"\n4,Hat,hats")
    found = read_categories(tmp_path / "categories.csv")
    assert found["1"] == ("\ufffd", "shoes")
    assert found["2"] == ("", "")
    assert found["4"] == ("Hat", "hats")


def test_unsafe_ids_are_rejected_with_their_line(tmp_path: Path):
    ids = ["../../etc/passwd", "..", "", " a", "a\nb", "a/b", "a\\b", "x" * 129, "\ud800"]
    write(tmp_path, {**{item_id: {} for item_id in ids}, "fine": {}})
    found = list(read_items(tmp_path))
    assert [entry.code for entry in found if isinstance(entry, Rejection)] == ["bad-id"] * len(ids)
    assert [entry.line for entry in found] == [2 + at for at in range(len(ids) + 1)]
    assert isinstance(found[-1], Record)
    json.dumps([entry.item_id for entry in found[:-1] if isinstance(entry, Rejection)], ensure_ascii=False).encode()


def test_bad_rows_stop_nothing(tmp_path: Path):
    text = (
        '{\n"a": 1,\n"b": {"title": {}},\n"c": {"price": "call us"},\n"d": {"title": "caf\udce9"},\n"e": {},\n"e": {}}'
    )
    write(tmp_path, {})
    (tmp_path / METADATA_FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    codes = [entry.code if isinstance(entry, Rejection) else "" for entry in read_items(tmp_path)]
    assert codes == ["bad-row", "bad-field", "", "bad-encoding", "", "duplicate-id"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ('{"price": 1%s}' % ("0" * 400), ""),
        ('{"price": 1%s}' % ("0" * 5_000), ""),
        ('{"size": ' + "[" * 900 + "]" * 900 + "}", "bad-field"),
        ('{"size": ' + "[" * 100_000 + "]" * 100_000 + "}", "bad-row"),
        ('{"title": "%s"}' % ("t" * 10_000_000), "bad-row"),
        ('{"title": "%s"}' % ("t" * 100_000), "text-too-long"),
        ('{"title": "a\\u0000b"}', "bad-encoding"),
        ('{"title": "\\ud800"}', "bad-encoding"),
        ('{"price": Infinity}', ""),
        ('{"title": NaN, "url": "javascript:x"}', ""),
    ],
)
def test_one_bad_entry_stops_nothing(tmp_path: Path, value, code):
    (tmp_path / METADATA_FILE).write_text(f'{{"a": {{}},\n"b": {value},\n"c": {{}}}}')
    found = list(read_items(tmp_path))
    assert [entry.code if isinstance(entry, Rejection) else "" for entry in found] == ["", code, ""]
    assert [entry.line for entry in found] == [1, 2, 3]
    assert isinstance(found[1], Record) or found[1].may_name == ("b",)


def test_a_stray_quote_in_the_categories_costs_its_row(tmp_path: Path):
    (tmp_path / "categories.csv").write_text('1,"Boots,shoes\n2,Hat,hats\n3,Cap\x1b[2J,hats\n')
    assert read_categories(tmp_path / "categories.csv") == {"2": ("Hat", "hats"), "3": ("Cap", "hats")}


def test_links_that_leave_the_folder_are_refused(tmp_path: Path):
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"secret")
    root = write(tmp_path / "catalogue", {"a": {}, "b": {}, "c": {}}, ("b.jpg",))
    (root / "images" / "a.jpg").symlink_to(secret)
    (root / "images" / "c.jpg").symlink_to("b.jpg")
    found = list(read_items(root))
    assert isinstance(found[0], Rejection)
    assert found[0].code == "image-outside"
    assert isinstance(found[1], Record)
    assert isinstance(found[2], Record)


def test_missing_images_and_other_formats(tmp_path: Path):
    root = write(tmp_path, {"a": {}, "b": {}, "é" * 128: {}}, ("a.png",))
    assert [record.image_path and record.image_path.name for record in records(root)] == ["a.png", None, None]


def test_the_folder_around_the_layout_is_found_too(tmp_path: Path):
    write(tmp_path / "polyvore_outfits", {"a": {}}, ("a.jpg",))
    assert open_source(tmp_path).total() == 1


@pytest.mark.skipif("DEEPSTYLE_DATA" not in os.environ, reason="DEEPSTYLE_DATA does not point at the real data")
def test_real_data_reads_whole():
    source = open_source(Path(os.environ["DEEPSTYLE_DATA"]) / "outfits")
    found = list(source.records())
    assert source.layout == "polyvore"
    assert len(found) == source.total() == 3960
    assert all(isinstance(entry, Record) and entry.image_path and entry.item.model_id for entry in found)
    assert all(entry.item.semantic_category in SEMANTIC_CATEGORIES for entry in found if isinstance(entry, Record))


def test_model_is_the_part_before_the_hyphen():
    assert model_of("41085800-02") == "41085800"
    assert model_of("43064724-OR") == "43064724"
    assert model_of("213343990") == model_of("red-02") == model_of("1-2-3") == ""
