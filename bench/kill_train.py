"""Kill `deepstyle train style` with SIGKILL at random moments; its result must equal that of an undisturbed run.

    python -m bench.kill_train --kills 20

It trains on the first items of the demo catalogue. Some kills fall into the start of the program, the others into the
training. Exit code 1 where the killed run ends at another step, or an epoch has another loss.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.measure.command import DEEPSTYLE
from bench.measure.machine import describe_machine
from deepstyle.demo.source import open_catalogue
from deepstyle.learning.checkpoint import CHECKPOINT_FILE
from deepstyle.store import open_store
from deepstyle.store.ingest import import_catalogue

CONFIG = """
[model]
weights = "packaged:lite0"
[data]
views = ["20 % brighter"]
[batch]
categories = 8
[optimiser]
epochs = {epochs}
steps_per_epoch = 50
learning_rate = 3e-4
[stop]
patience = 1000
checkpoint_steps = 10
"""
START_S = 8.0
"""A third of the kills fall within this time after a start, wherever the program is."""
TOLERANCE = 1e-5


def main() -> int:
    options = parse()
    print(describe_machine())
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="kill-train-") as scratch:
        folder = Path(scratch)
        with open_store(f"sqlite:///{folder / 'items.db'}") as store:
            import_catalogue(open_catalogue(options.data), store, limit=options.items)
        (folder / "config.toml").write_text(CONFIG.format(epochs=options.epochs))
        whole = finish(folder, "whole")
        kills, steps = 0, []
        while kills < options.kills:
            died = strike(folder, dice)
            kills += died
            steps.append(checkpoint_step(folder / "killed"))
            print(f"kill {kills}: the checkpoint is at step {steps[-1]}", flush=True)
            if not died:
                print("the training ended before the kill: give it more --epochs")
                break
        torn = finish(folder, "killed")
    return compare(whole, torn, kills)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="demo", help="a catalogue (%(default)s)")
    parser.add_argument("--items", type=int, default=200, help="rows of it (%(default)s)")
    parser.add_argument("--kills", type=int, default=20, help="(%(default)s)")
    parser.add_argument("--epochs", type=int, default=60, help="of 50 steps (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="3 kills, 10 epochs")
    options = parser.parse_args()
    if options.quick:
        options.kills, options.epochs = 3, 10
    return options


def command(folder: Path, run: str) -> list[str]:
    words = ["train", "style", "--store", f"sqlite:///{folder / 'items.db'}", "--config", str(folder / "config.toml")]
    return [*DEEPSTYLE, *words, "--to", str(folder / run), "--json"]


def finish(folder: Path, run: str) -> dict[str, Any]:
    done = subprocess.run(command(folder, run), capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def strike(folder: Path, dice: random.Random) -> bool:
    """Start the training and kill it; whether it was still alive."""
    checkpoint = folder / "killed" / CHECKPOINT_FILE
    before_ns = modified_ns(checkpoint)
    process = subprocess.Popen(
        command(folder, "killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    if dice.random() < 1 / 3:
        wait(process, dice.uniform(0, START_S))
    else:
        while process.poll() is None and modified_ns(checkpoint) == before_ns:
            time.sleep(0.01)
        wait(process, dice.uniform(0, 0.5))
    alive = process.poll() is None
    if alive:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return alive


def modified_ns(path: Path) -> int:
    """When the file last changed; 0 where it is missing."""
    return path.stat().st_mtime_ns if path.exists() else 0


def wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def checkpoint_step(run: Path) -> int:
    from deepstyle.learning.checkpoint import read_checkpoint

    checkpoint = read_checkpoint(run)
    return checkpoint.step if checkpoint else 0


def compare(whole: dict[str, Any], torn: dict[str, Any], kills: int) -> int:
    pairs = list(zip(whole["history"], torn["history"], strict=False))
    apart = max((abs(one["loss"] / other["loss"] - 1) for one, other in pairs), default=1.0)
    same = (whole["steps"], whole["best_epoch"], len(whole["history"])) == (
        torn["steps"],
        torn["best_epoch"],
        len(torn["history"]),
    )
    for name, result in (("not killed", whole), (f"killed {kills} times", torn)):
        loss = result["history"][-1]["loss"]
        print(f"{name}: {result['steps']} steps, loss {loss:.6f}, best epoch {result['best_epoch']}")
    print(f"largest relative difference of an epoch's loss: {apart:.1e}")
    return 0 if same and apart < TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
