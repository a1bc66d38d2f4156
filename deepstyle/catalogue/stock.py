"""Whether an item can be bought, by what feeds say of it: words in eight languages, quantities, schema.org's addresses.

The words of each state are one table. ``stock_state`` brings a feed's text to the state, which filters compare.
"""

import re
from types import MappingProxyType
from typing import Final

IN_STOCK: Final = ("in stock", "")
"""The states of what is not known to be sold out: a shop that does not count an item's stock sells it."""

_WORDS: Final = {
    "in stock": "in stock|instock|available|limited availability|limited stock|low stock|last pieces|instoreonly|"
    "in store only|onlineonly|online only|yes|true|y|active|auf lager|lieferbar|verfügbar|sofort lieferbar|vorrätig|ja|"
    "en stock|disponible|oui|sí|in magazzino|disponibile|disponibilità immediata|em estoque|em stock|disponível|sim|"
    "op voorraad|beschikbaar|leverbaar|w magazynie|dostępny|dostępne|dostępna|tak",
    "out of stock": "out of stock|outofstock|sold out|soldout|unavailable|not available|discontinued|no|false|n|none|"
    "ausverkauft|vergriffen|nicht auf lager|nicht lieferbar|nicht verfügbar|nein|épuisé|en rupture|rupture de stock|"
    "en rupture de stock|indisponible|non|agotado|sin stock|sin existencias|no disponible|esaurito|non disponibile|"
    "esgotado|sem estoque|sem stock|indisponível|não|uitverkocht|niet op voorraad|niet leverbaar|nee|wyprzedane|"
    "wyprzedany|niedostępny|niedostępne|brak|brak w magazynie|nie",
    "preorder": "preorder|pre order|presale|pre sale|vorbestellbar|vorbestellung|précommande|reserva|preordine|"
    "pré venda|przedsprzedaż",
    "backorder": "backorder|back order|backordered|on backorder|onbackorder|made to order|nachbestellt|auf bestellung|"
    "sur commande|bajo pedido|su ordinazione|sob encomenda|op bestelling|na zamówienie",
}
_STATE_OF: Final = MappingProxyType({word: state for state, words in _WORDS.items() for word in words.split("|")})
_QUANTITY: Final = re.compile(r"[+-]?\d{1,12}(?:[.,]\d+)?")
_LATER: Final = re.compile(r"\s*[,;:(\d]|\s(?:in|from|within|ab|innerhalb|dans|sous|en|entro|tra|binnen|em|w)\s")
"""Behind it stands when, or how many: "lieferbar in 2 Tagen", "in stock (3)"."""
_ADDRESS: Final = re.compile(r"https?://(?:www\.)?schema\.org/")


def stock_state(text: str) -> str:
    """The state that a feed's ``text`` names: ``in stock``, ``out of stock``, ``preorder`` or ``backorder``.

    A quantity is in stock where it is above 0. Another text is case folded.

    >>> stock_state("InStock"), stock_state("https://schema.org/SoldOut"), stock_state("0"), stock_state("Ausverkauft")
    ('in stock', 'out of stock', 'out of stock', 'out of stock')
    """
    folded = _ADDRESS.sub("", text.strip().casefold())
    if _QUANTITY.fullmatch(folded):
        return "in stock" if float(folded.replace(",", ".")) > 0 else "out of stock"
    words = " ".join(re.split(r"[\s_-]+", folded)).strip(" .!")
    return _STATE_OF.get(words) or _STATE_OF.get(_LATER.split(words, maxsplit=1)[0]) or folded


def is_in_stock(text: str) -> bool | None:
    """Whether a feed's ``text`` says that the item is in stock, or that it is not; ``None`` where it says neither."""
    state = stock_state(text)
    return None if state not in _WORDS else state == "in stock"
