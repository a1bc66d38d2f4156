"""The front door: ``Shop`` is a store, the encoder and the stylist, with one method for each use case.

>>> from deepstyle import Shop
>>> with Shop.open("sqlite:///shop.db") as shop:
...     shop.import_catalogue("products.csv")
...     shop.encode()
...     for match in shop.search_photo(Path("boots.jpg"), k=5).matches:
...         print(match.rank, match.item.title, match.similarity)

An item is named by its id, a string; a photo is a ``Path`` or the bytes of a JPEG, PNG, WebP, GIF, AVIF or HEIC file.
Nothing is loaded before it is needed: ``similar`` reads stored vectors and loads no model.
"""

from deepstyle.shop.encoding import EncodeResult, Progress, Runner, SuggestReport
from deepstyle.shop.info import ShopInfo
from deepstyle.shop.items import ItemDetails, PutResult
from deepstyle.shop.model_sets import SetStatus, SwitchReport
from deepstyle.shop.search import Photo, SearchAnswer
from deepstyle.shop.shop import EVERYTHING, LOOKALIKES, Part, Shop

__all__ = [
    "EVERYTHING",
    "LOOKALIKES",
    "EncodeResult",
    "ItemDetails",
    "Part",
    "Photo",
    "Progress",
    "PutResult",
    "Runner",
    "SearchAnswer",
    "SetStatus",
    "Shop",
    "ShopInfo",
    "SuggestReport",
    "SwitchReport",
]
