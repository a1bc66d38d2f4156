"""The commit of the code that trains, for the notes of a model's origin."""

import subprocess
from pathlib import Path


def git_commit() -> str:
    """The commit of this code, where it runs from a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (constant arguments)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
