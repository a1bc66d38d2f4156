"""A real mail server on loopback: what arrives is kept, and waited for."""

import datetime
import ipaddress
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

WAIT_S = 60
USER, PASSWORD = "shop", "p@ss word"
_TOKEN = re.compile(r"#token=(dsl_[0-9a-f]{64})")


class AnyPort(Controller):
    """A server on a free port, which it learns once it listens."""

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Mailbox:
    """The mails that arrived; ``port`` is the server's."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[EmailMessage] = []
        self.refusals = 0
        self._arrived = threading.Condition()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusals:
            self.refusals -= 1
            return "451 try again"
        data = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        with self._arrived:
            self.mails.append(message_from_bytes(data, policy=policy.default))  # type: ignore[arg-type]
            self._arrived.notify_all()
        return "250 OK"

    def wait(self, count: int) -> list[EmailMessage]:
        """The mails, once there are ``count``."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.mails) >= count, WAIT_S), self.mails
            return list(self.mails)


def token_in(mail: EmailMessage) -> str:
    """The one-time token of a mail's link."""
    found = _TOKEN.search(mail.get_content())
    assert found, mail.get_content()
    return found[1]


@contextmanager
def mail_server(tls: Path | None = None, *, starttls: bool = False, needs_login: bool = False) -> Iterator[Mailbox]:
    """A server; ``tls`` is the file with its certificate and key."""
    mailbox, context = Mailbox(), None
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls)
    options = {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": True} if needs_login else {}
    controller = AnyPort(
        mailbox,
        hostname="127.0.0.1",
        port=0,
        ssl_context=None if starttls else context,
        tls_context=context if starttls else None,
        require_starttls=starttls,
        **options,
    )
    controller.start()
    try:
        mailbox.port = controller.port
        yield mailbox
    finally:
        controller.stop()


def certificate(folder: Path) -> Path:
    """A file with a certificate for 127.0.0.1 and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, no_encryption = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, no_encryption)
    path = folder / "mail.pem"
    path.write_bytes(made.public_bytes(encoding) + private)
    return path


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)
