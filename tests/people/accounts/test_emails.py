"""One spelling of e-mail addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.errors import UsageError
from deepstyle.people.accounts.emails import MAX_EMAIL_CHARS, normalised


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        (" Jo.Doe+Shop@Example.COM\n", "jo.doe+shop@example.com"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("JO@BÜCHER.example", "jo@xn--bcher-kva.example"),
        ("o'hara@a-b.example.org", "o'hara@a-b.example.org"),
    ],
)
def test_one_person_has_one_spelling(typed: str, email: str) -> None:
    assert normalised(typed) == normalised(email) == email


@pytest.mark.parametrize(
    "typed",
    [
        "", "@", "jo", "jo@", "@example.com", "jo@localhost", "a b@example.com", "jo@-a.example", ".jo@example.com",
        "jo@example.com\r\nBcc: x@example.com", "jo..doe@example.com", "j\u043e@example.com", "jo@a@example.com",
        "jo@.example", "j" * 65 + "@example.com", "jo@" + "a." * 130 + "example", '"a b"@example.com',
        "jo@" + "a" * 64 + ".example",
    ],
)  # fmt: skip
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(UsageError, match="no e-mail address"):
        normalised(typed)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        email = normalised(text + "@example.com")
    except UsageError:
        return
    assert normalised(email) == email
    assert len(email) <= MAX_EMAIL_CHARS
    assert email.isascii()
    assert "\n" not in email
