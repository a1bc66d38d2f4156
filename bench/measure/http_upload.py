"""Photos as multipart forms to ``POST /search_image`` of a server on loopback."""

import http.client
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FORM_TYPE: Final = "multipart/form-data; boundary=bench-photo"


def form_of(photo: bytes, fields: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """A multipart body of the type ``FORM_TYPE`` with the photo as its field ``image``, and other ``fields``."""
    texts = [f'--bench-photo\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    start = b'--bench-photo\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    return "".join(texts).encode() + start + photo + b"\r\n--bench-photo--\r\n"


def upload_message(photo: bytes, *, keep_alive: bool) -> bytes:
    """A whole HTTP/1.1 request, as the bytes that a client sends."""
    body = form_of(photo)
    connection = "" if keep_alive else "Connection: close\r\n"
    head = (
        f"POST /search_image HTTP/1.1\r\nHost: 127.0.0.1\r\n{connection}"
        f"Content-Type: {FORM_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def request(port: int, method: str, path: str, body: bytes = b"", timeout_s: float = 60) -> tuple[int, bytes]:
    """Status and body of one request on a connection of its own; a body is sent as a form."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request(method, path, body, {"Content-Type": FORM_TYPE} if body else {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def post_photo(port: int, photo: bytes) -> str:
    """The status with the problem's code; a 200 must carry results. ``no answer`` where the connection broke."""
    try:
        status, body = request(port, "POST", "/search_image", form_of(photo), timeout_s=200)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {type(error).__name__}"
    document = json.loads(body)
    if status == 200:
        return "200" if document["results"] else "WRONG 200 without results"
    return f"{status} {document['code']}"
