"""A plan of 1,000 faults has what was asked for, and the store is compared with what was written."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bench.milvus_runs.faults import Plan
from bench.milvus_runs.items import TRUTHS, differences, id_of, put, vector_of
from deepstyle.store.open import open_store

DIMENSION = 16


@pytest.mark.parametrize("truth", TRUTHS)
def test_a_thousand_faults_kill_the_engine_and_the_server_fifty_times(truth: str) -> None:
    kinds = [Plan(truth, Path(), 20_000, DIMENSION, 1000, seed, 3.0).kinds() for seed in (1, 1, 2)]
    assert kinds[0] == kinds[1] != kinds[2]
    for found in kinds:
        assert min(Counter(found).values()) >= 50
        assert ("kill mongod" in found) == (truth == "mongodb")


def test_what_the_store_lacks_and_what_nobody_wrote_is_counted(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        put(store, range(4), np.stack([vector_of(number, 1, DIMENSION) for number in range(4)]))
        assert differences(store, dict.fromkeys(range(4), 1), DIMENSION) == (0, 0)
        store.delete([id_of(0)])
        put(store, [1], vector_of(1, 2, DIMENSION)[None])
        assert differences(store, {0: 1, 1: 1, 2: 1}, DIMENSION) == (1, 2)  # 1 is another version, 3 is not known
