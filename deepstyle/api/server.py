"""The server's processes: started, stopped by a signal after their requests are answered, stopped at once by a second.

uvicorn ends a process that a signal stopped with that signal; here it exits with 0, as process managers expect.
"""

import sys
from types import FrameType
from typing import Any, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from deepstyle.api.connections import backlog
from deepstyle.platform import KILLED_EXIT_CODE, raise_open_files_limit, stop_signals, was_killed

_HUNG_S: Final = 60  # a worker that starts on a busy machine is not hung
PROTOCOL: Final = "deepstyle.api.protocol:BoundedHttp"


def run(app: str, **options: Any) -> None:
    """Serve ``app`` with uvicorn's ``options`` until a signal; raises ``SystemExit`` where it was forced or failed."""
    raise_open_files_limit()
    config = uvicorn.Config(
        app, http=PROTOCOL, ws="none", backlog=backlog(), timeout_worker_healthcheck=_HUNG_S, **options
    )
    exit_code = _run_workers(config) if config.workers > 1 else _run_one(config)
    if exit_code:
        sys.exit(exit_code)


class _Server(uvicorn.Server):
    forced_by = 0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain at the first signal, end at the second."""
        if self.should_exit:
            self.force_exit = True
            self.forced_by = sig
            for connection in list(self.server_state.connections):
                connection.loop.call_soon_threadsafe(connection.transport.abort)
        self.should_exit = True


class _Workers(Multiprocess):
    def join_all(self) -> None:
        """Wait for the workers to drain, while nobody else can connect; a second signal kills them."""
        for listener in self.sockets:
            listener.close()
        self.signal_queue.clear()
        for worker in self.processes:
            while worker.process.is_alive():
                worker.process.join(0.1)
                if stop_signals() & set(self.signal_queue):
                    worker.process.kill()


def _run_one(config: uvicorn.Config) -> int:
    server = _Server(config)
    server.run()
    if not server.started and not server.should_exit:
        return int(STARTUP_FAILURE)
    return 128 + server.forced_by if server.forced_by else 0


def _run_workers(config: uvicorn.Config) -> int:
    workers = _Workers(config, [config.bind_socket()])
    workers.run()
    codes = [worker.exitcode for worker in workers.processes]
    if STARTUP_FAILURE in codes:
        return int(STARTUP_FAILURE)
    return KILLED_EXIT_CODE if any(map(was_killed, codes)) else 0
