"""An experiment of each method."""

from dataclasses import replace

from deepstyle.people.experiments.design import Experiment

INTERLEAVE = Experiment(
    "mixed", "search", "interleave", "plain", "personal", "click", ("hides",), 0.1, 0.05, 1.0, "salt", 1_790_000_000.0
)
AB = replace(
    INTERLEAVE, name="split", method="ab", metric="add_to_cart", guardrails=("hides", "no_results", "errors", "slow")
)
