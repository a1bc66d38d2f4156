"""Two Ray nodes on this machine, one of which is killed whole in the middle of a run."""

from pathlib import Path

import pytest

from tests.style.tiny import write_tiny_model

pytest.importorskip("ray", reason="Ray is not installed")
ITEMS = 300


def test_a_node_killed_whole_costs_no_picture_and_repeats_no_write(tmp_path: Path) -> None:
    from bench.ray_nodes import killed_run

    write_tiny_model(tmp_path / "model")
    outcome = killed_run(tmp_path, tmp_path / "model", ITEMS, shard=10)
    assert outcome.killed > 1, "the second node had no processes of its own"
    assert ITEMS // 4 <= outcome.at_kill < ITEMS, "nothing was left to do when the node was killed"
    assert (outcome.stored, outcome.missing) == (ITEMS, 0)
    assert (outcome.reported, outcome.again) == (ITEMS, 0)
    assert outcome.furthest < 1e-5
