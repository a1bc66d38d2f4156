"""The process of a server that a test starts, kills and pauses."""

import ctypes
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field

# With its handlers of forks, gRPC 1.80 and later aborts some children before they run their program (grpc/grpc#43055):
# a server then "ended" as soon as it was started.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")


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
