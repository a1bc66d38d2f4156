"""Spreadsheets: every type of cell, sheets, headers, and the limits on their parts."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.feeds import xlsx_parts, xlsx_table
from deepstyle.catalogue.feeds.limits import MAX_COLUMNS
from deepstyle.catalogue.feeds.tables import open_tables
from deepstyle.errors import DataError
from tests.catalogue.feeds.formats import links, rows_of, tables_of, xlsx, zipped

HEADER = ["id", "title", "price"]
STYLES = """<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0000000000"/><numFmt numFmtId="165"
formatCode="[Red]yyyy&quot;dd&quot;"/><numFmt numFmtId="166" formatCode="0.00 &quot;pairs&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/>
<xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>"""
LINKS = links(
    ("worksheet", "/xl/worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")
)


def sheet(*rows: str) -> str:
    return f"<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>"


@given(
    rows=st.lists(
        st.lists(
            st.none()
            | st.integers(-(10**15) + 1, 10**15 - 1)
            | st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda number: float(f"{number:.10g}"))
            | st.text(st.characters(exclude_categories=["C"], exclude_characters="_"), min_size=1, max_size=8),
            min_size=3,
            max_size=3,
        ),
        max_size=6,
    )
)
def test_cells_read_back(tmp_path_factory: pytest.TempPathFactory, rows):
    found = rows_of(tmp_path_factory.mktemp("xlsx"), "a.xlsx", xlsx([HEADER, *rows]))
    used = [
        (line, ["" if value is None else value for value in row])
        for line, row in enumerate(rows, 2)
        if any(value is not None and str(value).strip() for value in row)
    ]
    assert [(row.line, list(row.values.values())) for row in found] == used


def test_the_header_stands_below_a_title(tmp_path: Path):
    above = [["Products", "of 2024", 7], ["all", "shops", ""]]
    (row,) = rows_of(tmp_path, "a.xlsx", xlsx([*above, HEADER, ["a", "Boots", 5]]))
    assert (row.line, row.values) == (4, {"id": "a", "title": "Boots", "price": 5})


def test_every_type_of_cell(tmp_path: Path):
    row = """<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2">%s</row>"""
    texts = """<sst><si><t>id</t></si><si><r><t>ti</t></r><rPh><t>TI</t></rPh><r><t>tle</t></r></si></sst>"""

    def value(cell: str):
        found = sheet(row % f'<c r="A2" t="str"><v>a</v></c>{cell}')
        return rows_of(tmp_path, "a.xlsx", xlsx([], sheet=found, texts=texts, styles=STYLES, links=LINKS))[0].values[
            "title"
        ]

    assert value('<c r="B2" s="1"><v>108775015</v></c>') == "0108775015"  # as its format shows it
    assert value('<c r="B2" s="2"><v>45296</v></c>') == "2024-01-05"
    assert value('<c r="B2" s="3"><v>45296.5</v></c>') == "2024-01-05T12:00:00"
    assert value('<c r="B2" s="2"><v>-1</v></c>') == -1  # no date
    assert value('<c r="B2" s="4"><v>2</v></c>') == 2
    assert value('<c r="B2" s="99"><v>19.989999999999998</v></c>') == 19.99
    assert value('<c r="B2"><v>1.08775E+16</v></c>') == 10877500000000000
    assert value('<c r="B2" t="b"><v>1</v></c>') is True
    assert value('<c r="B2" t="b"><v>0</v></c>') is False
    assert value('<c r="B2" t="e"><v>#N/A</v></c>') == ""
    assert value('<c r="B2" t="d"><v>2024-01-05</v></c>') == "2024-01-05"
    assert value('<c r="B2" t="str"><f>1+1</f><v>two_x000D_</v></c>') == "two\r"
    assert value('<c r="B2"><f>1+1</f></c>') == ""  # never calculated
    with pytest.raises(DataError, match="malformed"):
        value('<c r="B2"><v>many</v></c>')
    with pytest.raises(DataError, match="malformed"):
        value('<c r="B2" t="s"><v>9</v></c>')


def test_dates_that_count_from_1904(tmp_path: Path):
    book = '<workbook><workbookPr date1904="1"/><sheets><sheet name="One" r:id="r0"/></sheets></workbook>'
    cells = sheet('<row><c t="str"><v>id</v></c></row><row><c s="2"><v>43834</v></c></row>')
    (row,) = rows_of(tmp_path, "a.xlsx", xlsx([], sheet=cells, workbook=book, styles=STYLES, links=LINKS))
    assert row.values == {"id": "2024-01-05"}


def test_titles_and_blank_rows_above_the_header(tmp_path: Path):
    (row,) = rows_of(tmp_path, "a.xlsx", xlsx([["Our products"], [None], HEADER, ["a", "Boots", 9], [None, "  ", ""]]))
    assert (row.line, row.values) == (4, {"id": "a", "title": "Boots", "price": 9})


