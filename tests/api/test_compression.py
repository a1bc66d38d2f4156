"""Which answers are compressed: text without secrets, for whoever accepts it."""

import gzip
from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from deepstyle.api.compression import SMALL_BYTES, Compression, accepted_encodings

TEXT = b'{"name": "' + b"a" * SMALL_BYTES + b'"}'
JSON = "application/json"


class Fixed:
    """An application that always gives the same answer."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.answer(scope, receive, send)


def sent(answer: Response, accept: str = "gzip, br") -> tuple[Mapping[str, str], bytes]:
    """Headers and bytes, as they go over the wire."""
    with TestClient(Compression(Fixed(answer))).stream("GET", "/", headers={"accept-encoding": accept}) as got:
        return got.headers, b"".join(got.iter_raw())


@pytest.mark.parametrize("kind", [JSON, "application/problem+json", "text/html; charset=utf-8"])
def test_text_is_compressed_for_whoever_accepts_it(kind: str) -> None:
    headers, body = sent(Response(TEXT, media_type=kind))
    assert (headers["content-encoding"], headers["vary"]) == ("gzip", "Accept-Encoding")
    assert len(body) == int(headers["content-length"]) < len(TEXT)
    assert gzip.decompress(body) == TEXT


@pytest.mark.parametrize("accept", ["", "br", "gzip;q=0", "identity"])
def test_nobody_gets_what_they_do_not_accept(accept: str) -> None:
    headers, body = sent(Response(TEXT, media_type=JSON), accept)
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept-Encoding", "a cache may not give it to everybody"
    assert body == TEXT


def streamed() -> StreamingResponse:
    return StreamingResponse(iter([TEXT, TEXT]), media_type=JSON)


@pytest.mark.parametrize(
    "answer",
    [
        Response(TEXT, media_type=JSON, headers={"Cache-Control": "no-store"}),
        Response(TEXT, media_type=JSON, headers={"Cache-Control": "private, max-age=5"}),
        Response(TEXT, media_type=JSON, headers={"Set-Cookie": "a=b"}),
        Response(TEXT, media_type=JSON, headers={"ETag": '"1"'}),
        Response(TEXT, media_type=JSON, headers={"Content-Encoding": "br"}),
        Response(TEXT, media_type="image/jpeg"),
        Response(TEXT, media_type="application/x-ndjson"),
        Response(TEXT, media_type="text/event-stream"),
        JSONResponse({"short": True}),
        Response(status_code=304),
        streamed(),
    ],
)
def test_secrets_streams_and_the_rest_are_sent_as_they_are(answer: Response) -> None:
    headers, body = sent(answer)
    assert headers.get("content-encoding") in (None, "br")
    assert body in (TEXT, TEXT * 2, b'{"short":true}', b"")


def test_a_weak_tag_names_any_encoding() -> None:
    headers, _ = sent(Response(TEXT, media_type=JSON, headers={"ETag": 'W/"1"'}))
    assert (headers["content-encoding"], headers["etag"]) == ("gzip", 'W/"1"')


def test_a_large_answer_is_whole() -> None:
    assert gzip.decompress(sent(Response(TEXT * 200, media_type=JSON))[1]) == TEXT * 200


def test_the_catalogue_is_compressed_and_a_session_never(client: TestClient) -> None:
    asked = {"x-request-id": "one", "accept-encoding": "gzip"}
    get, head = (client.request(method, "/v1/items?limit=40", headers=asked) for method in ("GET", "HEAD"))
    assert get.headers["content-encoding"] == "gzip"
    assert get.headers == head.headers
    assert len(get.json()["items"]) == 40
    for path in ("/v1/session", "/admin"):
        assert "content-encoding" not in client.get(path, headers={"accept": "text/html"}).headers


def test_encodings() -> None:
    assert accepted_encodings("gzip;q=1, br;q=0.0, deflate") == {"gzip", "deflate"}
