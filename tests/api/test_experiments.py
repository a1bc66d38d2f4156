"""Experiments over HTTP."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.settings import Settings
from tests.api.conftest import problem_of

NEW = {"name": "mixed", "b": "personal"}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    people = f"sqlite:///{tmp_path / 'people.db'}"
    return settings.model_copy(update={"people_store": people, "events_dir": tmp_path / "events"})


def test_an_experiment_from_start_to_end(admin: TestClient) -> None:
    assert admin.get("/v1/experiments").json() == {"experiments": []}
    answer = admin.post("/v1/experiments", json=NEW)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/v1/experiments/mixed"
    started = answer.json()
    assert started["state"] == "running"
    assert admin.get("/v1/experiments").json() == {"experiments": [started]}
    report = admin.get("/v1/experiments/mixed").json()
    assert report["verdict"] == "undecided"
    assert (report["low"], report["high"]) == (0, 1)
    assert report["harms"] == [{"name": "hides", "a": 0, "b": 0, "ratio_low": 0, "is_broken": False}]
    assert "salt" not in report
    problem_of(admin.post("/v1/experiments", json={**NEW, "name": "other"}), 409, "experiment-conflict")
    for _ in range(2):
        assert admin.delete("/v1/experiments/mixed").status_code == 204
    stopped = admin.get("/v1/experiments/mixed").json()
    assert stopped["state"] == "stopped"
    assert stopped["stopped"] is not None
    problem_of(admin.post("/v1/experiments", json=NEW), 409, "experiment-conflict")


def test_the_audit_log_names_who_started_and_stopped(admin: TestClient) -> None:
    assert admin.post("/v1/experiments", json=NEW).status_code == 201
    (started,) = admin.get("/v1/audit").json()["entries"]
    assert (started["kind"], started["key"], started["before"]) == ("experiments", "mixed", None)
    assert started["who"] and started["can_undo"]
    undone = admin.post(f"/v1/audit/{started['entry_id']}:undo")
    assert undone.status_code == 200
    assert (undone.json()["undoes"], undone.json()["can_undo"]) == (started["entry_id"], False)
    assert admin.get("/v1/experiments/mixed").json()["state"] == "stopped"
    shown = admin.get("/v1/audit").json()["entries"]
    assert [one["can_undo"] for one in shown] == [False, False]
    for one in shown:
        problem_of(admin.post(f"/v1/audit/{one['entry_id']}:undo"), 409, "experiment-conflict")


@pytest.mark.parametrize(
    "wrong", [{"name": "A b"}, {"b": "plain"}, {"metric": "purchase"}, {"guardrails": ["slow"]}, {"salt": "mine"}]
)
def test_what_cannot_be_measured_is_refused(admin: TestClient, wrong: dict[str, Any]) -> None:
    problem_of(admin.post("/v1/experiments", json={**NEW, **wrong}), 422, "invalid-parameter")
    assert admin.get("/v1/experiments").json() == {"experiments": []}


def test_an_unknown_experiment(admin: TestClient) -> None:
    problem_of(admin.get("/v1/experiments/none"), 404, "unknown-experiment")
    problem_of(admin.delete("/v1/experiments/none"), 404, "unknown-experiment")
    problem_of(admin.post("/v1/experiments", content=b"x"), 415, "unsupported-media-type")
