from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.currencies import CODES, THREE_DECIMALS, WITHOUT_DECIMALS, currency_code, decimal_mark_of
from deepstyle.catalogue.prices import Prices, column_mark, read_prices


def codes_of(prices: Prices) -> set[str]:
    return {warning.code for warning in prices.warnings}


@pytest.mark.parametrize(("text", "price", "currency"), [("$MXN 499", 499, "MXN"), ("¥ 12,800 (税込)", 12_800, "JPY")])
def test_a_sign_before_a_code_and_a_tax_in_japanese(text: str, price: float, currency: str) -> None:
    found = read_prices(text)
    assert (found.price, found.currency, found.warnings) == (price, currency, ())


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.299,00 €", 1299.0, "EUR"),
        ("€ 1.299,-", 1299.0, "EUR"),
        ("€1.299", 1299.0, "EUR"),
        ("12€50", 12.5, "EUR"),
        ("24,90€*", 24.9, "EUR"),
        ("49 Euro", 49.0, "EUR"),
        ("19,90 € inkl. 19 % MwSt.", 19.9, "EUR"),
        ("$19.90", 19.9, "USD"),
        ("$1,299", 1299.0, "USD"),
        ("US$ 35", 35.0, "USD"),
        ("USD 5", 5.0, "USD"),
        ("C$ 45.50", 45.5, "CAD"),
        ("A$45", 45.0, "AUD"),
        ("NZ$ 45", 45.0, "NZD"),
        ("HK$1,299.00", 1299.0, "HKD"),
        ("NT$1,299", 1299.0, "TWD"),
        ("R$ 1.299,90", 1299.9, "BRL"),
        ("MX$ 799", 799.0, "MXN"),
        ("£7", 7.0, "GBP"),
        ("£8.50 GBP", 8.5, "GBP"),
        ("¥12,000", 12000.0, "JPY"),
        ("12,000円", 12000.0, "JPY"),
        ("¥ 299.50", 299.5, "CNY"),
        ("299元", 299.0, "CNY"),
        ("RMB 299", 299.0, "CNY"),
        ("CN¥299", 299.0, "CNY"),
        ("₹1,29,999.00", 129999.0, "INR"),
        ("Rs. 2,499/-", 2499.0, "INR"),
        ("Rs.500", 500.0, "INR"),
        ("Rs.1,29,999.00", 129999.0, "INR"),
        ("Fr.1'299.-", 1299.0, "CHF"),
        ("S/.20", 20.0, "PEN"),
        ("$.99", 0.99, "USD"),
        (",99 €", 0.99, "EUR"),
        ("12,50€/Stück", 12.5, "EUR"),
        ("$12 per pair", 12.0, "USD"),
        ("49.99 US Dollars", 49.99, "USD"),
        ("5 Swiss Francs", 5.0, "CHF"),
        ("CHF 1'250", 1250.0, "CHF"),
        ("Fr. 1’299.–", 1299.0, "CHF"),  # noqa: RUF001 - as it is written there
        ("1.299.- CHF", 1299.0, "CHF"),
        ("1 299,50 zł", 1299.5, "PLN"),
        ("990 Kč", 990.0, "CZK"),
        ("12 990 Ft", 12990.0, "HUF"),
        ("1 299 руб.", 1299.0, "RUB"),  # noqa: RUF001 - Cyrillic
        ("₽1299", 1299.0, "RUB"),
        ("₺1.299,90", 1299.9, "TRY"),
        ("1.299,90 TL", 1299.9, "TRY"),
        ("₩59,000", 59000.0, "KRW"),
        ("59,000 won", 59000.0, "KRW"),
        ("฿590.-", 590.0, "THB"),
        ("1.290.000₫", 1290000.0, "VND"),
        ("₱1,299.00", 1299.0, "PHP"),
        ("Rp 1.299.000", 1299000.0, "IDR"),
        ("RM59.90", 59.9, "MYR"),
        ("د.إ 120", 120.0, "AED"),
        ("١٢٠٫٥٠ ر.س", 120.5, "SAR"),  # noqa: RUF001 - Arabic digits
        ("₪ 199.90", 199.9, "ILS"),
        ("199 NIS", 199.0, "ILS"),
        ("59,90 лв.", 59.9, "BGN"),
        ("129,99 lei", 129.99, "RON"),
        ("1.290 ден", 1290.0, "MKD"),
        ("S/ 59.90", 59.9, "PEN"),
        ("R 1 299.00", 1299.0, "ZAR"),
        ("1.299 KWD", 1.299, "KWD"),
        ("120 AED", 120.0, "AED"),
        ("1\u00a0299 EUR", 1299.0, "EUR"),
        ("19,90", 19.9, ""),
        ("1,299.00", 1299.0, ""),
        ("12.345.678", 12345678.0, ""),
        ("0.999", 0.999, ""),
        ("29.9000", 29.9, ""),
        ("49", 49.0, ""),
        ("0", 0.0, ""),
        ("", None, ""),
        ("n/a", None, ""),
        (None, None, ""),
        (12.5, 12.5, ""),
        (1.299, 1.299, ""),
    ],
)
def test_prices_as_shops_write_them(text: Any, amount: float | None, currency: str) -> None:
    assert read_prices(text) == Prices(amount, None, currency)


