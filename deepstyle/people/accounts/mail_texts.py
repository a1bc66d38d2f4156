"""The texts of mails, in the languages of the website."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Language = Literal["en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Kind = Literal["confirm", "exists", "reset", "email", "email-changed", "password-changed"]

_TEXTS: Final[Mapping[Language, Mapping[Kind, tuple[str, str]]]] = {
    "en": {
        "confirm": (
            "Confirm your e-mail address",
            "Hello,\n\nsomebody signed up at {shop} with this e-mail address. If it was you, confirm it within 24 hours:"
            "\n\n{link}\n\nIf it was not you, do nothing: without the confirmation there is no account.\n",
        ),
        "exists": (
            "You already have an account",
            "Hello,\n\nsomebody signed up at {shop} with this e-mail address, which already has an account. If it was "
            "you, sign in, or choose a new password here within an hour:\n\n{link}\n\nIf it was not you, do nothing.\n",
        ),
        "reset": (
            "Choose a new password",
            "Hello,\n\nyou can choose a new password for your account at {shop} within an hour:\n\n{link}\n\nIf you did "
            "not request this, do nothing: your password stays as it is.\n",
        ),
        "email": (
            "Confirm your new e-mail address",
            "Hello,\n\nthis is to be the new e-mail address of your account at {shop}. Confirm it within 24 hours:"
            "\n\n{link}\n\nIf you did not request this, do nothing.\n",
        ),
        "email-changed": (
            "Your e-mail address was changed",
            "Hello,\n\nyour account at {shop} now has another e-mail address, and all other devices were signed out. If "
            "this was not you, contact the shop at once.\n",
        ),
        "password-changed": (
            "Your password was changed",
            "Hello,\n\nthe password of your account at {shop} was changed, and all other devices were signed out. If "
            "this was not you, choose a new password at once:\n\n{link}\n",
        ),
    },
    "de": {
        "confirm": (
            "Bestätigen Sie Ihre E-Mail-Adresse",
            "Guten Tag,\n\nmit dieser E-Mail-Adresse wurde bei {shop} ein Konto angelegt. Wenn Sie das waren, bestätigen "
            "Sie die Adresse innerhalb von 24 Stunden:\n\n{link}\n\nWenn nicht, brauchen Sie nichts zu tun: Ohne "
            "Bestätigung entsteht kein Konto.\n",
        ),
        "exists": (
            "Sie haben bereits ein Konto",
            "Guten Tag,\n\nmit dieser E-Mail-Adresse sollte bei {shop} ein Konto angelegt werden; es gibt aber schon "
            "eines. Wenn Sie das waren, melden Sie sich an, oder wählen Sie innerhalb einer Stunde ein neues Passwort:"
            "\n\n{link}\n\nWenn nicht, brauchen Sie nichts zu tun.\n",
        ),
        "reset": (
            "Wählen Sie ein neues Passwort",
            "Guten Tag,\n\nhier können Sie innerhalb einer Stunde ein neues Passwort für Ihr Konto bei {shop} wählen:"
            "\n\n{link}\n\nWenn Sie das nicht veranlasst haben, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es "
            "ist.\n",
        ),
        "email": (
            "Bestätigen Sie Ihre neue E-Mail-Adresse",
            "Guten Tag,\n\ndies soll die neue E-Mail-Adresse Ihres Kontos bei {shop} sein. Bestätigen Sie sie innerhalb "
            "von 24 Stunden:\n\n{link}\n\nWenn Sie das nicht veranlasst haben, brauchen Sie nichts zu tun.\n",
        ),
        "email-changed": (
            "Ihre E-Mail-Adresse wurde geändert",
            "Guten Tag,\n\nIhr Konto bei {shop} hat jetzt eine andere E-Mail-Adresse, und alle anderen Geräte wurden "
            "abgemeldet. Wenn Sie das nicht waren, wenden Sie sich sofort an den Shop.\n",
        ),
        "password-changed": (
            "Ihr Passwort wurde geändert",
            "Guten Tag,\n\ndas Passwort Ihres Kontos bei {shop} wurde geändert, und alle anderen Geräte wurden "
            "abgemeldet. Wenn Sie das nicht waren, wählen Sie sofort ein neues Passwort:\n\n{link}\n",
        ),
    },
}


def mail_text(language: Language, kind: Kind, *, shop: str, link: str = "") -> tuple[str, str]:
    """The subject and the text of a mail; ``shop`` is the website's host, ``link`` an address of it."""
    subject, text = _TEXTS[language][kind]
    return f"{shop}: {subject}", text.format(shop=shop, link=link)
