"""Reports over HTTP: ranges, CSV without formulas, look-alikes that nobody buys."""

import csv
import io
from datetime import UTC, datetime

import numpy as np
import pytest
from fastapi.testclient import TestClient

from deepstyle.api.routes.analytics import as_csv
from deepstyle.people.events.queries import ItemRow
from deepstyle.people.merchandising.lookalikes import unsold_lookalikes
from deepstyle.people.merchandising.taste import tastes
from deepstyle.shop import Shop
from tests.api.conftest import problem_of
from tests.conftest import Shop as MadeShop


def test_reports_are_json_and_csv(admin: TestClient) -> None:
    for name in ("top-queries", "clicks-by-position", "conversion", "coverage", "days", "without-consent"):
        said = admin.get(f"/v1/analytics/{name}").json()
        assert said["report"] == name and said["last"] == datetime.now(UTC).date().isoformat()
    assert said["rows"] == []
    assert admin.get("/v1/analytics/coverage").json()["rows"] == [{"shown": 0, "items": 41, "share": 0.0}]
    answer = admin.get("/v1/analytics/conversion?format=csv&from=2026-01-01&to=2026-01-31")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="conversion-2026-01-01-2026-01-31.csv"'
    assert answer.text.splitlines() == ["searches,clicked,carted,purchased", "0,0,0,0"]
    problem_of(admin.get("/v1/analytics/nothing"), 404, "unknown-report")
    problem_of(admin.get("/v1/analytics/days?from=2026-02-01&to=2026-01-01"), 422, "invalid-parameter")
    problem_of(TestClient(admin.app).get("/v1/analytics/days"), 401, "missing-key")
    problem_of(admin.get("/v1/analytics/taste-map"), 404, "no-map")
    assert admin.get("/v1/analytics/unsold-lookalikes").json()["rows"] == []


def test_no_cell_is_a_formula() -> None:
    bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1+1", 'a"b', "a,b\nc"]  # noqa: RUF001
    rows = list(csv.reader(io.StringIO(as_csv([{"query": text, "count": -3, "share": 0.5} for text in bad]))))
    assert rows[0] == ["query", "count", "share"]
    assert [row[0] for row in rows[1:]] == [f"'{text}" for text in bad[:7]] + bad[7:]
    assert "boots;'=1+1" in as_csv([{"query": "boots;=1+1"}])  # a spreadsheet may separate by semicolons
    assert {tuple(row[1:]) for row in rows[1:]} == {("-3", "0.5")}


@pytest.fixture
def opened(shop: MadeShop) -> Shop:
    return Shop.open(shop.store_url, model=str(shop.model))


def test_unsold_lookalikes_are_the_nearest_to_what_sells(opened: Shop) -> None:
    counts = [ItemRow("item-001", 9, 5, 1, 1), ItemRow("item-002", 9, 1, 0, 0), ItemRow("item-003", 4, 0, 0, 0)]
    with opened as shop:
        found = unsold_lookalikes(shop.store, shop.space, counts, limit=5)
        nearest = [one.item.item_id for one in shop.similar("item-001", k=5, group_by="none").matches]
    assert {"item-001", "item-002"}.isdisjoint(row.object_id for row in found)
    assert any(row.object_id in nearest and row.like == "item-001" for row in found)
    assert [row.similarity for row in found] == sorted((row.similarity for row in found), reverse=True)
    assert all(row.impressions == (4 if row.object_id == "item-003" else 0) for row in found)


def test_tastes_are_counted_by_cell() -> None:
    places = np.array([[-1.0, -1.0], [-0.99, -0.99], [1.0, 1.0], [0.0, 0.0]])
    counts = [ItemRow("a", 10, 1, 0, 0), ItemRow("b", 10, 4, 0, 1), ItemRow("c", 4, 2, 0, 0)]
    first, second = tastes(["a", "b", "c", "d"], places, counts, limit=9)
    assert (first.items, first.impressions, first.clicks, first.liked, first.example) == (2, 20, 5, 0.25, "b")
    assert (first.x, second.x, second.example) == (-0.9375, 0.9375, "c")
