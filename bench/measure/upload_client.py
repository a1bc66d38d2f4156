"""A closed-loop client in a process of its own: each connection sends its next photo once the last is answered.

    python -m bench.measure.upload_client PORT CLIENTS REQUESTS FOLDER

It prints the latencies and the whole duration in seconds, as JSON. Plain sockets with keep-alive cost it little, since
it shares the cores with the server that it measures.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from bench.measure.command import ROOT
from bench.measure.http_upload import upload_message

PICTURE_SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp")
MAX_PICTURES: Final = 64


def load(port: int, clients: int, requests: int, folder: Path) -> tuple[float, float]:
    """(p50 in seconds, requests a second) of one client process."""
    command = [sys.executable, "-m", "bench.measure.upload_client"]
    command += [str(port), str(clients), str(requests), str(folder.resolve())]
    done = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout)
    return statistics.median(done["latencies_s"]), len(done["latencies_s"]) / done["duration_s"]


def pictures(folder: Path) -> list[Path]:
    """The files with a picture's suffix, at any depth."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES)


def ask(connection: socket.socket, message: bytes) -> tuple[int, bytes]:
    """Status and body of one request on an open connection."""
    connection.sendall(message)
    response = b""
    while b"\r\n\r\n" not in response:
        response += received(connection)
    head, _, body = response.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += received(connection)
    return int(head.split(b" ", 2)[1]), body


def received(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise SystemExit("the server closed the connection")
    return data


def run_client(port: int, clients: int, requests: int, folder: Path) -> tuple[list[float], float]:
    """The latencies and the whole duration, in seconds."""
    messages = [upload_message(path.read_bytes(), keep_alive=True) for path in pictures(folder)[:MAX_PICTURES]]

    def one(client: int) -> list[float]:
        latencies_s = []
        with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
            for number in range(requests // clients):
                started_s = time.perf_counter()
                status, _ = ask(connection, messages[(client * 7 + number) % len(messages)])
                latencies_s.append(time.perf_counter() - started_s)
                assert status == 200, status
        return latencies_s

    with ThreadPoolExecutor(clients) as pool:
        started_s = time.perf_counter()
        latencies_s = [latency for part in pool.map(one, range(clients)) for latency in part]
        return latencies_s, time.perf_counter() - started_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("port", "clients", "requests"):
        parser.add_argument(name, type=int)
    parser.add_argument("folder", type=Path, help="pictures to upload, at any depth")
    options = parser.parse_args()
    latencies_s, duration_s = run_client(options.port, options.clients, options.requests, options.folder)
    print(json.dumps({"latencies_s": latencies_s, "duration_s": duration_s}))


if __name__ == "__main__":
    main()
