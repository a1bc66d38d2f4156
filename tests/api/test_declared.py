"""Every declared field over HTTP: described, filtered by, counted, returned, and bound to cursors."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import CATALOGUE_FIELDS, RANGE_FILTERS, VALUE_FILTERS
from deepstyle.store import Entry, open_store
from tests.api.conftest import problem_of
from tests.conftest import Shop


def test_info_describes_every_filter(client: TestClient) -> None:
    described = client.get("/v1/info").json()["filters"]
    assert [one["name"] for one in described] == [field.name for field in (*VALUE_FILTERS, *RANGE_FILTERS)]
    facets = client.get("/v1/items?limit=1").json()["facets"]
    for one, field in zip(described, (*VALUE_FILTERS, *RANGE_FILTERS), strict=True):
        assert (one["kind"], one["labels"]) == (field.kind, dict(field.labels))
        assert one["facet"] in facets if field.facet and field.kind == "text" else one["facet"] is None


@pytest.mark.parametrize("field", VALUE_FILTERS, ids=lambda field: field.name)
def test_a_declared_value_is_a_parameter_a_facet_and_part_of_a_product(
    client: TestClient, shop: Shop, field: Field
) -> None:
    with open_store(shop.store_url) as store:
        for item_id in ("item-001", "item-002"):
            store.put([Entry(replace(store.get([item_id])[item_id], **{field.name: "Größe 1"}))])
    page = client.get("/v1/items", params={field.name: ["GRÖSSE 1", "nobody"], "limit": 1}).json()
    assert page["total"] == 2
    assert field.measured or page["items"][0][field.name] == "Größe 1"
    assert page["facets"][field.filter]["Größe 1"] == 2
    cursor = {"cursor": page["next_cursor"]}
    assert client.get("/v1/items", params={field.name: ["GRÖSSE 1", "nobody"], **cursor}).status_code == 200
    problem_of(client.get("/v1/items", params={field.name: "other", **cursor}), 400, "bad-cursor")
    similar = client.get("/v1/items/item-000/similar", params={field.name: "Größe 1"}).json()["results"]
    assert {result["item"]["item_id"] for result in similar} == {"item-001", "item-002"}
    problem_of(client.get("/v1/items", params={field.name: "x" * 201}), 422, "invalid-parameter")


def test_a_product_has_every_declared_field(client: TestClient) -> None:
    product = client.get("/v1/items/bare").json()
    given = [field for field in CATALOGUE_FIELDS if field.name != "title"]
    assert {field.name: product[field.name] for field in given} == {field.name: field.empty for field in given}
    assert product["dominant_colours"] == []


@pytest.mark.parametrize("field", RANGE_FILTERS, ids=lambda field: field.name)
def test_bounds_in_the_wrong_order_are_refused(client: TestClient, field: Field) -> None:
    parameters = {f"{field.filter}_min": 2, f"{field.filter}_max": 1}
    problem_of(client.get("/v1/items", params=parameters), 422, "invalid-parameter")
