import pytest

from deepstyle.catalogue.amounts import AMOUNT, has_cents, plain_digits, proven_mark, read_amount


@pytest.mark.parametrize(
    ("digits", "currency", "mark", "amount", "is_clear"),
    [
        ("1.299", "", "", 1299, False),
        ("1.299", "EUR", "", 1299, True),
        ("1,299", "EUR", "", 1299, False),
        ("1,299", "USD", "", 1299, True),
        ("1.299", "JPY", "", 1299, True),
        ("1.299", "KWD", "", 1.299, True),
        ("1.299", "", ".", 1.299, True),
        ("1.299", "USD", ",", 1299, True),
        ("1299.000", "", "", 1299, True),
        ("0.999", "", "", 0.999, True),
        ("1'299.000", "", "", 1299, True),
        ("1,29,999.5", "", "", 129999.5, True),
    ],
)
def test_what_three_digits_behind_a_mark_mean(digits, currency, mark, amount, is_clear) -> None:
    assert read_amount(digits, currency, mark) == (amount, is_clear)


@pytest.mark.parametrize("digits", ["1.2.3", "1,29,00", "12.34.567", "1.299,5.0", "1.299'000"])
def test_digits_in_no_groups_are_no_amount(digits: str) -> None:
    with pytest.raises(ValueError, match=digits):
        read_amount(digits, "", "")


def test_the_mark_that_an_amount_proves() -> None:
    amounts = ["19.90", "1.299,00", "12.345.678", "1,299,000", "1.299", "5", "1'250"]
    assert [proven_mark(one) for one in amounts] == [".", ",", ",", ".", "", "", ""]


def test_cents_that_are_all_zero_say_nothing_of_the_currency() -> None:
    assert [has_cents(one) for one in ("5", "5.00", "5.50", "1.299")] == [False, False, True, False]


def test_amounts_are_found_in_ascii_digits() -> None:
    found = AMOUNT.findall(plain_digits("١٢٠ - 1.299,- / 12€50 + 19 % = 1 299 kr"))
    assert found == ["120", "1.299,00", "12,50", "1 299"]
