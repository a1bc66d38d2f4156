"""A provider of OpenID Connect as a process of its own: discovery, authorisation with PKCE, tokens, keys.

    python -m tests.people.accounts.provider     # prints its issuer, and serves until it is ended

``POST /control`` says who signs in next, and what is wrong with the answer.
"""

import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "the shop", "s3cret & more"
WAIT_S = 60


class Provider(BaseHTTPRequestHandler):
    issuer = ""
    who: ClassVar[dict[str, Any]] = {}
    keys: ClassVar[list[RSAKey]] = [RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})]
    codes: ClassVar[dict[str, dict[str, str]]] = {}

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(self._metadata())
        elif parts.path == "/keys":
            self._json({"keys": [key.as_dict(private=False) for key in self.keys]})
        elif parts.path == "/authorize":
            self._authorize(asked)
        else:
            self._json({"error": "not found"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/control":
            type(self).who = json.loads(body)
            if self.who.get("fault") == "new key":
                self.keys[:] = [RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})]
            self._json({})
        elif self.path == "/token":
            self._token({name: values[0] for name, values in parse_qs(body).items()})
        else:
            self._json({"error": "not found"}, 404)

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def _authorize(self, asked: dict[str, str]) -> None:
        """Whoever is to sign in agrees at once; what a client has to send is checked."""
        is_right = asked["client_id"] == CLIENT_ID and asked["response_type"] == "code"
        if not is_right or asked["code_challenge_method"] != "S256" or "openid" not in asked["scope"].split():
            self._json({"error": "invalid_request"}, 400)
            return
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        fault = self.who.get("fault")
        answer |= {"iss": "https://other.example"} if fault == "other issuer in the answer" else {}
        answer |= {"state": "x" * 43} if fault == "other state" else {}
        if fault == "refused":
            answer = {"error": "access_denied", "state": asked["state"], "iss": self.issuer}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _token(self, form: dict[str, str]) -> None:
        asked = self.codes.pop(form.get("code", ""), None)
        pair = base64.b64encode(b"the%20shop:s3cret%20%26%20more").decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or self.headers["Authorization"] != f"Basic {pair}"
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        self._json({"access_token": "opaque", "token_type": "Bearer", "id_token": self._id_token(asked)})

    def _id_token(self, asked: dict[str, str]) -> str:
        now, fault = int(time.time()), self.who.get("fault")
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {name: self.who[name] for name in ("sub", "email", "email_verified") if name in self.who}
        claims |= {
            "expired": {"exp": now - 3600, "iat": now - 7200},
            "other audience": {"aud": "another shop"},
            "other issuer": {"iss": "https://other.example"},
            "other nonce": {"nonce": "another"},
            "other party": {"aud": [CLIENT_ID, "another shop"], "azp": "another shop"},
        }.get(str(fault), {})
        if fault == "no nonce":
            del claims["nonce"]
        key = self.keys[0]
        if fault == "unsigned":
            parts = [json.dumps(part).encode() for part in ({"alg": "none", "kid": key.kid}, claims)]
            return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])
        if fault == "shared secret":
            return jwt.encode({"alg": "HS256", "kid": key.kid}, claims, OctKey.import_key(CLIENT_SECRET * 4))
        if fault == "stranger's key":
            stranger = RSAKey.generate_key(2048, {"kid": key.kid})
            return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, stranger)
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def _json(self, value: object, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


@dataclass(frozen=True)
class Running:
    """A provider's process."""

    issuer: str

    def next(self, **who: Any) -> None:
        """Who signs in next: ``sub``, ``email``, ``email_verified``, and the ``fault`` of the answer."""
        request = Request(f"{self.issuer}/control", json.dumps(who).encode(), {"Content-Type": "application/json"})
        urlopen(request, timeout=WAIT_S).close()

    def configured(self, folder: Path) -> str:
        """The path of a file for ``DEEPSTYLE_OIDC`` that names it."""
        path = folder / "oidc.toml"
        path.write_text(
            f'[local]\nname = "Local"\nissuer = "{self.issuer}"\n'
            f'client_id = "{CLIENT_ID}"\nclient_secret = "{CLIENT_SECRET}"\n'
        )
        return str(path)


@contextmanager
def provider() -> Iterator[Running]:
    """Start a provider; it is ended at the end."""
    command = [sys.executable, "-m", "tests.people.accounts.provider"]
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=environment)
    try:
        assert process.stdout
        yield Running(process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    print(Provider.issuer, flush=True)
    server.serve_forever()
