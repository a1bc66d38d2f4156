from pathlib import Path

import pytest
from pymongo import MongoClient

from deepstyle.errors import StoreError
from deepstyle.people import mongodb_database
from deepstyle.people.keys import open_keys
from deepstyle.people.open import open_people
from deepstyle.store import open_store
from tests.people.contract import PeopleContract
from tests.people.keys_contract import KeysContract


class TestMongoPeople(PeopleContract):
    @pytest.fixture
    def url(self, mongo_url: str) -> str:
        return mongo_url


class TestMongoKeys(KeysContract):
    @pytest.fixture
    def url(self, mongo_url: str) -> str:
        return mongo_url


def test_a_catalogues_database_is_refused(mongo_url: str) -> None:
    with open_store(mongo_url):
        pass
    for opening in (open_people, open_keys):
        with pytest.raises(StoreError, match="holds something else"):
            opening(mongo_url)


def test_a_catalogue_is_not_written_into_a_database_of_people(mongo_url: str) -> None:
    with open_people(mongo_url), pytest.raises(StoreError, match="holds people"):
        open_store(mongo_url)


def test_an_older_schema_is_updated_and_a_newer_one_refused(mongo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_people(mongo_url) as store:
        store.add("people", "p1", {})
    steps = {2: lambda db: db["people_records"].update_many({}, {"$set": {"fields": '{"step":2}'}})}
    with monkeypatch.context() as patch:
        patch.setattr(mongodb_database, "STEPS", steps)
        patch.setattr(mongodb_database, "VERSION", 2)
        for _ in range(2):
            with open_people(mongo_url) as store:
                assert store.scan("people")[0].fields == {"step": 2}
    with pytest.raises(StoreError, match="schema version 2"):
        open_people(mongo_url)


def test_a_damaged_document_is_found(mongo_url: str) -> None:
    with open_people(mongo_url) as store, MongoClient(mongo_url) as client:
        records = client.get_default_database()["people_records"]
        for key in ("intact", "json", "lost", "unfound"):
            store.add("people", key, {"email_digest": key})
        records.update_one({"key": "json"}, {"$set": {"fields": "{"}})
        records.update_one({"key": "lost"}, {"$unset": {"fields": 1}})
        records.update_one({"key": "unfound"}, {"$set": {"found_by": []}})
        records.drop_index("by_owner")
        found = store.check()
        assert [len([each for each in found if name in each]) for name in ("intact", "json", "lost", "unfound")] == [
            0,
            1,
            1,
            1,
        ]
        assert "the index by_owner is missing" in found
        for key in ("json", "lost"):
            with pytest.raises(StoreError):
                store.get("people", key)


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    url = "mongodb://shop:secret@127.0.0.1:1/people?timeoutMS=300&serverSelectionTimeoutMS=100"
    for opening in (open_people, open_keys):
        with pytest.raises(StoreError) as failed:
            opening(url)
        assert "secret" not in str(failed.value)
