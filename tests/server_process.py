"""The process of a server that a test starts, kills and pauses."""

import ctypes
import signal
import subprocess
import sys
from dataclasses import dataclass, field


@dataclass
class ServerProcess:
    """``process`` runs from a start to a ``kill``."""

    process: subprocess.Popen[bytes] | None = field(default=None, kw_only=True)

    def kill(self) -> None:
        """``kill -9``."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()

    def pause(self) -> None:
        """Stop the process without ending it: its connections fall silent."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Undo ``pause``."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


def die_with_parent() -> None:
    """Runs in the child: the kernel kills it when the test process ends, even by ``kill -9``."""
    if sys.platform == "linux":
        ctypes.CDLL("libc.so.6", use_errno=True).prctl(1, signal.SIGKILL)
