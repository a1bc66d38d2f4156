"""A small reverse proxy before the real server."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


class Proxy(BaseHTTPRequestHandler):
    """Forwards what is below the prefix; any other address is another application's, and a 404."""

    upstream = ""
    prefix = ""
    strips = False

    def do_GET(self) -> None:
        if self.path.startswith("/embedding?"):
            page = f'<iframe src="{self.path.partition("?")[2]}" width="900" height="900">'
            return self._send(200, {"Content-Type": "text/html"}, page.encode())
        if not self.path.startswith(f"{self.prefix}/"):
            return self._send(404, {}, b"another application")
        connection = http.client.HTTPConnection(urlsplit(self.upstream).netloc, timeout=60)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = self.path.removeprefix(self.prefix) if self.strips else self.path
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        connection.request(self.command, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return self._send(answer.status, dict(answer.getheaders()), content)

    do_POST = do_GET  # noqa: N815

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def running(handler: type[Proxy]) -> Iterator[str]:
    """The address of a proxy that answers with ``handler``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{proxy.server_port}"
        proxy.shutdown()
        thread.join()
