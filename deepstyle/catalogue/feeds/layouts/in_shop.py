"""The list of DeepFashion In-shop, as ``deepstyle.catalogue.feeds.lists`` reads it."""

from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place


def place(cells: Cells, above: str) -> Place:
    """Each picture after a garment's first one in a colour is a part of it."""
    item_id = cells["item_id"]
    continued = bool(cells["continued"])
    return Place(product=item_id, names=() if continued else (item_id,), group=cells["garment"], part=continued)


IN_SHOP: Final = Layout(
    name="in-shop",
    title="DeepFashion In-shop (Eval/list_eval_partition.txt)",
    clue="a folder with Eval/list_eval_partition.txt and Img/img or img",
    example=("image_name", "item_id", "evaluation_status"),
    needs=(("evaluation_status",), ("garment",)),
    columns={"item_id": ("item_id",), "model_id": ("garment",), "gallery": ("image_name",)},
    plain=frozenset(("continued",)),
    place=place,
)
