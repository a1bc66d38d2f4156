"""XML: feeds of every kind, and everything that a hostile one may have."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.feeds import xml_parse, xml_rows
from deepstyle.catalogue.feeds.limits import MAX_XML_DEPTH
from deepstyle.catalogue.feeds.tables import open_tables
from deepstyle.errors import DataError
from tests.catalogue.feeds.formats import rows_of, tables_of

RSS = '<rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>{}</channel></rss>'


def values(folder: Path, text: str) -> list[dict]:
    return [dict(row.values) for row in rows_of(folder, "feed.xml", text.encode())]


def test_a_feed_of_google(tmp_path: Path):
    item = """<item><title>A &amp; B</title><g:title>other</g:title><g:id>1</g:id>
        <description><![CDATA[<p>One &lt; two</p>]]></description>
        <g:additional_image_link>a.jpg</g:additional_image_link>
        <g:additional_image_link>b.jpg</g:additional_image_link>
        <g:shipping><g:country>DE</g:country><g:price>5 EUR</g:price></g:shipping></item>"""
    assert values(tmp_path, RSS.format(item)) == [
        {
            "title": "A & B",
            "g:title": "other",
            "id": "1",
            "description": "<p>One &lt; two</p>",
            "additional_image_link": ["a.jpg", "b.jpg"],
            "shipping": {"country": "DE", "price": "5 EUR"},
        }
    ]


def test_categories_that_are_listed_once_are_named_in_each_row(tmp_path: Path):
    categories = '<category id="1">Clothes</category><category id="2" parentId="1"> Dresses </category>'
    loop = '<category id="8" parentId="9">a</category><category id="9" parentId="8">b</category>'
    offers = "".join(f'<offer id="{at}"><categoryId>{at}</categoryId></offer>' for at in (2, 7, 8))
    feed = (
        f"<yml_catalog><shop><categories>{categories}{loop}</categories><offers>{offers}</offers></shop></yml_catalog>"
    )
    dress, unknown, looped = values(tmp_path, feed)
    assert dress == {"id": "2", "categoryId": "2", "category": "Clothes > Dresses"}
    assert unknown == {"id": "7", "categoryId": "7"}
    assert looped["category"].endswith("b > a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><link href="https://s.example/1" rel="x"/>'
            "</entry></feed>",
            [{"id": "1", "link": "https://s.example/1", "link rel": "x"}],
        ),
        (
            '<yml_catalog><shop><offers><offer id="7" available="true"><picture>a</picture><picture>b</picture>'
            '<param name="Size" unit="EU">40</param></offer></offers></shop></yml_catalog>',
            [{"id": "7", "available": "true", "picture": ["a", "b"], "Size": "40", "Size unit": "EU"}],
        ),
        ("<SHOP><SHOPITEM><ITEM_ID>1</ITEM_ID></SHOPITEM><SHOPITEM/></SHOP>", [{"ITEM_ID": "1"}, {"SHOPITEM": ""}]),
        ("<a><b><c>1</c></b><b><c>2</c></b><d><c>3</c></d></a>", [{"c": "1"}, {"c": "2"}]),
        (
            "<products><product><images><image>a</image></images><categories><category>x</category></categories>"
            "<sizes><s>1</s><s>2</s></sizes><shipping><price>1</price></shipping></product></products>",
            [{"images": ["a"], "categories": ["x"], "sizes": ["1", "2"], "shipping": {"price": "1"}}],
        ),
        ('<rows><row sku="1"/><row sku="2" title="B"/></rows>', [{"sku": "1"}, {"sku": "2", "title": "B"}]),
    ],
)  # fmt: skip
def test_feeds_of_other_kinds(tmp_path: Path, text, expected):
    assert values(tmp_path, text) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_encodings_that_the_declaration_names(tmp_path: Path, encoding):
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><items><item><id>1</id><title>Größe</title></item></items>'
    assert rows_of(tmp_path, "a.xml", text.encode(encoding))[0].values["title"] == "Größe"


@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["C"]), max_size=6), min_size=2, max_size=2), data=st.data()
)
def test_rows_have_their_lines(tmp_path_factory: pytest.TempPathFactory, texts, data):
    gaps = [data.draw(st.integers(0, 3)) for _ in range(2)]
    rows = "".join("\n" * gap + "<item><id>1</id></item>" for gap in gaps)
    found = rows_of(tmp_path_factory.mktemp("xml"), "a.xml", f"<items>{rows}</items>".encode())
    assert [row.line for row in found] == [1 + gaps[0], 1 + gaps[0] + gaps[1]]


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + RSS.format("<item><id>&b;</id></item>")


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><items><item><id>&e;</id></item></items>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><items><item><id>1</id></item></items>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><items/>',
        "<!DOCTYPE html><html><body><item><id>1</id></item></body></html>",
    ],
)
def test_a_dtd_is_refused(tmp_path: Path, text):
    for encoding in ("utf-8", "utf-16"):
        (tmp_path / "feed.xml").write_bytes(text.encode(encoding))
        with pytest.raises(DataError, match="has a DTD"):
            open_tables(tmp_path / "feed.xml")


def test_depth(tmp_path: Path):
    deep = MAX_XML_DEPTH - 2
    assert values(tmp_path, f"<a><item>{'<b>' * deep}1{'</b>' * deep}</item></a>")
    with pytest.raises(DataError, match="nested over 64 deep"):
        values(tmp_path, f"<a><item>{'<b>' * (deep + 1)}</item></a>")


@pytest.mark.parametrize("text", ["<a><!--{}--></a>", '<a b="{}"/>', "<{}/>", "<a><?pi {}?></a>"])
def test_one_tag_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text):
    monkeypatch.setattr(xml_parse, "MAX_XML_TOKEN_BYTES", 1 << 17)
    with pytest.raises(DataError, match="a tag has over"):
        values(tmp_path, text.format("x" * (1 << 19)))


@pytest.mark.parametrize("row", ["<id>" + "x" * 5_000 + "</id>", "<a/>" * 100, '<a b="' + "x" * 5_000 + '"/>'])
def test_a_row_that_is_too_long_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row):
    monkeypatch.setattr(xml_rows, "MAX_XML_ROW_CHARS", 4_000)
    found = rows_of(
        tmp_path, "a.xml", f"<i><item><id>1</id></item><item>{row}</item><item><id>2</id></item></i>".encode()
    )
    assert [found.fault.code if found.fault else found.values["id"] for found in found] == ["1", "bad-row", "2"]


def test_a_row_has_at_most_two_thousand_columns(tmp_path: Path):
    cells = "".join(f"<c{at}>1</c{at}>" for at in range(2_001))
    (row,) = rows_of(tmp_path, "a.xml", f"<items><item>{cells}</item></items>".encode())
    assert row.fault is not None
    assert "2,001 columns" in row.fault.message


def test_xml_that_breaks_off_keeps_the_rows_before(tmp_path: Path):
    rows = "<item><id>1</id></item>" * 10_000
    (table,) = tables_of(tmp_path, "a.xml", f"<items>{rows}<item></id>".encode())
    count = 0
    with pytest.raises(DataError, match="malformed XML"):
        for _ in table.rows():
            count += 1
    assert count == 10_000


def test_the_doctype_that_yandex_prescribes_is_a_name(tmp_path: Path):
    offer = '<offer id="1"><name>a</name></offer>'
    text = f'<!DOCTYPE yml_catalog SYSTEM "shops.dtd"><yml_catalog><offers>{offer}</offers></yml_catalog>'
    assert values(tmp_path, text) == [{"id": "1", "name": "a"}]
    with pytest.raises(DataError, match="has a DTD"):
        values(tmp_path, text.replace('"shops.dtd"', '"shops.dtd" [<!ENTITY a "b">]'))
