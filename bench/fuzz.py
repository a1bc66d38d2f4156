"""How often does an odd request get a 5xx? Schemathesis against a real server, with more examples than in CI.

    python -m bench.fuzz                    # 500 random requests for each route, and the edges of each parameter
    python -m bench.fuzz --examples 5000

Every route of the OpenAPI document is called with values that fit it and values that do not; each response is checked
against the document by ``tests/api/fuzz_routes.py``, which CI runs with few examples.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROUTES = Path(__file__).parents[1] / "tests" / "api" / "fuzz_routes.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=500, help="random requests a route (default: %(default)s)")
    options = parser.parse_args()
    environment = {**os.environ, "DEEPSTYLE_FUZZ_EXAMPLES": str(options.examples)}
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider"]
    command += ["-o", "addopts=--import-mode=importlib", str(ROUTES)]
    return subprocess.run(command, env=environment, cwd=ROUTES.parents[2], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
