import pytest

from deepstyle.store.url import redacted, without_password


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///var/x.db", "sqlite:///var/x.db"),
        ("sqlite:////var/odd @ name/x.db", "sqlite:////var/odd @ name/x.db"),
        ("mongodb://host/db?replicaSet=rs0", "mongodb://host/db"),
        ("mongodb://127.0.0.1:27017,[::1]:27018/db", "mongodb://127.0.0.1:27017,[::1]:27018/db"),
        ("mongodb+srv://me:se:c@ret@cluster.example/db?w=1", "mongodb+srv://me:***@cluster.example/db"),
        ("MONGODB://me:secret@HOST/db", "MONGODB://me:***@HOST/db"),
        ("mongodb://me@host", "mongodb://me:***@host"),
        ("mongodb://:secret@host", "mongodb://:***@host"),
        ("mongodb://me:s%40cret%2F@host/db", "mongodb://me:***@host/db"),
        ("mongodb://host/db?tlsCertificateKeyFilePassword=secret", "mongodb://host/db"),
        # A person's mistakes: what cannot be distinguished from a password is hidden.
        ("mongodb://host/db?tlsCertificateKeyFilePassword=sec@ret", "mongodb://***"),
        ("mongodb://me:sec/ret@host/db", "mongodb://***"),
        ("mongodb://me:sec?ret@host/db", "mongodb://***"),
        ("mongodb://me:sec#ret@host/db", "mongodb://***"),
        ("mongodb://me:secret", "mongodb://***"),
        ("mongodb://me:sec\nret@host/db", "mongodb://me:***@host/db"),
        ("mongodb:me:secret@host", "***"),
        ("mongodb:/me:secret@host", "***"),
        ("me:secret@host", "***"),
        (" mongodb://me:secret@host", "***"),
        ("var/shop.db", "var/shop.db"),
    ],
)
def test_nothing_secret_is_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize(
    "text", ["bad: {}", "Port must be an integer: 'c@ret'", "cannot decrypt with s%3Ac%40ret", "s:c@ret"]
)
def test_a_drivers_message_is_redacted_in_every_form(text: str) -> None:
    url = "mongodb://me:s%3Ac%40ret@host/db?tlsCertificateKeyFilePassword=k%20ey"
    shown = redacted(text.format(url), url)
    assert not any(secret in shown for secret in ("s%3Ac", "c%40ret", "s:c@ret", "k%20ey", "k ey"))


def test_a_message_about_an_unescaped_password_is_redacted() -> None:
    assert redacted("port is no number: 'sec'", "mongodb://me:sec/ret@host") == "port is no number: '***'"
