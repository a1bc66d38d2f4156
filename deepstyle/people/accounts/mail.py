"""Mail by SMTP, sent by a thread of its own: how long an answer takes does not depend on whether a mail goes out."""

import logging
import queue
import smtplib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from deepstyle.errors import OverloadedError, UsageError

WAITING_MAILS: Final = 500
"""Mails that wait to be sent; beyond it, requests that would send one are refused."""
TIMEOUT_S: Final = 20.0
ATTEMPT_PAUSES_S: Final = (2.0, 30.0)
_PORTS: Final = {"smtp": 25, "smtps": 465, "starttls": 587}
_REMEDY: Final = "Set DEEPSTYLE_SMTP_URL to smtps://USER:PASSWORD@HOST, starttls://USER:PASSWORD@HOST or smtp://HOST."
log = logging.getLogger("deepstyle.people")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over: ``scheme`` is ``smtp`` (no TLS), ``smtps`` or ``starttls``."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """The server of a URL; raises ``UsageError``, and for a password that would be sent in the clear."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise UsageError("DEEPSTYLE_SMTP_URL is no address.", remedy=_REMEDY) from None
        if parts.scheme not in _PORTS or not host or parts.path.strip("/") or parts.query:
            raise UsageError("DEEPSTYLE_SMTP_URL is not the address of a mail server.", remedy=_REMEDY)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if user and parts.scheme == "smtp":
            raise UsageError("DEEPSTYLE_SMTP_URL would send its password unencrypted.", remedy=_REMEDY)
        return cls(parts.scheme, host, port, user, password)

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over; raises ``OSError`` or ``smtplib.SMTPException``."""
        tls = ssl.create_default_context()
        if self.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=tls)
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        with client:
            if self.scheme == "starttls":
                _start_tls(client, tls)
            if self.user:
                client.login(self.user, self.password)
            client.send_message(message)


def _start_tls(client: smtplib.SMTP, tls: ssl.SSLContext) -> None:
    """Encrypt the connection, or close it at once: after a failed handshake no farewell would be answered."""
    try:
        client.starttls(context=tls)
    except OSError:
        client.close()
        raise


def message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """A mail in plain text; raises ``ValueError`` where a header has a line break."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = checked_sender(sender), to, subject
    mail["Message-ID"] = make_msgid(domain=checked_sender(sender).domain)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no reply from an answering machine
    mail.set_content(text)
    return mail


def checked_sender(sender: str) -> Address:
    """The address of ``DEEPSTYLE_MAIL_FROM``, such as ``Shop <shop@example.com>``; raises ``UsageError``."""
    name, _, rest = sender.rpartition("<")
    try:
        return Address(display_name=name.strip().strip('"'), addr_spec=rest.rstrip("> ").strip() if name else sender)
    except (ValueError, IndexError, MessageError):
        raise UsageError(
            f"DEEPSTYLE_MAIL_FROM is no address: {sender!r}.", remedy="Set it to an address such as shop@example.com."
        ) from None


class Outbox:
    """Work done one after the other by a thread: sending mail, and what decides whether one is sent."""

    def __init__(self, *, pauses_s: tuple[float, ...] = ATTEMPT_PAUSES_S) -> None:
        self._pauses_s = pauses_s
        self._work: queue.Queue[Callable[[], None] | None] = queue.Queue(WAITING_MAILS)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deepstyle-mail", daemon=True)
        self._thread.start()

    def put(self, work: Callable[[], None]) -> None:
        """Have ``work`` done soon; raises ``OverloadedError`` where too much waits."""
        try:
            self._work.put_nowait(work)
        except queue.Full:
            raise OverloadedError("too many mails wait to be sent.", remedy="Try again later.") from None

    def wait(self) -> None:
        """Wait until all work is done."""
        self._work.join()

    def close(self) -> None:
        """Finish what waits, without pauses, and end the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._work.put(None)
            self._thread.join(2 * TIMEOUT_S)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                self._attempt(work)
            finally:
                self._work.task_done()
        self._work.task_done()

    def _attempt(self, work: Callable[[], None]) -> None:
        """Do the work; a mail server that cannot be reached is tried again, after pauses."""
        for pause_s in (*self._pauses_s, None):
            try:
                return work()
            except (OSError, smtplib.SMTPException) as error:
                log.warning("a mail was not sent: %s", type(error).__name__)  # its text may have the address
                if pause_s is None or self._stopping.wait(pause_s):
                    return None
            except Exception as error:
                log.warning("a mail could not be prepared: %s", type(error).__name__)
                return None
        return None
