"""How a running experiment changes a search: a variant of the ranking is a tuple of stages after ranking.

Whoever serves gives the variants by name, "plain" is none. ``trial_of`` says which stages a shopper's search runs, and
which team drafted each item, so that her clicks can be credited.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from deepstyle.people.experiments.assignment import arm_of, takes_part
from deepstyle.people.experiments.design import Arm, Experiment
from deepstyle.people.experiments.interleaving import Team, team_draft
from deepstyle.people.shopper import Shopper
from deepstyle.search.context import SearchContext, Stage
from deepstyle.search.state import State
from deepstyle.style.search import Match

PLAIN: Final = "plain"
Variants = Mapping[str, tuple[Stage, ...]]
"""The stages of each variant that this server has, by its name."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an experiment makes of one search: the stages to run, and whose items they put in the list.

    ``arm`` is that of an A/B test. ``teams`` is filled while an interleaved search runs.
    """

    experiment: Experiment
    stages: tuple[Stage, ...]
    arm: Arm | None = None
    teams: dict[str, Team] = field(default_factory=dict)

    def variant_of(self, item_id: str) -> Arm | None:
        """Whose an item of the results is: the team's that drafted it, or the arm's."""
        return self.arm or self.teams.get(item_id) or None


def trial_of(experiment: Experiment, shopper: Shopper, variants: Variants, *, query_id: str) -> Trial | None:
    """The trial of a search; ``None`` where she is not in the experiment, or a variant is not there.

    ``query_id`` is the same for all pages of a search.
    """
    known = {PLAIN: (), **variants}
    if not (takes_part(experiment, shopper) and experiment.a in known and experiment.b in known):
        return None
    a, b = known[experiment.a], known[experiment.b]
    if experiment.method == "ab":
        arm = arm_of(experiment, shopper)
        return Trial(experiment, b if arm == "B" else a, arm)
    trial = Trial(experiment, ())
    stage = interleaved(a, b, seed=f"{experiment.salt}:{shopper.client_id}:{query_id}", teams=trial.teams)
    return replace(trial, stages=(stage,))


def interleaved(a: Sequence[Stage], b: Sequence[Stage], *, seed: str, teams: dict[str, Team]) -> Stage:
    """A stage that runs the stages of both variants and drafts one list of what they make of the first matches."""

    def apply(context: SearchContext, state: State) -> str:
        of_a, of_b = _run(a, context, state), _run(b, context, state)
        if state.part != "first":  # no place changes here: A's stages hide what they hide
            state.matches = of_a
            return "as A"
        drafted = team_draft(_first(of_a, state), _first(of_b, state), seed=seed, length=state.window)
        by_id = {match.item.item_id: match for match in (*of_b, *of_a)}
        teams.update({one.item_id: one.team for one in drafted})
        rest = [match for match in of_a if match.item.item_id not in teams]
        state.matches = [*(by_id[one.item_id] for one in drafted), *rest]
        return f"{len(drafted)} drafted"

    return Stage("interleave", apply)


def _run(stages: Sequence[Stage], context: SearchContext, state: State) -> Sequence[Match]:
    own = replace(state, notices=[], stages=[], sources=set(state.sources))
    for stage in stages:
        stage.apply(context, own)
    return own.matches


def _first(matches: Sequence[Match], state: State) -> list[str]:
    return [match.item.item_id for match in matches[: state.window]]


ReadVariants = Callable[[Shopper], Variants]
"""The variants for a shopper: personal stages know whom they rank for."""
