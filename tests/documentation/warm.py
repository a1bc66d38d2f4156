"""A process that has imported deepstyle, and runs each command of an example in a fork of itself.

An import takes longer than most commands. A fork shares nothing that it changes, as a process of its own would not.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from deepstyle.__main__ import main
from deepstyle.process import prepare_process
from docs.reference import all_commands

CLIENT = """
import json, os, socket, sys

with socket.socket(socket.AF_UNIX) as warm:
    warm.connect(os.environ["WARM"])
    socket.send_fds(warm, [b" "], [0, 1, 2])
    request = {"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}
    warm.sendall(json.dumps(request).encode())
    warm.shutdown(socket.SHUT_WR)
    with warm.makefile() as answer:
        sys.exit(int(answer.read()))
"""
"""Asks the process at the socket ``$WARM`` to run a command as if it were this one, and waits for its end."""


@contextlib.contextmanager
def warm_process() -> Iterator[str]:
    """The address of the socket of a process that is ready, or will be."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        address = f"{folder}/warm"  # of at most 107 bytes
        listening.bind(address)
        listening.listen()
        descriptor = listening.fileno()
        command = [sys.executable, "-c", f"from {__name__} import serve; serve({descriptor})"]
        root = Path(__file__).parents[2]
        with subprocess.Popen(command, cwd=root, stdin=subprocess.DEVNULL, pass_fds=[descriptor]) as process:
            try:
                yield address
            finally:
                process.kill()


def serve(descriptor: int) -> NoReturn:
    """Answer what comes to the listening socket ``descriptor``."""
    prepare_process()
    all_commands()
    gc.freeze()  # a fork that collects would copy what it shares
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    listening = socket.socket(fileno=descriptor)
    while True:
        asking, _ = listening.accept()
        if os.fork() == 0:
            _run(asking)
        asking.close()


def _run(asking: socket.socket) -> NoReturn:
    """Run what is asked for, send its exit status and end; the socket closes last."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(asking, 1, 3)
    with asking.makefile("rb") as sent:
        request = json.load(sent)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["deepstyle", *request["arguments"]]
    try:
        main()
    except SystemExit as end:
        asking.sendall(str(end.code).encode())
        raise
