"""What a Milvus collection holds beside the items' rows."""

import numpy as np

from deepstyle.index.milvus_schema import state_row


def test_state_rows_are_far_from_one_another() -> None:
    vectors = np.stack([state_row(64, revision, 0)["vector"] for revision in (-1, 1, 2, 1_795_872_545_642_900)])
    assert np.allclose(vectors @ vectors.T, np.eye(4), atol=0.6)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
