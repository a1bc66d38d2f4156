"""A search that is part of an experiment: with consent, over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.people.experiments.desk import start, stop
from deepstyle.people.experiments.stored import declared
from deepstyle.people.open import open_people
from deepstyle.settings import Settings

OWN = {"Origin": "http://testserver"}
WORDS = {"text": "product", "k": 6}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    people = f"sqlite:///{tmp_path / 'people.db'}"
    return settings.model_copy(update={"people_store": people, "events": True, "events_dir": tmp_path / "events"})


@pytest.fixture
def shopper(settings: Settings) -> Iterator[TestClient]:
    """Somebody who agreed to be measured, in an experiment that compares two rankings of hers."""
    with open_people(settings.people_store) as store:
        start(store, "jo", declared("mixed", "plain", "personal"))
    with TestClient(create_app(settings)) as client:
        choice = {"measure": True, "personalise": True}
        assert client.put("/v1/consent", json=choice, headers=OWN).status_code == 200
        yield client


def test_each_result_says_whose_it_is_on_every_page(shopper: TestClient) -> None:
    first = shopper.get("/v1/search", params=WORDS).json()
    assert first["experiment"] == "mixed"
    teams = [one["variant"] for one in first["results"]]
    assert abs(teams.count("A") - teams.count("B")) <= 1
    more = shopper.get("/v1/search", params={"cursor": first["next_cursor"]}).json()
    ids = [one["item"]["item_id"] for page in (first, more) for one in page["results"]]
    assert len(set(ids)) == len(ids)
    longer = shopper.get("/v1/search", params={**WORDS, "k": 12}).json()
    assert [one["item"]["item_id"] for one in longer["results"]] == ids


def test_without_consent_there_is_no_experiment(shopper: TestClient) -> None:
    shopper.cookies.clear()
    found = shopper.get("/v1/search", params=WORDS).json()
    assert found["experiment"] is None
    assert {one["variant"] for one in found["results"]} == {None}


def test_an_experiment_that_ended_ends_at_once(shopper: TestClient, settings: Settings) -> None:
    with open_people(settings.people_store) as store:
        stop(store, "jo", "mixed")
    assert shopper.get("/v1/search", params=WORDS).json()["experiment"] is None
