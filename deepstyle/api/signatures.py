"""Whether a webhook comes from who knows its secret: HMAC-SHA256 of the raw body, in base64."""

import base64
import hashlib
import hmac

from deepstyle.api.problems import ProblemError


def check_signature(body: bytes, secret: str, signature: str) -> None:
    """Compare in constant time; raises ``ProblemError`` ``bad-signature`` where ``signature`` is not the body's."""
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    if not hmac.compare_digest(expected, signature.encode("utf-8", "replace")):
        raise ProblemError("bad-signature", "the body's signature is missing or wrong.")
