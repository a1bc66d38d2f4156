"""Mail by real servers: without TLS, with it, and with STARTTLS."""

import logging
import smtplib
import threading
from pathlib import Path

import pytest

from deepstyle.errors import OverloadedError, UsageError
from deepstyle.people.accounts import mail as module
from deepstyle.people.accounts.mail import MailServer, Outbox, checked_sender, message
from deepstyle.people.accounts.mail_texts import LANGUAGES, _texts, mail_text
from tests.people.accounts.mailbox import PASSWORD, USER, Mailbox, certificate, mail_server

LOGIN = "shop:p%40ss%20word"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


def sent(url: str) -> None:
    text = "Grüße\n" + "x" * 200
    MailServer.of(url).send(message("Der Shop <shop@example.com>", "jo@example.com", "Grüße", text))


def check(mailbox: Mailbox) -> None:
    (mail,) = mailbox.wait(1)
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Der Shop <shop@example.com>", "jo@example.com", "Grüße")
    assert mail.get_content().splitlines() == ["Grüße", "x" * 200]
    assert mail["Auto-Submitted"] == "auto-generated"


def test_without_tls(mailbox: Mailbox) -> None:
    sent(f"smtp://127.0.0.1:{mailbox.port}")
    check(mailbox)


@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
def test_with_tls_and_a_login(tls: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with mail_server(tls, starttls=scheme == "starttls", needs_login=scheme == "starttls") as mailbox:
        with pytest.raises(OSError, match="certificate"):
            sent(f"{scheme}://{LOGIN}@127.0.0.1:{mailbox.port}")
        monkeypatch.setenv("SSL_CERT_FILE", str(tls))
        if scheme == "starttls":
            with pytest.raises(smtplib.SMTPAuthenticationError):
                sent(f"{scheme}://shop:wrong@127.0.0.1:{mailbox.port}")
        sent(f"{scheme}://{LOGIN if scheme == 'starttls' else ''}@127.0.0.1:{mailbox.port}")
        check(mailbox)


def test_a_server_without_starttls_gets_nothing(mailbox: Mailbox) -> None:
    with pytest.raises(smtplib.SMTPNotSupportedError):
        sent(f"starttls://{LOGIN}@127.0.0.1:{mailbox.port}")
    assert mailbox.mails == []


def test_addresses_of_servers() -> None:
    found = MailServer.of(f"smtps://{LOGIN}@mail.example")
    assert (found.scheme, found.host, found.port, found.user, found.password) == (
        "smtps", "mail.example", 465, USER, PASSWORD,
    )  # fmt: skip
    assert PASSWORD not in repr(found)
    for url in ("mail.example", "http://mail.example", "smtp://", "smtp://a:port", "smtp://a/path", "smtps://a?x=1"):
        with pytest.raises(UsageError, match="DEEPSTYLE_SMTP_URL"):
            MailServer.of(url)
    with pytest.raises(UsageError, match="unencrypted"):
        MailServer.of(f"smtp://{LOGIN}@mail.example")


def test_senders() -> None:
    assert str(checked_sender("shop@example.com")) == "shop@example.com"
    assert checked_sender('"A, B" <shop@example.com>').display_name == "A, B"
    for wrong in ("shop", "a <b", "x@y\r\nBcc: z@example.com", "<>"):
        with pytest.raises(UsageError, match="DEEPSTYLE_MAIL_FROM"):
            checked_sender(wrong)
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        message("shop@example.com", "jo@example.com", "a\r\nBcc: z@example.com", "text")


def test_every_text_in_every_language() -> None:
    kinds = {language: set(texts) for language, texts in _texts().items()}
    assert set(kinds) == set(LANGUAGES)
    assert kinds["en"] == kinds["de"]
    for language in LANGUAGES:
        for kind in sorted(kinds["en"]):
            subject, text = mail_text(language, kind, shop="shop.example", link="https://shop.example/x")  # type: ignore[arg-type]
            assert subject.startswith("shop.example: ")
            assert "{" not in text
            assert ("https://shop.example/x" in text) == (kind != "email-changed")
            assert all(len(line) <= 110 for line in text.splitlines())


def test_a_mail_is_tried_again_and_no_address_is_logged(mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    outbox, mailbox.refusals = Outbox(pauses_s=(0.0, 0.0)), 2
    outbox.put(lambda: sent(f"smtp://127.0.0.1:{mailbox.port}"))
    outbox.put(lambda: 1 / 0)  # type: ignore[func-returns-value]
    outbox.wait()
    outbox.close()
    check(mailbox)
    # These are all that are ours, and none names an address.
    assert [record.message for record in caplog.records if record.name.startswith("deepstyle")] == [
        "a mail was not sent: SMTPDataError",
        "a mail was not sent: SMTPDataError",
        "a mail could not be prepared: ZeroDivisionError",
    ]


def test_what_waits_is_bounded_and_sent_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_MAILS", 2)
    outbox, begun, go, done = Outbox(), threading.Event(), threading.Event(), []
    outbox.put(lambda: (begun.set(), go.wait(60)))  # type: ignore[func-returns-value,arg-type,return-value]
    assert begun.wait(60)
    for number in range(2):
        outbox.put(lambda number=number: done.append(number))  # type: ignore[misc]
    with pytest.raises(OverloadedError):
        outbox.put(lambda: None)
    go.set()
    outbox.close()
    assert done == [0, 1]