@pytest.mark.parametrize(
    "text",
    ["call us", "1.2.3", "12.345.67", "1,29,00", "-5", "€ -5", float("nan"), float("inf"), -1, True, [1], "5 apples",
     "1e5", "2024-05-01", "19.90 EUR / 21.50 USD", "9" * 100, 10**400],
)  # fmt: skip
def test_what_cannot_be_read_is_omitted_with_a_warning(text: Any) -> None:
    found = read_prices(text, currency="EUR")
    assert (found.price, found.regular_price, found.currency) == (None, None, "EUR")
    assert codes_of(found) == {"bad-price"}


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("19.99 - 29.99", 19.99, ""),
        ("29,99 € – 19,99 €", 19.99, "EUR"),  # noqa: RUF001 - as it is written there
        ("from 19.99", 19.99, ""),
        ("ab 19,99 €", 19.99, "EUR"),
        ("à partir de 19,99 €", 19.99, "EUR"),
        ("A partir de R$ 59,90", 59.9, "BRL"),
        ("statt 29,90 € jetzt 19,90 €", 19.9, "EUR"),
        ("1.299", 1299.0, ""),
        ("$1.234", 1234.0, "USD"),
        ("1 299 kr", 1299.0, ""),
    ],
)
def test_what_is_read_with_a_doubt_is_warned_of(text: str, amount: float, currency: str) -> None:
    found = read_prices(text)
    assert (found.price, found.currency) == (amount, currency)
    assert codes_of(found) == {"unclear-price"}


@pytest.mark.parametrize(
    ("text", "declared", "currency", "codes"),
    [
        ("5", "EUR", "EUR", set()),
        ("5", "€", "EUR", set()),
        ("5", " usd ", "USD", set()),
        ("$5", "CAD", "CAD", set()),
        ("$5", "MXN", "MXN", set()),
        ("¥5", "CNY", "CNY", set()),
        ("£5", "EGP", "EGP", set()),
        ("5 kr", "DKK", "DKK", set()),
        ("Rs 5", "PKR", "PKR", set()),
        ("$ 5 CAD", "", "CAD", set()),
        ("$5", "EUR", "USD", {"unclear-price"}),
        ("5", "store credit", "STORE CREDIT", set()),
    ],
)
def test_the_declared_currency_decides_what_a_shared_sign_means(text, declared, currency, codes) -> None:
    found = read_prices(text, currency=declared)
    assert (found.price, found.currency, codes_of(found)) == (5.0, currency, codes)


def test_the_columns_other_values_decide_what_1_299_is() -> None:
    assert column_mark(["1.299", "19,90 €", None, 5]) == ","
    assert column_mark(["1.299", "12.345.678"]) == ","
    assert column_mark(["1.299", "19.90"]) == "."
    assert column_mark(["1.299", "19.90", "19,90"]) == column_mark(["1.299", "5"]) == ""
    assert read_prices("1.299", decimal_mark=",") == Prices(1299.0)
    assert read_prices("1.299", decimal_mark=".") == Prices(1.299)


def test_a_sale_price_counts_and_the_higher_price_is_the_regular_one() -> None:
    assert read_prices("29.90 EUR", "19.90 EUR") == Prices(19.9, 29.9, "EUR")
    assert read_prices("29.90", "29.90", currency="EUR") == Prices(29.9, None, "EUR")
    assert read_prices("0", "19.90") == Prices(19.9)
    assert read_prices("", "19.90") == Prices(19.9)
    assert read_prices("29.90", "") == Prices(29.9)
    assert read_prices("29.90", "soon").price == 29.9
    mixed = read_prices("29.90 EUR", "19.90 USD")
    assert (mixed.price, mixed.currency, codes_of(mixed)) == (29.9, "EUR", {"unclear-price"})


