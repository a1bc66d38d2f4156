import logging
import threading
from pathlib import Path

import pytest

from deepstyle.errors import UsageError
from deepstyle.jobs import people as people_job
from deepstyle.jobs.people import supervised_people, tidy_once
from deepstyle.people.erase import erase_person, unfinished_erasures
from deepstyle.people.opened import People
from deepstyle.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    urls = {name: f"sqlite:///{tmp_path}/{name}.db" for name in ("store", "people_store", "people_keys")}
    return Settings(accounts=True, events_dir=f"{tmp_path}/events", **urls)  # type: ignore[arg-type]


def test_a_start_finishes_what_was_killed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = threading.Event()

    def tidy(settings: Settings, *, is_first: bool = False) -> None:
        tidy_once(settings, is_first=is_first)
        passed.set()

    monkeypatch.setattr(people_job, "tidy_once", tidy)
    with People.open(settings) as people:
        people.store.add("sessions", "old", {"person_id": "p1"}, expires_s=1.0)
        people.store.add("sessions", "hers", {"person_id": "p1"}, owner="p1")
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("deepstyle.people.vault.Vault.destroy", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            erase_person(people, "p1")
        assert len(unfinished_erasures(people)) == 1
        with supervised_people(settings):
            assert passed.wait(60)
        assert unfinished_erasures(people) == []
        assert people.store.count("sessions") == 0
        passed.clear()
        with supervised_people(settings, every_s=0.01):
            assert passed.wait(60)
            passed.clear()
            assert passed.wait(60)


def test_a_file_from_an_older_backup_brings_back_nobody(settings: Settings, tmp_path: Path) -> None:
    with People.open(settings) as people:
        for owner in ("p1", "p2"):
            people.store.add("sessions", owner, {"person_id": owner}, owner=owner)
        people.store.purge()
        older = (tmp_path / "people_store.db").read_bytes()
        erase_person(people, "p1")
    for path in tmp_path.glob("people_store.db*"):
        path.unlink()
    (tmp_path / "people_store.db").write_bytes(older)
    with supervised_people(settings), People.open(settings) as people:  # at once, before anything is served
        assert [record.key for record in people.store.scan("sessions")] == ["p2"]


def test_without_accounts_nothing_is_opened(settings: Settings, tmp_path: Path) -> None:
    with supervised_people(settings.model_copy(update={"accounts": False})):
        pass
    assert list(tmp_path.iterdir()) == []


def test_one_database_for_two_is_refused(settings: Settings) -> None:
    shared = settings.model_copy(update={"people_store": settings.store})
    with pytest.raises(UsageError, match="DEEPSTYLE_PEOPLE_STORE"), supervised_people(shared):
        pass


def test_a_store_that_cannot_be_opened_is_logged(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "deepstyle.people"):
        tidy_once(settings.model_copy(update={"people_store": f"sqlite:///{tmp_path}"}))
    assert "people are not tidied" in caplog.text
