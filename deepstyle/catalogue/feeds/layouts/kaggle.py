"""Kaggle's *Fashion Product Images*: ``styles.csv`` beside ``images/<id>.jpg``.

Titles with commas are not quoted: surplus cells belong to the last column, ``productDisplayName``.
"""

from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Layout

KAGGLE: Final = Layout(
    name="kaggle",
    title="Kaggle fashion product images (styles.csv)",
    clue="id, articleType and productDisplayName",
    example=("id", "gender", "masterCategory", "subCategory", "articleType", "baseColour", "season", "year", "usage",
             "productDisplayName"),
    needs=(("id",), ("article_type",), ("product_display_name",)),
    columns={
        "item_id": ("id",),
        "title": ("product_display_name",),
        "category": ("article_type", "sub_category", "master_category"),
        "colour": ("base_colour",),
        "image": ("filename", "image"),
        "semantic_category": (),
    },
    last_takes_surplus=True,
)  # fmt: skip
