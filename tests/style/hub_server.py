"""As much of the hub's protocol as its client needs, on the loopback: HEAD with ETag and commit, GET with ranges."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class LocalHub:
    """``files`` by ``OWNER/MODEL/FILE``; ``asked``: the requests; ``breaks``: how often a file's GET breaks off."""

    files: dict[str, bytes]
    endpoint: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    breaks: dict[str, int] = field(default_factory=dict)

    def gets(self, name: str) -> list[str]:
        """The ranges that the GET requests for a file asked for; ``""`` for a whole file."""
        return [span for method, path, span in self.asked if method == "GET" and path == name]


@contextmanager
def local_hub(files: dict[str, bytes]) -> Iterator[LocalHub]:
    """Serve ``files`` until the block ends."""
    hub = LocalHub(files)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def answer(self) -> None:
            owner, model, _, _, file = self.path.strip("/").split("/", 4)
            name, span = f"{owner}/{model}/{file}", self.headers.get("Range", "")
            hub.asked.append((self.command, name, span))
            whole = hub.files.get(name)
            if whole is None:
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = int(span.removeprefix("bytes=").partition("-")[0]) if span else 0
            self.send_response(206 if span else 200)
            if span:
                self.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(whole) - start))
            self.send_header("ETag", f'"{hashlib.sha256(whole).hexdigest()}"')
            self.send_header("X-Repo-Commit", "a" * 40)
            self.end_headers()
            if self.command == "GET":
                self.send_body(name, whole[start:])

        def send_body(self, name: str, data: bytes) -> None:
            if hub.breaks.get(name, 0):
                hub.breaks[name] -= 1
                self.wfile.write(data[: len(data) // 2])
                self.wfile.flush()
                self.close_connection = True
                return
            self.wfile.write(data)

        def log_message(self, *arguments: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        hub.endpoint = f"http://127.0.0.1:{server.server_port}"
        yield hub
        server.shutdown()
        thread.join()
