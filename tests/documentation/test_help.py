"""Every example in ``--help`` works on the demo catalogue as it is written."""

from pathlib import Path

import pytest

from tests.documentation.examples import help_examples, run

NOT_RUN = {
    "deepstyle demo": "draws and encodes a whole catalogue; tests/web runs it",
    "deepstyle export": "needs a training of minutes; tests/cli trains and exports a small one",
    "deepstyle privacy erase": "needs an account; tests/cli erases one",
    "deepstyle privacy export": "needs an account; tests/cli exports one",
    "deepstyle model rollback": "needs vectors of two models; tests/shop rolls one back",
    "deepstyle model switch": "needs vectors of two models; tests/shop switches to one",
    "deepstyle quantise": "calibrates for minutes; tests/learning quantises a small model",
    "deepstyle train style": "trains for minutes; tests/cli trains a small one",
    "deepstyle users create": "needs the address of a website; tests/cli creates one",
    "deepstyle users disable": "needs an account; tests/cli disables one",
    "deepstyle users enable": "needs an account; tests/cli enables one",
    "deepstyle users reset-link": "needs an account; tests/cli makes one",
    "deepstyle users role": "needs an account; tests/cli changes one",
    "deepstyle users sessions": "needs an account; tests/cli ends some",
    "deepstyle weights check": "needs a model folder of one's own; tests/style checks a small one",
    "deepstyle weights pull": "downloads from a hub",
    "deepstyle learn ranking": "needs the events of weeks; tests/learning trains on small ones",
    "deepstyle learn compatibility": "needs the events of weeks; tests/learning trains on small ones",
    "deepstyle learn rollback": "needs a learned ranking; tests/cli rolls one back",
}
"""Examples that other tests stand for, and why."""
AFTER = {
    "deepstyle evaluate compat": "deepstyle train compat",
    "deepstyle experiment list": "deepstyle experiment start",
    "deepstyle experiment report": "deepstyle experiment start",
    "deepstyle experiment stop": "deepstyle experiment start",
    "deepstyle keys rotate": "deepstyle keys create",
    "deepstyle rules remove": "deepstyle rules add",
    "deepstyle rules import": "deepstyle rules export",
    "deepstyle keys revoke": "deepstyle keys create",
    "deepstyle people restore": "deepstyle people backup",
    "deepstyle restore": "deepstyle backup",
}
"""Commands whose examples use what the example of another command wrote."""
EXAMPLES = {path: lines for path, lines in help_examples().items() if lines}


@pytest.mark.parametrize("path", sorted(EXAMPLES.keys() - NOT_RUN))
def test_help(path: str, place: Path, warm: str) -> None:
    for line in [*EXAMPLES.get(AFTER.get(path, ""), []), *EXAMPLES[path]]:
        run(line, place, warm, DEEPSTYLE_STORE="sqlite:///var/demo.db")


def test_what_is_not_run_is_an_example() -> None:
    assert EXAMPLES.keys() >= NOT_RUN.keys()
