"""Are differences between two rankings found, and none where there is none, however often a report is read?

    python -m bench.experiments
    python -m bench.experiments --seeds 2000      # the same rates, more exactly

Every 100 decided sessions, of at most 2,000, the report of the experiment is read as `deepstyle experiment report`
makes it; an experiment has found something once one of these reports says so. B wins 55 % of decided sessions, or,
where A and B are the same, 50 %. The third row clicks through lists that `team_draft` makes of two random rankings:
places are looked at less the lower they are, and clicks are independent of the items, so no ranking is better. The
last column is what a test that is made for one reading, a sign test at 5 %, would have found in the same sessions.
"""

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.measure.machine import describe_machine
from deepstyle.people.experiments.design import Experiment
from deepstyle.people.experiments.evidence import Wins
from deepstyle.people.experiments.interleaving import team_draft, winner
from deepstyle.people.experiments.report import report_of
from deepstyle.people.experiments.tallies import Tallies

SESSIONS, EVERY = 2_000, 100
SHOWN, LOOKED_AT = 10, 0.8
Z_5_PERCENT = 1.959964

EXPERIMENT = Experiment("bench", "search", "interleave", "plain", "other", "click", (), 0.1, 0.05, 1.0, "", 0.0)
Sessions = Callable[[np.random.Generator], NDArray[np.bool_]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100, help="experiments of each row")
    parser.add_argument("--click-seeds", type=int, default=100, help="experiments that click through lists")
    options = parser.parse_args()
    print(describe_machine())
    print(f"{'B wins':34} {'found':>12} {'as B':>6} {'median sessions':>16} {'one-time test':>14}")
    print_row("55 % of decided sessions", lambda draw: draw.random(SESSIONS) < 0.55, options.seeds)
    print_row("50 %, A/A", lambda draw: draw.random(SESSIONS) < 0.5, options.seeds)
    print_row("as random clicks on lists fall", clicked_lists, options.click_seeds)


def print_row(name: str, sessions: Sessions, seeds: int) -> None:
    """One row: how many experiments found a difference, and after how many sessions."""
    runs = [sessions(np.random.default_rng(seed)) for seed in range(seeds)]
    found = [first for run in runs if (first := first_found(run))]
    naive = sum(found_naively(run) for run in runs)
    after = f"{np.median([sessions for sessions, _ in found]):.0f}" if found else "-"
    as_b = sum(verdict == "b_wins" for _, verdict in found)
    print(f"{name:34} {len(found):>5} of {seeds:<4} {as_b:>5} {after:>15} {naive:>7} of {seeds}")


def looks(is_b: NDArray[np.bool_]) -> list[Wins]:
    """What was won at each reading."""
    b = np.cumsum(is_b)
    return [Wins(read - int(b[read - 1]), int(b[read - 1])) for read in range(EVERY, SESSIONS + 1, EVERY)]


def first_found(is_b: NDArray[np.bool_]) -> tuple[int, str] | None:
    """The sessions and the verdict of the first report that decides."""
    for wins in looks(is_b):
        verdict = report_of(EXPERIMENT, Tallies(wins=wins)).verdict
        if verdict != "undecided":
            return wins.total, verdict
    return None


def found_naively(is_b: NDArray[np.bool_]) -> bool:
    """Whether a sign test by its normal approximation, made for one reading, was significant at any reading."""
    return any(abs(wins.b - wins.a) / np.sqrt(wins.total) > Z_5_PERCENT for wins in looks(is_b))


def clicked_lists(draw: np.random.Generator) -> NDArray[np.bool_]:
    """Decided sessions of shoppers who look from the top and click at random."""
    items = [f"item-{number}" for number in range(50)]
    decided = list[bool]()
    while len(decided) < SESSIONS:
        drafted = team_draft(
            list(draw.permutation(items)), list(draw.permutation(items)), seed=draw.bytes(8).hex(), length=SHOWN
        )
        looked_at = LOOKED_AT ** np.arange(SHOWN)
        clicks = draw.random(SHOWN) < 0.3 * looked_at
        won = winner(one.team for one, is_clicked in zip(drafted, clicks, strict=True) if is_clicked)
        decided += [won == "B"] if won else []
    return np.array(decided)


if __name__ == "__main__":
    main()
