"""A server on a copy answers as one on the original: what was encoded, mapped, measured and drawn is all there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.report.map_points import compute_points, write_points
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.copy import copy_store
from deepstyle.style.calibration.calibration import write_calibration
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import serving_space
from deepstyle.style.spec import read_spec
from tests.api.conftest import bearer
from tests.compatibility.shop import map_shop
from tests.conftest import Shop
from tests.store.mongod import ReplicaSet, replica_set
from tests.style.calibration.made import made_calibration

ITEM = "item-000"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


@pytest.fixture
def head(shop: Shop, tmp_path: Path) -> Path:
    """The compatibility head; the shop's store is mapped, is calibrated and has a map."""
    folder = map_shop(shop, tmp_path / "head")
    fingerprint = Encoder.open(shop.model).fingerprint
    with open_store(shop.store_url) as store:
        write_calibration(store, made_calibration(fingerprint))
        write_points(store, compute_points(store, serving_space(store, read_spec(shop.model)), method="PCA"))
    return folder


def answers(store: str, shop: Shop, head: Path) -> dict[str, Any]:
    settings = Settings(store=store, model=str(shop.model), compat=str(head))
    with TestClient(create_app(settings), headers=bearer(settings, "admin")) as client:
        answers = {
            "mapping": client.post(f"/compatible/{ITEM}"),
            "live": client.get(f"/v1/items/{ITEM}/compatible"),
            "similar": client.get(f"/v1/items/{ITEM}/similar"),
            "map": client.get("/v1/map"),
            "info": client.get("/v1/info"),
        }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    return {name: answer.json() for name, answer in answers.items()}


@pytest.mark.parametrize("stops", [["sqlite"], ["mongodb", "sqlite"]], ids=" to ".join)
def test_a_copy_serves_what_the_original_does(
    stops: list[str], shop: Shop, head: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    expected = answers(shop.store_url, shop, head)
    assert expected["mapping"]["rec_feature2"]
    assert expected["info"]["calibrated"]
    url = shop.store_url
    for number, kind in enumerate(stops):
        before, url = url, f"sqlite:///{tmp_path}/copy{number}.db"
        if kind == "mongodb":
            url = request.getfixturevalue("server").url("copied")
        with open_store(before, read_only=True) as source, open_store(url) as target:
            copy_store(source, target)
        assert answers(url, shop, head) == expected
