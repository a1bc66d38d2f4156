from pathlib import Path

import pytest

from deepstyle.catalogue.category_map import CategoryMap, read_category_map
from deepstyle.catalogue.item import Item
from deepstyle.errors import DataError, FileError


def written(folder: Path, text: str, name: str = "map.csv") -> CategoryMap:
    (folder / name).write_text(text, "utf-8")
    return read_category_map(folder / name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("word,category\nFreizeit,shoes\nGürteltasche groß,bags\nGutscheine,none\n", "map.csv"),
        ("Freizeit;shoes\n\nGürteltasche groß;BAGS\nGutscheine;\n", "map.csv"),
        ('"Freizeit" = "shoes"\n"Gürteltasche groß" = "bags"\nGutscheine = "none"\n', "map.toml"),
    ],
)
def test_both_formats_give_the_same_map(tmp_path: Path, text: str, name: str) -> None:
    found = written(tmp_path, text, name)
    assert found.category("FREIZEIT") == "shoes"
    assert found.category("Damen > Freizeit > Neu") == "shoes"
    assert found.category("Sale", "Guerteltasche", "gurteltasche gross, rot") == "bags"
    assert found.category("Gutscheine") == ""
    assert found.category("Freizeitpark", "") is None


def test_the_longest_name_wins_and_of_two_as_long_the_last(tmp_path: Path) -> None:
    found = written(tmp_path, "a,tops\nb,bags\na b,hats\n")
    assert [found.category(text) for text in ("a x b", "b x a", "b, a b")] == ["bags", "tops", "hats"]


def test_it_overrides_what_the_feed_says(tmp_path: Path) -> None:
    found = written(tmp_path, "Kimono,outerwear\n")
    item = Item("1", "Silk kimono", semantic_category="all-body", category="Loungewear")
    assert found.mapped(item).semantic_category == "outerwear"
    assert found.mapped(Item("2", "Dress", semantic_category="all-body")).semantic_category == "all-body"


@pytest.mark.parametrize(
    ("text", "name", "where"),
    [
        ("a,tops\nb,gowns\n", "map.csv", "line 2, gives the category 'gowns'"),
        ("a,tops,1\n", "map.csv", "line 1, has 3 cells"),
        ("a,tops\n\n-,bags\n", "map.csv", "line 3, names nothing"),
        ('a = "tops"\n\nb = 3\n', "map.toml", "line 3, gives the category '3'"),
        ("a = tops", "map.toml", "line 1"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(tmp_path: Path, text: str, name: str, where: str) -> None:
    with pytest.raises(DataError, match=name) as caught:
        written(tmp_path, text, name)
    assert where in caught.value.message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.csv"):
        read_category_map(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"caf\xe9,tops\n")
    with pytest.raises(DataError, match="UTF-8"):
        read_category_map(tmp_path / "latin.csv")
