"""H&M's *Personalized Fashion Recommendations*: ``articles.csv`` beside ``images/010/0108775015.jpg``.

An article's id has ten digits, a product's seven; where a program has removed their leading zeros, they are restored.
"""

from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout

ARTICLE_DIGITS: Final = 10
PRODUCT_DIGITS: Final = 7
_GENDERS: Final = {"ladieswear": "women", "menswear": "men", "baby/children": "kids"}


def compute(cells: Cells) -> dict[str, str]:
    """The product with all its zeros, and who it is for."""
    product = cells["product_code"]
    found = {"model_id": product.zfill(PRODUCT_DIGITS)} if product else {}
    gender = _GENDERS.get(cells["index_group_name"].lower())
    return found | ({"gender": gender} if gender else {})


def restore_id(item_id: str) -> str:
    """An article's id with all its zeros."""
    return item_id.zfill(ARTICLE_DIGITS) if item_id.isdecimal() else item_id


HM: Final = Layout(
    name="hm",
    title="H&M articles (articles.csv)",
    clue="article_id, prod_name and product_type_name",
    example=("article_id", "product_code", "prod_name", "product_type_name", "product_group_name",
             "colour_group_name", "index_group_name", "garment_group_name", "detail_desc"),
    needs=(("article_id",), ("prod_name",), ("product_type_name",)),
    columns={
        "item_id": ("article_id",),
        "model_id": ("product_code",),
        "title": ("prod_name",),
        "category": ("product_type_name", "product_group_name", "garment_group_name"),
        "colour": ("colour_group_name", "perceived_colour_master_name"),
        "pattern": ("graphical_appearance_name",),
        "description": ("detail_desc",),
    },
    compute=compute,
    restore_id=restore_id,
)  # fmt: skip
