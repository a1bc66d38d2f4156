"""From a catalogue to a report by the commands a user types: train, export, encode, index, evaluate, report; timed.

    python -m bench.pipeline                       # the demo catalogue
    python -m bench.pipeline --data PATH --photos PATH

The import renders the demo catalogue once; the total counts from training on.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.measure.command import DEEPSTYLE
from bench.measure.machine import describe_machine


def main() -> None:
    """Run each command in a process of its own, as a user does."""
    options = parse()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "DEEPSTYLE_CACHE_DIR": str(work / "cache"),
        "DEEPSTYLE_STORE": f"sqlite:///{work}/shop.db",
    }
    model, run = str(work / "model"), str(work / "run")
    limit = ["--limit", "300"] if options.quick else []
    evaluate_limit = ["--limit", "50"] if options.quick else []
    photos = ["--photos", options.photos] if options.photos else []
    config = ["--config", options.config] if options.config else []
    steps = {
        "import": ["import", options.data, *limit],
        "train style": ["train", "style", "--store", environment["DEEPSTYLE_STORE"], "--to", run, *config],
        "export": ["export", run, "--to", model],
        "encode and index": ["encode", "--model", model],
        "evaluate": ["evaluate", "search", "--model", model, *photos, *evaluate_limit],
        "report": ["report", "--run", run, "--to", str(work / "report")],
    }
    print(describe_machine())
    total_s = 0.0
    for name, words in steps.items():
        took_s = timed(words, environment)
        total_s += took_s if name != "import" else 0
        print(f"{name:20}{took_s:8.1f} s", flush=True)
    print(f"{'train to report':20}{total_s:8.1f} s")


def timed(words: list[str], environment: dict[str, str]) -> float:
    """Seconds that a deepstyle command takes; its output is shown only where it fails."""
    started_s = time.perf_counter()
    done = subprocess.run([*DEEPSTYLE, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"deepstyle {' '.join(words)}: {done.stdout}{done.stderr}")
    return time.perf_counter() - started_s


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="drawn", help="a catalogue (%(default)s)")
    parser.add_argument("--photos", help="a folder of photos with labels.csv")
    parser.add_argument("--config", help="what to train, a TOML file (the default's)")
    parser.add_argument("--work", type=Path, default=Path("var/bench-pipeline"), help="a new folder, for cold times")
    parser.add_argument("--quick", action="store_true", help="300 items, 50 of them asked")
    return parser.parse_args()


if __name__ == "__main__":
    main()
