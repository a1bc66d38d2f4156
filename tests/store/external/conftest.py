from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.external.places import PLACES, PlaceFactory, place_factory, s3_server


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture(params=PLACES)
def new_place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlaceFactory:
    return place_factory(request.param, tmp_path, lambda: request.getfixturevalue("endpoint"), monkeypatch)


@pytest.fixture(autouse=True)
def no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPSTYLE_PICTURES", raising=False)
