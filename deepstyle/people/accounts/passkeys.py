"""Passkeys (WebAuthn): what the browser is asked for, and the check of what its authenticator answers.

A passkey is discoverable: signing in names no person, so that nobody learns from it who has an account. Each challenge
is a one-time link of the store.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from deepstyle.errors import UsageError
from deepstyle.people.accounts.site import Site

MAX_PASSKEYS: Final = 10
"""Passkeys of one person."""
_REFUSED: Final = "the passkey was not accepted."


@dataclass(frozen=True, slots=True)
class Passkey:
    """A registered passkey; ``count`` is its authenticator's counter, 0 where it has none."""

    credential_id: str
    public_key: str
    count: int


def registration(site: Site, user_id: bytes, email: str, challenge: bytes, known: Sequence[str]) -> Mapping[str, Any]:
    """The options of ``navigator.credentials.create``; ``known`` are credential ids that the person has."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.host,
        user_name=email,
        user_id=user_id,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(one)) for one in known],
    )
    return _plain(webauthn.options_to_json(options))


def registered(site: Site, credential: Mapping[str, Any], challenge: bytes) -> Passkey:
    """The passkey that an authenticator made; raises ``UsageError``."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"credential: {_REFUSED}", remedy="Try again, with another authenticator.") from error
    encode = webauthn.helpers.bytes_to_base64url
    return Passkey(encode(made.credential_id), encode(made.credential_public_key), made.sign_count)


def authentication(site: Site, challenge: bytes) -> Mapping[str, Any]:
    """The options of ``navigator.credentials.get``, for any passkey of this site."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return _plain(webauthn.options_to_json(options))


def counted(site: Site, credential: Mapping[str, Any], challenge: bytes, passkey: Passkey) -> int | None:
    """The passkey's new counter where it signed the challenge, ``None`` where not.

    Also ``None`` where the counter did not grow, which a copied authenticator gives away.
    """
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        used = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=webauthn.base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        return None
    return used.new_sign_count


def credential_id_of(credential: Mapping[str, Any]) -> str:
    """The id that a credential names, "" where it names none."""
    found = credential.get("id")
    return found if isinstance(found, str) and 0 < len(found) <= 1400 else ""


def challenge_in(credential: Mapping[str, Any]) -> bytes:
    """The challenge that a credential says it answers, empty where it says none; it is checked only later."""
    try:
        data = base64.urlsafe_b64decode(credential["response"]["clientDataJSON"] + "==")
        return base64.urlsafe_b64decode(json.loads(data)["challenge"] + "==")
    except (KeyError, TypeError, ValueError, RecursionError):
        return b""


def _plain(text: str) -> Mapping[str, Any]:
    options: Mapping[str, Any] = json.loads(text)
    return options
