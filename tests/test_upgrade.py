"""A store that the former default model encoded is served by it, until `deepstyle encode` has moved it to the new one.

``store/fixtures/sqlite_lite2.sql`` is what the version before the new default wrote of eight drawn items: vectors in
fp16, suggestions, and bands. A tiny model stands for the new default here, with a tiny head for its features.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from deepstyle.api.app import create_app
from deepstyle.catalogue.item import Item
from deepstyle.cli import app
from deepstyle.compatibility import head, mapping
from deepstyle.compatibility.head import WEIGHTS_FILE
from deepstyle.compatibility.space import COMPAT_SPACE
from deepstyle.errors import StoreError
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from deepstyle.store import Store, open_store
from deepstyle.store.copy import copy_store
from deepstyle.style import model
from deepstyle.style.augmented_views import AUGMENTED_VIEWS, keep_augmented_views, view_space
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.rerank import Reranking
from deepstyle.style.spec import ModelSpec, read_spec
from tests.compatibility.tiny import write_tiny_head
from tests.store.mongod import replica_set
from tests.style.tiny import write_tiny_model

FIXTURE = Path(__file__).parent / "store" / "fixtures" / "sqlite_lite2.sql"
OLD = "5ed655c41a137db4"
OLD_COMPAT = "compat-55314dbccc5f66e2-fp16"
ITEMS = 8
QUERY = "12035-11"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.executescript(FIXTURE.read_text("utf-8"))
    connection.close()
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture(params=["sqlite", "mongodb"])
def url(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url
        return
    with replica_set(tmp_path / "mongod") as server:
        with open_store(sqlite_url) as source, open_store(server.url("shop")) as target:
            copy_store(source, target)
        yield server.url("shop")


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """The new default, in place of the packaged one."""
    spec = write_tiny_model(tmp_path / "fashion", seed=5)
    heads = tmp_path / "heads"
    heads.mkdir()
    (heads / "lite2").symlink_to(head.PACKAGED / "lite2")
    write_tiny_head(heads / "fashion", spec.features_fingerprint, spec.features_dim)
    monkeypatch.setattr(model, "FASHION_MODEL", tmp_path / "fashion")
    monkeypatch.setattr(model, "DEFAULT_MODEL", "packaged:fashion")
    monkeypatch.setattr(head, "PACKAGED", heads)
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    return spec


def picture(store: Store, item_id: str = QUERY) -> bytes:
    image = store.image(item_id)
    assert image is not None
    return image.data


def suggestions(store: Store) -> dict[str, tuple[str, ...]]:
    return {item.item_id: store.compatible(item.item_id) for item in store.iter_items()}


def check_answers(shop: Shop, spaces: tuple[str, str]) -> None:
    """Every answer comes from one model's ``spaces``: style vectors, and compatibility vectors."""
    assert (shop.space, shop.spec.fingerprint) == (spaces[0], spaces[0])
    assert (shop.store.meta(STYLE_SPACE), shop.store.meta(COMPAT_SPACE)) == spaces
    assert shop.search_photo(picture(shop.store), k=1, by=Reranking()).matches[0].item.item_id == QUERY
    assert shop.stylist.space == spaces[1]
    assert {one.item.item_id for one in shop.suggestions(QUERY)} == set(shop.store.compatible(QUERY)) != set()
    assert shop.compatible(picture(shop.store), k=1)


def test_the_former_default_serves_until_encode_has_finished(url: str, new: ModelSpec) -> None:
    with Shop.open(url) as server, Shop.open(url) as job:
        check_answers(server, (OLD, OLD_COMPAT))
        before, during = suggestions(server.store), []

        def serve_meanwhile(done: int, total: int) -> None:
            check_answers(server, (OLD, OLD_COMPAT))
            assert suggestions(server.store) == before
            assert server.calibration is None, "bands of earlier versions are ignored"
            during.append((done, total))

        result = job.encode(shard_size=3, on_progress=serve_meanwhile)
        assert during == [(3, ITEMS), (6, ITEMS), (8, ITEMS)]
        assert (result.encoded, result.serving, result.suggestions_left_out) == (ITEMS, True, "")
        new_compat = server.store.meta(COMPAT_SPACE) or ""
        assert new_compat.endswith("-fp32")
        for shop in (server, job):  # neither was opened again
            check_answers(shop, (new.fingerprint, new_compat))
            assert shop.calibration is not None
            assert "fewer than" in shop.calibration.reason, "it was measured again, on too few items"
        assert suggestions(server.store) != before
        assert job.encode(drop_old=True).deleted == 0, "a rollback needs them"
        assert job.encode(drop_former=True).deleted == 2 * ITEMS
        assert set(job.store.spaces()) == {new.fingerprint, new_compat}
        check_answers(server, (new.fingerprint, new_compat))


