"""Milvus as the vector index of a store: speed and recall, faults under a mixed load, or many equal vectors.

python -m bench.milvus speed [--truth sqlite] [--items 250000] [--dimension 512]
python -m bench.milvus faults [--truth mongodb] [--items 20000] [--faults 1000] [--only KIND] [--seed 1] [--folder DIR]
python -m bench.milvus graph [--dimension 512] [--seed 1]

The truth is a SQLite file or three nodes of MongoDB. Needs the server of `make .venv-milvus`, and for MongoDB the wheel
of `tests/store/mongod.py`. A run with the same options and folder goes on where it was stopped.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.measure.machine import describe_machine
from bench.milvus_runs.faults import KINDS, Plan, faults
from bench.milvus_runs.graph import graph
from bench.milvus_runs.items import TRUTHS, mongodb
from bench.milvus_runs.speed import speed
from tests.index.milvus_server import milvus_server


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("speed", "faults", "graph"))
    parser.add_argument("--truth", choices=TRUTHS, default="sqlite")
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--only", action="append", choices=KINDS, default=[], help="a kind of fault; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout-s", type=float, default=3.0, help="of a server's call of Milvus (default: 3)")
    parser.add_argument("--folder", type=Path, help="where the store and the servers' data are (default: temporary)")
    given = parser.parse_args()
    print(f"{describe_machine()}; {given.truth}, {given.items} items x {given.dimension}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = (given.folder or Path(temporary)).absolute()
        if given.part == "graph":
            with milvus_server(made(folder / "milvus"), session_ttl_s=60) as engine:
                graph(f"http://127.0.0.1:{engine.port}", given.dimension, given.seed)
            return 0
        if given.part == "speed":
            run_speed(given.truth, folder, given.items, given.dimension)
            return 0
        return 0 if faults(plan_of(given, folder)) else 1


def plan_of(given: argparse.Namespace, folder: Path) -> Plan:
    return Plan(
        given.truth,
        folder,
        given.items,
        given.dimension,
        given.faults,
        given.seed,
        given.timeout_s,
        tuple(given.only),
    )


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run_speed(truth: str, folder: Path, items: int, dimension: int) -> None:
    """Start the servers, and measure."""
    with ExitStack() as stack:
        engine = stack.enter_context(milvus_server(made(folder / "milvus"), session_ttl_s=60))
        url = f"sqlite:///{folder}/store.db"
        if truth == "mongodb":
            url = stack.enter_context(mongodb(folder / "mongodb")).url("bench")
        speed(url, f"{engine.url}/bench?timeout_s=10", items, dimension)


if __name__ == "__main__":
    sys.exit(main())
