"""Signing in with OpenID Connect: the authorisation code flow with PKCE, state and nonce.

Sources: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE, S256 only); RFC 9207 (the issuer in the answer); RFC 9700.
"""

import base64
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from deepstyle.errors import ProviderError
from deepstyle.people.accounts.oidc_http import get_json, post_form
from deepstyle.people.accounts.oidc_providers import Provider

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519")
"""Signatures that are accepted: by the provider's public key, never by a shared secret, never none."""
LEEWAY_S: Final = 60
METADATA_LIFE_S: Final = 3600.0
KEYS_PAUSE_S: Final = 60.0
"""The keys of a provider are fetched again for a token of an unknown key at most this often."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom a provider says somebody is; ``email`` is "" unless the provider has confirmed it."""

    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that waits for the provider's answer; ``secrets_`` stay on the server, ``url`` is where to go."""

    url: str
    secrets_: Mapping[str, str]


@dataclass(eq=False)
class Client:
    """This shop as the client of one provider, whose metadata and keys it remembers."""

    provider: Provider
    redirect_uri: str
    _metadata: Mapping[str, Any] = field(default_factory=dict)
    _metadata_at_s: float = float("-inf")
    _keys: Mapping[str, Any] = field(default_factory=dict)
    _keys_at_s: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, state: str) -> Begun:
        """Where the browser goes to sign in; raises ``ProviderError``."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = str(self.metadata()["authorization_endpoint"])
        url = f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"
        return Begun(url, {"nonce": nonce, "verifier": verifier})

    def finish(self, code: str, issuer: str, begun: Mapping[str, str]) -> Claims:
        """Whom the provider's answer says it is; ``issuer`` is its parameter ``iss``, "" where it has none.

        Raises ``ProviderError`` for whatever does not hold.
        """
        metadata = self.metadata()
        if issuer and issuer != self.provider.issuer:
            raise ProviderError("the answer comes from another provider.")
        if not issuer and metadata.get("authorization_response_iss_parameter_supported") is True:
            raise ProviderError("the answer does not say which provider it comes from.")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.provider.client_id,
            "code_verifier": begun["verifier"],
        }
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        headers = self._basic() if "client_secret_basic" in methods else {}
        secret = {} if headers else {"client_secret": self.provider.client_secret}
        answer = post_form(str(metadata["token_endpoint"]), {**form, **secret}, headers)
        return self._claims(answer.get("id_token"), answer.get("access_token"), begun["nonce"])

    def metadata(self) -> Mapping[str, Any]:
        """The provider's metadata, at most an hour old; raises ``ProviderError``."""
        with self._lock:
            if time.monotonic() - self._metadata_at_s > METADATA_LIFE_S:
                self._metadata = _discovered(self.provider.issuer)
                self._metadata_at_s = time.monotonic()
        return self._metadata

    def _claims(self, id_token: Any, access_token: Any, nonce: str) -> Claims:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError

        if not isinstance(id_token, str):
            raise ProviderError("the provider's answer has no ID token.")
        try:
            token = jwt.decode(id_token, self._key_set(id_token), algorithms=list(ALGORITHMS))
            asked = {"nonce": nonce, "client_id": self.provider.client_id, "access_token": access_token}
            rules = {"iss": {"value": self.provider.issuer}, "aud": {"value": self.provider.client_id}}
            claims = CodeIDToken(token.claims, token.header, options=rules, params=asked)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderError(f"the ID token is not valid: {type(error).__name__}.") from error
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ProviderError("the ID token belongs to another sign-in.")
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise ProviderError("the ID token names nobody.")
        is_confirmed = claims.get("email_verified") is True and isinstance(email, str)
        return Claims(subject, email if is_confirmed and isinstance(email, str) else "")

    def _key_set(self, id_token: str) -> Any:
        """The provider's keys, fetched again where the token names one that is not among them."""
        from joserfc import jws
        from joserfc.jwk import KeySet

        kid = jws.extract_compact(id_token.encode()).headers().get("kid")
        with self._lock:
            is_known = bool(self._keys) and (kid is None or any(one.get("kid") == kid for one in self._keys["keys"]))
            age_s = time.monotonic() - self._keys_at_s
            if age_s > METADATA_LIFE_S or (not is_known and age_s > KEYS_PAUSE_S):
                self._keys = _checked_keys(get_json(str(self._metadata["jwks_uri"])))
                self._keys_at_s = time.monotonic()
            return KeySet.import_key_set({"keys": list(self._keys["keys"])})

    def _basic(self) -> Mapping[str, str]:
        pair = f"{quote(self.provider.client_id, safe='')}:{quote(self.provider.client_secret, safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _discovered(issuer: str) -> Mapping[str, Any]:
    """The metadata that the provider publishes (OpenID Connect Discovery 1.0, 4)."""
    metadata = get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if metadata.get("issuer") != issuer:
        raise ProviderError("the metadata belongs to another issuer.")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(metadata.get(name), str):
            raise ProviderError(f"the metadata has no {name}.")
    methods = metadata.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise ProviderError("the provider does not support PKCE with S256.")
    return metadata


def _checked_keys(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The public keys that sign; a key for encryption, or a shared secret, is left out."""
    keys = document.get("keys")
    if not isinstance(keys, list):
        raise ProviderError("the provider publishes no keys.")
    signing = [one for one in keys if isinstance(one, dict) and one.get("use", "sig") == "sig" and "k" not in one]
    return {"keys": signing}
