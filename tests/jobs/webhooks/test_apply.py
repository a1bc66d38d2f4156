"""Each change once, the newest wins, and what a shop system does not know stays."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.jobs.journal import Delivery, Journal
from deepstyle.jobs.runner import work_until_idle
from deepstyle.jobs.stopping import Stop
from deepstyle.jobs.webhooks import apply
from deepstyle.jobs.webhooks.apply import apply_delivery
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from deepstyle.store.base import Entry
from tests.images.pictures import photo, save
from tests.jobs.feeds import open_shop
from tests.jobs.webhooks.payloads import shopify_product, woocommerce_product

PICTURE = save(photo(60, 80, seed=1), "JPEG")


@pytest.fixture
def shop(tmp_path: Path, tiny_model: Path) -> Iterator[Shop]:
    with open_shop(tmp_path, tiny_model) as opened:
        yield opened


def send(shop: Shop, topic: str, payload: Any, *, occurred_s: float = 1_800_000_000.0) -> bool:
    system = "shopify" if "/" in topic else "woocommerce"
    return apply_delivery(shop, Delivery(1, system, topic, occurred_s, json.dumps(payload).encode()))


def ids(shop: Shop) -> list[str]:
    return [item.item_id for item in shop.store.iter_items()]


def test_an_update_keeps_the_picture_and_what_only_the_feed_knows(shop: Shop) -> None:
    item = Item("LS-NAVY-S", "Old", currency="EUR", gender="men", model_id="from-the-feed", attributes={"fit": "wide"})
    shop.store.put([Entry(item, read_image(PICTURE))])
    assert send(shop, "products/update", shopify_product())
    found = shop.item("LS-NAVY-S")
    assert (found.title, found.price, found.size, found.colour) == ("Linen Shirt", 59.0, "S", "Navy")
    assert (found.currency, found.gender, found.model_id, found.attributes) == (
        "EUR",
        "men",
        "from-the-feed",
        {"fit": "wide"},
    )
    assert found.semantic_category == "tops"
    assert shop.store.image("LS-NAVY-S") is not None
    assert ids(shop) == ["503", "LS-NAVY-M", "LS-NAVY-S"]


def test_an_older_update_changes_nothing_and_the_same_one_is_idempotent(shop: Shop) -> None:
    send(shop, "products/update", shopify_product(title="New", updated_at="2026-03-02T12:00:00Z"))
    state = [shop.item(item_id) for item_id in ids(shop)]
    assert not send(shop, "products/update", shopify_product(title="Old", updated_at="2026-03-02T11:59:59Z"))
    assert send(shop, "products/update", shopify_product(title="New", updated_at="2026-03-02T12:00:00Z"))
    assert [shop.item(item_id) for item_id in ids(shop)] == state


def test_a_variant_that_is_gone_is_deleted_unless_not_all_were_sent(shop: Shop) -> None:
    send(shop, "products/create", shopify_product())
    one = shopify_product()["variants"][:1]
    send(
        shop, "products/update", shopify_product(variants=one, variant_gids=[{}] * 3, updated_at="2026-03-03T00:00:00Z")
    )
    assert len(ids(shop)) == 3
    send(shop, "products/update", shopify_product(variants=one, updated_at="2026-03-04T00:00:00Z"))
    assert ids(shop) == ["LS-NAVY-S"]


def test_a_late_update_does_not_bring_a_deleted_product_back(shop: Shop) -> None:
    send(shop, "products/create", shopify_product())
    send(shop, "products/delete", {"id": 77})
    assert ids(shop) == []
    assert not send(shop, "products/update", shopify_product(updated_at="2026-03-05T00:00:00Z"))
    assert ids(shop) == []


def test_a_draft_is_taken_out_and_comes_back(shop: Shop) -> None:
    send(shop, "products/create", shopify_product())
    send(shop, "products/update", shopify_product(status="draft", updated_at="2026-03-03T00:00:00Z"))
    assert ids(shop) == []
    send(shop, "products/update", shopify_product(updated_at="2026-03-04T00:00:00Z"))
    assert len(ids(shop)) == 3


def test_a_deletion_finds_what_a_feed_brought_by_the_same_id(shop: Shop) -> None:
    shop.store.put([Entry(Item("31")), Entry(Item("31-a", model_id="31")), Entry(Item("310"))])
    send(shop, "product.deleted", {"id": 31})
    assert ids(shop) == ["310"]


def test_a_variable_product_takes_its_variations_along(shop: Shop) -> None:
    send(shop, "product.created", woocommerce_product(type="variable"))
    for number in (32, 33):
        variation = {"id": number, "type": "variation", "parent_id": 31, "sku": f"HAT-1-{number}"}
        send(shop, "product.created", woocommerce_product(**variation))
    assert {shop.item(item_id).model_id for item_id in ("HAT-1-32", "HAT-1-33")} == {"HAT-1"}
    send(shop, "product.deleted", {"id": 31})
    assert ids(shop) == []


def test_what_cannot_be_used_is_left_out_and_stops_nothing(shop: Shop) -> None:
    assert not send(shop, "products/delete", shopify_product())
    assert not send(shop, "products/update", {"id": 1, "title": "x", "variants": [{"price": []}, 7]})
    assert send(shop, "product.updated", woocommerce_product(permalink="javascript:alert(1)", name="x" * 100_000))
    found = shop.item("HAT-1")
    assert (found.url, found.title) == ("", "")


def test_a_picture_is_fetched_where_that_is_allowed_and_only_written_where_it_changed(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(urls: list[str], settings: Settings) -> dict[str, Path]:
        asked.extend(urls)
        (tmp_path / "fetched.jpg").write_bytes(PICTURE)
        return dict.fromkeys(urls, tmp_path / "fetched.jpg")

    monkeypatch.setattr(apply, "fetch_pictures", fetch)
    send(shop, "product.updated", woocommerce_product())
    assert (asked, shop.store.image("HAT-1")) == ([], None)
    monkeypatch.setattr(shop, "settings", shop.settings.model_copy(update={"import_urls": True}))
    send(shop, "product.updated", woocommerce_product())
    assert asked == ["https://shop.example/hat.jpg"]
    assert shop.store.image("HAT-1") is not None
    with monkeypatch.context() as patch:
        patch.setattr(apply, "normalised", lambda *_: pytest.fail("it was decoded again"))
        send(shop, "product.updated", woocommerce_product(name="Felt Hat"))
    assert shop.item("HAT-1").title == "Felt Hat"


def test_all_pictures_are_fetched_and_what_is_missing_or_broken_loses_none(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {name: save(photo(60, 80, seed=seed), "JPEG") for seed, name in enumerate("abc")} | {"broken": b"x"}

    def fetch(urls: list[str], settings: Settings) -> dict[str, Path]:
        for name, data in contents.items():
            (tmp_path / name).write_bytes(data)
        return {url: path for url in urls if (path := tmp_path / url.rpartition("/")[2]).is_file()}

    def further(*names: str) -> list[str]:
        images = [{"id": at, "src": f"https://shop.example/{name}"} for at, name in enumerate(names)]
        send(shop, "product.updated", woocommerce_product(images=images))
        return [source.source_sha256 for source in shop.store.more_image_sources(["HAT-1"]).get("HAT-1", ())]

    monkeypatch.setattr(apply, "fetch_pictures", fetch)
    monkeypatch.setattr(shop, "settings", shop.settings.model_copy(update={"import_urls": True}))
    both = further("a", "b", "c")
    assert len(both) == 2
    assert further("b", "a", "gone") == further("c", "broken") == further("gone", "a") == both
    assert further("a", "c", "b") == both[::-1]
    assert further("a") == []


def test_the_job_process_applies_what_waits_and_encodes_it(shop: Shop, tmp_path: Path) -> None:
    shop.store.put([Entry(Item("HAT-1"), read_image(PICTURE))])
    journal = Journal(tmp_path / "imports")
    for number, topic in enumerate(("product.created", "product.updated", "product.unknown")):
        journal.deliver("woocommerce", topic, str(number), json.dumps(woocommerce_product()).encode())
    journal.deliver("woocommerce", "product.updated", "broken", b"{")
    work_until_idle(shop, journal, Stop(), idle_s=0)
    assert journal.deliveries(9) == []
    assert shop.item("HAT-1").category == "Hats"
    assert shop.store.vectors(shop.space, ["HAT-1"]).item_ids == ("HAT-1",)


def test_the_date_is_the_shop_systems_or_stays(shop: Shop) -> None:
    shop.store.put([Entry(Item("LS-NAVY-S", added_at="2026-01-01T00:00:00Z"))])
    send(shop, "products/update", shopify_product())
    assert shop.item("LS-NAVY-S").added_at == "2026-01-01T00:00:00Z"
    send(shop, "product.created", woocommerce_product())
    assert shop.item("HAT-1").added_at == "2026-02-01T10:00:00Z"
