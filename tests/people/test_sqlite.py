from pathlib import Path

import pytest

from tests.people.contract import PeopleContract


class TestSqlitePeople(PeopleContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/var/people.db"
