"""Accounts over a real store, with passwords that cost little and a real mail server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deepstyle.people.accounts.mail import Outbox
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.passwords import Passwords
from deepstyle.people.opened import People
from deepstyle.settings import Settings
from tests.people.accounts.mailbox import Mailbox, mail_server

CHEAP = Passwords(passes=1, memory_kib=8)


@pytest.fixture(scope="session")
def mail() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(mail: Mailbox) -> Mailbox:
    """The server of all tests, emptied for this one."""
    mail.mails.clear()
    return mail


@pytest.fixture
def people_settings(tmp_path: Path, mailbox: Mailbox) -> Settings:
    return Settings(
        store=f"sqlite:///{tmp_path}/shop.db",
        people_store=f"sqlite:///{tmp_path}/people.db",
        people_keys=f"sqlite:///{tmp_path}/keys.db",
        accounts=True,
        public_url="https://shop.example",
        smtp_url=f"smtp://127.0.0.1:{mailbox.port}",
    )


@pytest.fixture
def accounts(people_settings: Settings) -> Iterator[Accounts]:
    with People.open(people_settings) as people:
        opened = replace(Accounts.open(people), passwords=CHEAP)
        opened.outbox.close()
        opened = replace(opened, outbox=Outbox(pauses_s=(0.0, 0.0)))
        yield opened
        opened.close()
