"""A TCP proxy that can fall silent: bytes are taken and go nowhere, as when a firewall forgets a connection."""

import contextlib
import selectors
import socket
import struct
import threading
from types import TracebackType
from typing import Self


class SilentProxy:
    """Forwards a loopback port to ``target_port`` on a thread of its own.

    ``silence_open`` makes the connections that are open silent for good; ``silent`` makes all of them, and any new one,
    silent for as long as it is set (what was sent meanwhile is lost, so those connections never speak again).
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.silent = False
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._peers: dict[socket.socket, socket.socket] = {}
        self._mute: set[socket.socket] = set()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="silent proxy")
        self._thread.start()

    def silence_open(self) -> None:
        """Silence every connection that is open now; later ones work."""
        self._mute |= set(self._peers)

    def reset_open(self) -> None:
        """End every connection that is open now by a reset; later ones work."""
        for each in list(self._peers):
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._thread.join()
        for each in [self._listener, *self._peers]:
            each.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._closed.is_set():
            for key, _ in self._selector.select(timeout=0.05):
                assert isinstance(key.fileobj, socket.socket)
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._peers:
                    self._forward(key.fileobj)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._target_port))
        except OSError:
            client.close()
            return
        for one, other in ((client, server), (server, client)):
            self._peers[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _forward(self, source: socket.socket) -> None:
        target = self._peers[source]
        data = b""
        with contextlib.suppress(OSError):
            data = source.recv(2**16)
        if self.silent:
            self._mute |= {source, target}
        if not data:
            self._end(source, target)
        elif source not in self._mute:
            with contextlib.suppress(OSError):
                target.sendall(data)

    def _end(self, source: socket.socket, target: socket.socket) -> None:
        for each in (source, target):
            self._selector.unregister(each)
            self._mute.discard(each)
            del self._peers[each]
            each.close()
