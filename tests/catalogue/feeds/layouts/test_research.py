"""Data sets of researchers: Kaggle's and H&M's tables, the lists of In-shop and Street2Shop."""

import json
from pathlib import Path

import pytest

from deepstyle.catalogue.rows import Record
from deepstyle.catalogue.source import open_source
from deepstyle.errors import DataError
from tests.catalogue.feeds.layouts.feeds import items, kinds, pictures, write_feed


def test_surplus_commas_belong_to_kaggle_s_title(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "9.jpg").write_bytes(b"picture")
    (tmp_path / "styles.csv").write_text(
        "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName\n"
        "9,Women,Accessories,Bags,Clutches,Red,Summer,2012,Party,Nord Women Red, Gold, and Blue Clutch\n"
        '10,Women,Accessories,Bags,Clutches,Red,Summer,2012,Party,"Nord\n'
    )
    source = open_source(tmp_path)
    assert source.layout == "kaggle"
    assert kinds(source) == ["9", "Rejection: bad-row"]
    item = items(source)["9"]
    assert (item.title, item.category, item.semantic_category, item.colour) == (
        "Nord Women Red, Gold, and Blue Clutch", "Clutches", "bags", "Red",
    )  # fmt: skip
    assert pictures(source) == {"9": ["9.jpg"]}


def test_the_table_of_pictures_beside_kaggle_s_is_not_the_catalogue(tmp_path: Path) -> None:
    columns = ("id", "articleType", "productDisplayName")
    write_feed(tmp_path, "styles.csv", [dict.fromkeys(columns, "7")])
    assert write_feed(tmp_path, "images.csv", [{"filename": "7.jpg", "link": "https://cdn.example/7.jpg"}]).layout == (
        "kaggle"
    )


def test_h_and_m_s_articles_have_all_their_zeros(tmp_path: Path) -> None:
    row = {"article_id": "0123456001", "product_code": "0123456", "prod_name": "Tilda tank",
           "product_type_name": "Vest top", "product_group_name": "Garment Upper body",
           "graphical_appearance_name": "Stripe", "colour_group_name": "White", "index_group_name": "Ladieswear",
           "detail_desc": "Ribbed."}  # fmt: skip
    lost = row | {"article_id": "123456002", "product_code": "123456"}
    source = write_feed(tmp_path, "articles.csv", [row, lost], ["012/0123456001.jpg", "012/0123456002.jpg"])
    assert source.layout == "hm"
    first, second = source.records()
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.item.title, first.item.model_id, first.item.gender, first.item.pattern) == (
        "Tilda tank", "0123456", "women", "Stripe",
    )  # fmt: skip
    assert (second.item.item_id, second.item.model_id) == ("0123456002", "0123456")
    assert [warning.code for warning in second.warnings] == ["lost-zeros"]
    assert pictures(source) == {"0123456001": ["0123456001.jpg"], "0123456002": ["0123456002.jpg"]}


def write(path: Path, text: str = "picture") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("below", ["Img/img", "img"])
def test_in_shop_s_garments_by_colour(tmp_path: Path, below: str) -> None:
    names = ["id_00000009/01_1_front.jpg", "id_00000009/01_2_side.jpg", "id_00000009/02_1_front.jpg"]
    lines = [f"img/MEN/Shirts_Polos/{name} id_00000009 {status}" for name, status in zip(names, ("train", "query", "gallery"), strict=True)]  # fmt: skip  # noqa: E501
    write(tmp_path / "Eval" / "list_eval_partition.txt", "\n".join(["4", "image_name item_id status", *lines, "odd"]))
    for name in names:
        write(tmp_path / below / "MEN" / "Shirts_Polos" / name)
    source = open_source(tmp_path)
    assert source.layout == "in-shop"
    assert kinds(source) == ["id_00000009-01", "Omission: merged", "id_00000009-02", "Rejection: bad-row"]
    item = items(source)["id_00000009-01"]
    assert (item.model_id, item.category, item.gender, item.semantic_category) == (
        "id_00000009", "Shirts Polos", "men", "tops",
    )  # fmt: skip
    assert pictures(source) == {
        "id_00000009-01": ["01_1_front.jpg", "01_2_side.jpg"],
        "id_00000009-02": ["02_1_front.jpg"],
    }


def test_street2shop_s_products(tmp_path: Path) -> None:
    write(
        tmp_path / "meta" / "json" / "retrieval_dresses.json",
        json.dumps(
            [{"photo": 3, "product": 8}, {"photo": 4, "product": 8}, {"photo": 5, "product": 9}, {"photo": "x"}]
        ),
    )
    write(tmp_path / "images" / "000000003.jpg")
    write(tmp_path / "images" / "000000004.jpeg")
    source = open_source(tmp_path)
    assert source.layout == "street2shop"
    assert kinds(source) == ["8", "Omission: merged", "9", "Rejection: bad-row"]
    assert items(source)["8"].semantic_category == "all-body"
    assert pictures(source) == {"8": ["000000003.jpg", "000000004.jpeg"], "9": []}


def test_a_list_that_is_cut_off_says_so(tmp_path: Path) -> None:
    write(tmp_path / "meta" / "json" / "retrieval_dresses.json", '[{"photo": 3, "product": 8}')
    with pytest.raises(DataError, match="retrieval_dresses"):
        list(open_source(tmp_path).records())
