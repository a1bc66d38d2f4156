"""The encoding of a text table is found, or the rows say what is wrong."""

from pathlib import Path

import pytest

from deepstyle.catalogue.feeds.encodings import find_encoding
from deepstyle.catalogue.feeds.feed_file import FeedFile
from tests.catalogue.feeds.formats import rows_of

WESTERN = {
    "de": "Größe: Tüte für Schuhe 40 €",
    "fr": "Robe d\u2019été à manches \u2013 crème «chic»",
    "es": "¿Bañador para niño?",
    "it": "Perché è così: città",
    "pt": "Calças de algodão",
    "nl": "Coöperatie één reünie",
}
OTHERS = {
    "cp1251": "Платье летнее",
    "cp1250": "Dětská chůva a síť",
    "cp1254": "K\u0131\u015fl\u0131k ayakkab\u0131",
    "shift_jis": "ワンピース",
}


def found(folder: Path, data: bytes, encoding: str = "utf-8") -> tuple[str, bool]:
    (folder / "a.csv").write_bytes(data)
    codec, warning = find_encoding(FeedFile.on_disk(folder / "a.csv"), encoding)
    return codec, warning is not None


@pytest.mark.parametrize("text", WESTERN.values(), ids=WESTERN)
def test_western_tables(tmp_path: Path, text):
    data = f"id,title\na,{text} in wool and cotton\n"
    assert found(tmp_path, data.encode()) == ("utf-8-sig", False)
    assert found(tmp_path, data.encode("cp1252")) == ("cp1252", True)
    assert found(tmp_path, data.encode("cp1252"), "latin-1") == ("latin-1", False)
    assert found(tmp_path, b"x" * 300_000 + b"\n" + data.encode("cp1252")) == ("cp1252", True)
    first, second = rows_of(tmp_path, "a.csv", data.encode("cp1252") + b"b,c\n")
    assert first.values["title"].startswith(text)
    assert [[warning.code for warning in row.warnings] for row in (first, second)] == [["guessed-encoding"], []]


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2"])
def test_polish_tables(tmp_path: Path, encoding):
    text = "Żółta sukienka w łatkę i świeże prążki z kieszenią, źle"
    data = f"id;title\na;{text}\n".encode(encoding)
    assert found(tmp_path, data) == (encoding, True)
    (row,) = rows_of(tmp_path, "a.csv", data)
    assert row.values["title"] == text


@pytest.mark.parametrize(("encoding", "text"), OTHERS.items(), ids=OTHERS)
def test_other_code_pages_are_not_guessed(tmp_path: Path, encoding, text):
    assert found(tmp_path, f"id,title\na,{text}\n".encode(encoding)) == ("utf-8-sig", False)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_unicode(tmp_path: Path, encoding):
    text = "id,title\n" + "a,Größe 40\n" * 60_000
    rows = rows_of(tmp_path, "a.csv", text.encode(encoding))
    assert {row.values["title"] for row in rows} == {"Größe 40"}
    assert len(rows) == 60_000


def test_one_damaged_letter_is_no_other_encoding(tmp_path: Path):
    assert found(tmp_path, "é, é, é\n".encode() + b"\xe9\n") == ("utf-8-sig", False)
    assert found(tmp_path, b"id,title\na,\xff\xff\n") == ("utf-8-sig", False)
    assert found(tmp_path, b"") == ("utf-8-sig", False)
