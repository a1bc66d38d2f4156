"""Consent: what counts, for how long, and what a forged token is worth."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.people import consent as consent_module
from deepstyle.people.base import PeopleStore
from deepstyle.people.consent import (
    CONSENT_DAYS,
    DAY_S,
    MAX_CHANGES,
    Choice,
    client_id_of,
    client_ids_of,
    link_person,
    new_token,
    read_consent,
    record_consent,
    shopper_of,
)
from deepstyle.people.open import open_people
from deepstyle.people.shopper import NOBODY

BOTH = Choice(measure=True, personalise=True)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeopleStore]:
    with open_people(f"sqlite:///{tmp_path_factory.mktemp('people')}/people.db") as opened:
        yield opened


def agreed(people: PeopleStore, choice: Choice = BOTH) -> str:
    token = new_token()
    record_consent(people, client_id_of(token), choice)
    return token


def test_who_agreed_has_a_pseudonym_that_does_not_reveal_the_token(people: PeopleStore) -> None:
    token = agreed(people, Choice(measure=True))
    shopper = shopper_of(people, token, session_id="s1")
    assert (shopper.may_measure, shopper.may_personalise, shopper.session_id) == (True, False, "s1")
    assert shopper.client_id
    assert shopper.client_id not in token
    assert shopper_of(people, shopper.client_id) == NOBODY


def test_global_privacy_control_means_no(people: PeopleStore) -> None:
    assert shopper_of(people, agreed(people), is_refused=True) == NOBODY


def test_ten_thousand_forged_tokens_are_nobodys(people: PeopleStore) -> None:
    real = agreed(people)
    forged = [secrets.token_hex(32) for _ in range(9_935)] + [
        "",
        *(real[:at] + "g" + real[at + 1 :] for at in range(64)),
    ]
    assert len(forged) == 10_000
    assert {shopper_of(people, token) for token in forged} == {NOBODY}


def test_withdrawing_is_seen_by_the_next_read_of_every_handle(people: PeopleStore) -> None:
    token = agreed(people)
    with open_people(people.url) as other:
        assert shopper_of(other, token).may_measure
        record_consent(people, client_id_of(token), Choice())
        assert shopper_of(other, token) == NOBODY


def test_every_change_is_recorded_with_time_and_version(people: PeopleStore) -> None:
    token = agreed(people)
    for _ in range(MAX_CHANGES):
        record_consent(people, client_id_of(token), Choice())
    record = people.get("consents", client_id_of(token))
    assert record is not None
    changes = record.fields["changes"]
    assert len(changes) == MAX_CHANGES
    assert changes[-1].keys() == {"measure", "personalise", "version", "at_s"}
    assert abs(changes[-1]["at_s"] - time.time()) < 600


def test_consent_ends_with_time_and_with_a_new_text(people: PeopleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    token = agreed(people)
    found = read_consent(people, client_id_of(token))
    assert found is not None
    assert found.is_valid(time.time())
    assert not found.is_valid(time.time() + CONSENT_DAYS * DAY_S)
    monkeypatch.setattr(consent_module, "TEXT_VERSION", "2027-01")
    assert shopper_of(people, token) == NOBODY


def test_a_person_owns_the_pseudonyms_of_her_browsers_and_nobody_elses(people: PeopleStore) -> None:
    phone, laptop, his = (client_id_of(agreed(people)) for _ in range(3))
    assert link_person(people, phone, "anna")
    assert link_person(people, laptop, "anna")
    assert link_person(people, his, "ben")
    assert not link_person(people, his, "anna")
    assert not link_person(people, "unknown", "anna")
    assert client_ids_of(people, "anna") == sorted([phone, laptop])
    record_consent(people, phone, Choice(measure=True))
    assert phone in client_ids_of(people, "anna")


def test_consent_needs_no_package_of_the_extra(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.modules.update(dict.fromkeys(('duckdb', 'pyarrow', 'pwdlib', 'cryptography')));"
        "import deepstyle.api.app, deepstyle.cli.serve, deepstyle.people.events.maintenance"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=tmp_path).returncode == 0
