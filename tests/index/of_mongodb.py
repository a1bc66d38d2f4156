"""The parts of the contract on a real MongoDB; the test's module defines the fixture ``mongodb``."""

import uuid
from collections.abc import Iterator

import pytest

from deepstyle.index.mongodb_truth import MongoTruth
from deepstyle.index.truth import Truth
from deepstyle.store.base import Store
from deepstyle.store.open import open_store
from tests.store.mongod import ReplicaSet


class OfMongoDB:
    """Mix it into ``IndexContract``."""

    @pytest.fixture
    def parts(self, mongodb: ReplicaSet) -> Iterator[tuple[Store, Truth]]:
        database = f"index{uuid.uuid4().hex[:10]}"
        store = open_store(mongodb.url(database))
        yield store, MongoTruth(mongodb.url(database))
        mongodb.drop(database)