def test_it_is_said_with_the_remedy(sqlite_url: str, new: ModelSpec) -> None:
    def info(*options: str) -> dict[str, object]:
        answer: dict[str, object] = json.loads(CliRunner().invoke(app, ["info", *given, "--json", *options]).stdout)
        return answer

    given = ["--store", sqlite_url]
    assert "run `deepstyle encode` to move to the new model" in str(info()["upgrade"])
    assert info()["fingerprint_match"] is True
    assert "deepstyle encode" in CliRunner().invoke(app, ["info", *given]).stdout
    assert info("--model", "packaged:lite2")["upgrade"] == ""
    assert info("--model", "packaged:fashion")["fingerprint_match"] is False
    assert CliRunner().invoke(app, ["encode", *given]).exit_code == 0
    assert (info()["upgrade"], info()["fingerprint_match"]) == ("", True)


def test_what_is_put_meanwhile_stays_in_the_former_models_spaces(sqlite_url: str, new: ModelSpec) -> None:
    with Shop.open(sqlite_url) as shop:
        data = picture(shop.store, "19250-11")
        assert shop.put("19250-11", picture(shop.store)).encoded == 1
        assert shop.store.spaces() == {OLD: ITEMS, OLD_COMPAT: ITEMS}
        check_answers(shop, (OLD, OLD_COMPAT))
        shop.encode()
        assert shop.put("19250-11", data).encoded == 1
        assert shop.store.spaces()[new.fingerprint] == ITEMS
        assert shop.space == new.fingerprint


def test_what_is_put_while_encode_runs_is_moved_too(sqlite_url: str, new: ModelSpec) -> None:
    with Shop.open(sqlite_url) as shop, Shop.open(sqlite_url) as other:

        def add(done: int, total: int) -> None:
            if done == ITEMS:
                other.put(Item("00-new", semantic_category="bags"), picture(other.store))

        assert shop.encode(shard_size=4, on_progress=add).encoded == ITEMS + 1
        assert shop.store.spaces()[new.fingerprint] == ITEMS + 1
        assert shop.search_photo(picture(shop.store), k=2).matches[0].item.item_id in ("00-new", QUERY)


KILLED = """
import os, signal, sys
from pathlib import Path
from deepstyle.compatibility import head
from deepstyle.shop import Shop
from deepstyle.style import model
model.FASHION_MODEL, model.DEFAULT_MODEL, head.PACKAGED = Path(sys.argv[2]), "packaged:fashion", Path(sys.argv[3])
with Shop.open(sys.argv[1]) as shop:
    shop.encode(shard_size=3, on_progress=lambda done, total: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_killed_encode_changes_nothing_that_serves_and_the_next_goes_on(url: str, new: ModelSpec) -> None:
    with Shop.open(url) as shop:
        before = suggestions(shop.store)
        command = [sys.executable, "-c", KILLED, url, str(model.FASHION_MODEL), str(head.PACKAGED)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert shop.store.spaces()[new.fingerprint] == 3
        check_answers(shop, (OLD, OLD_COMPAT))
        assert suggestions(shop.store) == before
        result = shop.encode()
        assert (result.encoded, result.skipped) == (ITEMS - 3, 3)
        check_answers(shop, (new.fingerprint, shop.store.meta(COMPAT_SPACE) or ""))


def test_a_process_that_began_before_the_switch_does_not_undo_it(
    sqlite_url: str, new: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slowest one there can be: it computed everything with the former model before, and writes it after."""
    with Shop.open(sqlite_url) as shop, Shop.open(sqlite_url) as slow:
        read_inputs = mapping.read_inputs

        def switch_meanwhile(store: Store, space: str) -> mapping.MappingInput:
            inputs = read_inputs(store, space)
            if space == OLD_COMPAT:
                shop.encode()
            return inputs

        monkeypatch.setattr(mapping, "read_inputs", switch_meanwhile)
        with pytest.raises(StoreError, match="another process"):
            slow.put("19250-11", picture(slow.store))
        check_answers(slow, (new.fingerprint, shop.store.meta(COMPAT_SPACE) or ""))


