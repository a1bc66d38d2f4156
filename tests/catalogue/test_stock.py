import pytest

from deepstyle.catalogue.stock import IN_STOCK, is_in_stock, stock_state


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("in stock", "in stock"),
        ("In_Stock", "in stock"),
        ("instock", "in stock"),
        ("http://schema.org/InStock", "in stock"),
        ("12", "in stock"),
        ("3,00", "in stock"),
        ("true", "in stock"),
        ("Sofort lieferbar", "in stock"),
        ("0", "out of stock"),
        ("-1", "out of stock"),
        ("OutOfStock", "out of stock"),
        ("out-of-stock", "out of stock"),
        ("  Sold Out! ", "out of stock"),
        ("Ausverkauft", "out of stock"),
        ("épuisé", "out of stock"),
        ("agotado", "out of stock"),
        ("uitverkocht", "out of stock"),
        ("https://schema.org/PreOrder", "preorder"),
        ("onbackorder", "backorder"),
        ("Lieferbar in 2-3 Tagen", "in stock"),
        ("in stock (3)", "in stock"),
        ("Disponibile, spedizione in 1 giorno", "in stock"),
        ("", ""),
        ("Ships in 3 Weeks", "ships in 3 weeks"),
    ],
)
def test_words_for_stock(text: str, state: str) -> None:
    assert stock_state(text) == state
    assert stock_state(state) == state
    expected = {"in stock": True, "out of stock": False, "preorder": False, "backorder": False}.get(state)
    assert is_in_stock(text) is expected


def test_what_is_not_known_to_be_sold_out_is_in_stock() -> None:
    assert "" in IN_STOCK and "out of stock" not in IN_STOCK
