import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.prices import parse_price
from deepstyle.catalogue.rows import RowError


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.299,00 €", 1299.0, "EUR"),
        ("$19.90", 19.9, "USD"),
        ("19,90", 19.9, ""),
        ("1,299.00", 1299.0, ""),
        ("1.299", 1299.0, ""),
        ("1,299", 1299.0, ""),
        ("0.999", 0.999, ""),
        ("1.299 KWD", 1.299, "KWD"),
        ("12.345.678", 12345678.0, ""),
        ("CHF 1'250", 1250.0, "CHF"),
        ("1 299,50 zł", 1299.5, "PLN"),
        ("1\u00a0299 EUR", 1299.0, "EUR"),
        ("USD 5", 5.0, "USD"),
        ("£7", 7.0, "GBP"),
        ("49", 49.0, ""),
        ("9,5 €", 9.5, "EUR"),
        ("", None, ""),
        ("n/a", None, ""),
        (None, None, ""),
        (12.5, 12.5, ""),
        (1.299, 1.299, ""),
    ],
)
def test_prices_as_shops_write_them(text, amount, currency):
    assert parse_price(text) == (amount, currency)


@pytest.mark.parametrize(
    "text", ["call us", "12 - 15", "1.2.3", "1,29,00", "-5", float("nan"), float("inf"), True, [1], "5 apples", "1e5"]
)
def test_other_texts_are_refused(text):
    with pytest.raises(RowError) as caught:
        parse_price(text)
    assert caught.value.code == "bad-price"


def test_the_column_counts_where_the_text_names_no_currency():
    assert parse_price("5", "EUR") == (5.0, "EUR")
    assert parse_price("$5", "EUR") == (5.0, "USD")


@given(cents=st.integers(0, 10**9), style=st.sampled_from([",.", ".,", " ,", "'."]))
def test_amounts_with_two_decimals_survive_any_style(cents, style):
    thousands, mark = style
    text = f"{cents / 100:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", thousands)
    assert parse_price(text)[0] == pytest.approx(cents / 100)


@given(st.text(max_size=20))
def test_random_text_never_raises_anything_else(text):
    try:
        amount, _ = parse_price(text)
    except RowError:
        return
    assert amount is None or amount >= 0