def test_cells_in_columns_without_a_name(tmp_path: Path):
    first, second = rows_of(tmp_path, "a.xlsx", xlsx([["id", "id"], ["a", "b", "c"], [None, None, "note"], ["d"]]))
    assert (first.values, [warning.code for warning in first.warnings]) == ({"id": "a", "id (2)": "b"}, ["no-column"])
    assert (second.line, second.values, second.warnings) == (4, {"id": "d", "id (2)": ""}, ())


def test_sheets(tmp_path: Path):
    states = {"One": "", "Two": "", "Hidden": 'state="hidden"', "Chart": "", "Gone": ""}
    book = "".join(f'<sheet name="{name}" {state} r:id="r{at}"/>' for at, (name, state) in enumerate(states.items()))
    targets = ["sheet1.xml", "sheet2.xml", "sheet1.xml", "sheet1.xml", "gone.xml"]
    kinds = ["worksheet", "worksheet", "worksheet", "chartsheet", "worksheet"]
    parts = {
        "workbook": f"<workbook><sheets>{book}</sheets></workbook>",
        "links": links(*((kind, f"worksheets/{target}") for kind, target in zip(kinds, targets, strict=True))),
    }
    second = sheet('<row><c t="str"><v>sku</v></c></row>')
    tables = tables_of(tmp_path, "a.xlsx", xlsx([HEADER], sheet2=second, **parts))
    assert [(table.name, table.header) for table in tables] == [("a.xlsx/One", tuple(HEADER)), ("a.xlsx/Two", ("sku",))]
    (table,) = tables_of(tmp_path, "b.xlsx", xlsx([HEADER], sheet2=sheet(), **parts))
    assert table.name == "b.xlsx"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "encrypted, or has the format of Excel 97"),
        (zipped({"a.csv": b"id"}), "not a spreadsheet"),
        (xlsx([HEADER], workbook="<!DOCTYPE x [<!ENTITY a 'b'>]><workbook/>"), "has a DTD"),
        (xlsx([], sheet='<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'), "has a DTD"),
        (xlsx([], sheet="<worksheet><sheetData>"), "malformed"),
        (xlsx([], sheet=sheet('<row r="1048577"/>')), "over 1,048,576 rows"),
        (xlsx([[f"c{at}" for at in range(MAX_COLUMNS + 1)]]), "2,001 columns"),
        (xlsx([], sheet="<a>" * 65 + "</a>" * 65), "nested over 64 deep"),
    ],
)
def test_what_is_refused(tmp_path: Path, data, message):
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(DataError, match=message) as caught:
        open_tables(tmp_path / "a.xlsx")
    assert caught.value.remedy


def test_limits_of_the_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = xlsx([HEADER, ["a"]])
    for module, name, value, message in (
        (xlsx_table, "MAX_SPREADSHEET_BYTES", 100, "over 100 bytes"),
        (xlsx_parts, "MAX_SHARED_TEXT_BYTES", 100, "over 100 bytes"),
        (xlsx_parts, "MAX_SHEETS", 0, "over 0 sheets"),
    ):
        with monkeypatch.context() as patch, pytest.raises(DataError, match=message):
            patch.setattr(module, name, value)
            tables_of(tmp_path, "a.xlsx", data)


def test_a_cell_anywhere_costs_nothing(tmp_path: Path):
    cells = sheet(
        '<row><c t="str"><v>id</v></c></row>',
        '<row r="1000000"><c r="XFD1000000"><v>1</v></c></row>',
        '<row r="1000001"><c r="ZZZZZZZ1"><v>2</v></c></row>',
        '<row r="99999999999999"><c><v>3</v></c></row>',
    )
    assert [row.values for row in rows_of(tmp_path, "a.xlsx", xlsx([], sheet=cells))] == [{"id": 2}, {"id": 3}]


def test_a_row_that_is_too_long_is_rejected(tmp_path: Path):
    rows = rows_of(tmp_path, "a.xlsx", xlsx([["id"], ["a"], ["x" * (1 << 22)], ["b"]]))
    assert [row.fault.code if row.fault else row.values["id"] for row in rows] == ["a", "bad-row", "b"]


def test_what_openpyxl_writes(tmp_path: Path):
    openpyxl = pytest.importorskip("openpyxl", reason="a writer to compare with; deepstyle does not need it")
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append([108775015, "Über\nall", 19.99])
    book.active["A2"].number_format = "0000000000"
    book.save(tmp_path / "a.xlsx")
    (table,) = open_tables(tmp_path / "a.xlsx")
    assert [row.values for row in table.rows()] == [{"id": "0108775015", "title": "Über\nall", "price": 19.99}]


def test_parts_that_lead_out_of_the_archive(tmp_path: Path):
    parts = links(("worksheet", "../../../../etc/passwd"), ("sharedStrings", "file:///etc/passwd"))
    assert tables_of(tmp_path, "a.xlsx", xlsx([HEADER], links=parts)) == []
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert "xl/worksheets/sheet1.xml" in archive.namelist()