def test_augmented_views_are_complete_before_the_switch(sqlite_url: str, new: ModelSpec) -> None:
    with Shop.open(sqlite_url) as shop:
        keep_augmented_views(shop.store, True)
        served = []
        shop.encode(on_progress=lambda done, total: served.append(shop.space))
        assert served == [OLD] * (1 + len(AUGMENTED_VIEWS))
        assert shop.space == new.fingerprint
        assert all(shop.store.spaces()[view_space(shop.space, view)] == ITEMS for view in AUGMENTED_VIEWS)


def test_a_head_of_ones_own_is_not_replaced(sqlite_url: str, new: ModelSpec) -> None:
    with Shop.open(sqlite_url) as shop:
        shop.store.set_meta(COMPAT_SPACE, "compat-my-own-fp16")
        result = shop.encode()
        assert result.serving
        assert "my-own" in result.suggestions_left_out
        assert shop.store.meta(COMPAT_SPACE) == "compat-my-own-fp16"


def test_a_model_given_by_name_is_never_replaced(sqlite_url: str, new: ModelSpec) -> None:
    with Shop.open(sqlite_url, model="packaged:lite2", precision="fp16") as shop:
        assert shop.encode().encoded == 0
        assert shop.space == OLD
        assert shop.info().upgrade == ""
    assert model.served_model(new.fingerprint, "packaged", Path("nowhere")) == model.FASHION_MODEL
    assert model.served_model(None, "packaged", Path("nowhere")) == model.FASHION_MODEL


def test_int8_of_the_former_default_is_recognised(new: ModelSpec, tmp_path: Path) -> None:
    quantised = model.LITE2_MODEL / model.INT8_FOLDER
    assert model.served_model(read_spec(quantised).fingerprint, "packaged", tmp_path) == quantised


def test_a_running_server_opens_the_new_model(sqlite_url: str, new: ModelSpec, tmp_path: Path) -> None:
    def search() -> str:
        answer = client.post("/v1/search", files={"image": photo})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["results"][0]["item"]["item_id"])

    def served() -> tuple[str, bool]:
        ready, health = client.get("/readyz").json(), client.get("/healthz").json()
        assert client.get("/v1/info").json()["upgrade"] == ready["upgrade"] == health["upgrade"]
        return ready["fingerprint"], "deepstyle encode" in (health["upgrade"] or "")

    settings = Settings(store=sqlite_url, cache_dir=tmp_path / "cache")
    with TestClient(create_app(settings)) as client, Shop.open(sqlite_url) as job:
        photo = picture(job.store)
        assert served() == (OLD, True)
        assert search() == QUERY
        looks = client.post(f"/compatible/{QUERY}").json()["rec_feature2"]
        assert looks == list(job.store.compatible(QUERY))
        job.encode(drop_former=True)
        assert search() == QUERY
        assert served() == (new.fingerprint, False)
        assert client.get(f"/v1/items/{QUERY}/similar").status_code == 200
        assert client.post(f"/compatible/{QUERY}").json()["rec_feature2"] == list(job.store.compatible(QUERY))


def test_the_packaged_heads_fit_the_packaged_models() -> None:
    backbone = read_spec(model.LITE2_MODEL).features_fingerprint
    assert head.head_folder("packaged", backbone) == head.PACKAGED / "lite2"
    assert all((folder / WEIGHTS_FILE).is_file() for folder in head.packaged_heads())
    assert head.head_folder("packaged", "of no packaged model") in head.packaged_heads()