@pytest.mark.parametrize(
    ("dates", "is_on"),
    [
        ("", True),
        ("2026-05-01T13:00-0800/2026-05-08T15:30-0800", True),
        ("2026-05-03/", True),
        ("/2026-05-03", True),
        ("01.05.2026 - 08.05.2026", True),
        ("2026-04-01 to 2026-05-02", False),
        ("2026-05-04/2026-05-08", False),
        ("2026-04-01/2026-05-02 23:59:59", False),
    ],
)
def test_a_sale_price_counts_within_its_dates(dates: str, is_on: bool) -> None:
    found = read_prices("30", "20", sale_dates=dates, today=date(2026, 5, 3))
    assert found == (Prices(20.0, 30.0) if is_on else Prices(30.0))


def test_a_sale_without_readable_dates_does_not_count() -> None:
    found = read_prices("30", "20", sale_dates="next week")
    assert (found.price, found.regular_price, codes_of(found)) == (30.0, None, {"unclear-price"})


STYLES = {  # thousands, decimal mark, where the currency is
    "en": (",", ".", "{currency}{amount}"),
    "en, code": (",", ".", "{amount} {currency}"),
    "de": (".", ",", "{amount} {currency}"),
    "de, code first": (".", ",", "{currency} {amount}"),
    "fr": ("\u202f", ",", "{amount}\u00a0{currency}"),
    "pl": (" ", ",", "{amount} {currency}"),
    "ch": ("'", ".", "{currency} {amount}"),
}


@given(
    cents=st.integers(0, 10**9),
    style=st.sampled_from(sorted(STYLES)),
    code=st.sampled_from(sorted(CODES)),
)
def test_a_price_in_any_locales_style_reads_back(cents: int, style: str, code: str) -> None:
    thousands, mark, pattern = STYLES[style]
    amount = f"{cents / 100:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", thousands)
    found = read_prices(pattern.format(amount=amount, currency=code))
    assert found == Prices(pytest.approx(cents / 100), None, code)


@given(units=st.integers(0, 10**9), code=st.sampled_from(sorted(CODES - THREE_DECIMALS)))
def test_a_whole_price_reads_back_as_its_currency_groups_it(units: int, code: str) -> None:
    thousands = "," if decimal_mark_of(code) == "." else "."
    found = read_prices(f"{f'{units:,}'.replace(',', thousands)} {code}")
    assert found == Prices(float(units), None, code)


@given(units=st.integers(10**5, 10**9))
def test_an_indian_price_reads_back(units: int) -> None:
    head, tail = divmod(units, 1000)
    groups = [f"{tail:03}"]
    while head >= 100:
        head, pair = divmod(head, 100)
        groups.insert(0, f"{pair:02}")
    assert read_prices(f"₹{','.join([str(head), *groups])}.00") == Prices(float(units), None, "INR")


@given(low=st.integers(1, 10**5), more=st.integers(1, 10**5), code=st.sampled_from(["EUR", "USD", "CHF"]))
def test_of_a_range_the_lowest_price_counts(low: int, more: int, code: str) -> None:
    for text in (f"{low}.00 - {low + more}.00 {code}", f"{code} {low + more}.00 – {code} {low}.00"):  # noqa: RUF001
        found = read_prices(text)
        assert (found.price, found.currency, codes_of(found)) == (float(low), code, {"unclear-price"})


@given(st.text(max_size=20) | st.text("0123456789.,'- €$kr", max_size=20))
def test_random_text_gives_a_price_or_a_warning(text: str) -> None:
    found = read_prices(text)
    assert (found.price or 0) >= 0
    says_nothing = text.strip().lower() in ("", "-", "\u2013", "n/a", "na", "none", "null", "nan")
    assert says_nothing or found.price is not None or found.warnings


def test_a_declared_currency_may_be_a_code_a_sign_or_a_word() -> None:
    assert [currency_code(text) for text in ("eur", "€", "Zł", "$", "kr", "")] == ["EUR", "EUR", "PLN", "USD", "KR", ""]
    assert WITHOUT_DECIMALS < CODES
