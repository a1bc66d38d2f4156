"""The library as a program uses it: every use case of ``Shop`` on a real store with a tiny model and head."""

import dataclasses
import pickle
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import deepstyle
from deepstyle import Item, ItemFilter, Shop, open_store
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.space import COMPAT_SPACE, space_name
from deepstyle.errors import (
    DataError,
    FingerprintMismatchError,
    ImageError,
    StoreError,
    UnknownItemError,
    UsageError,
)
from deepstyle.images.pixels import decode
from deepstyle.settings import Settings
from deepstyle.shop.encoding import Projector
from deepstyle.store import Entry
from deepstyle.style import encode_ray
from deepstyle.style.calibration.calibration import write_calibration
from deepstyle.style.encoder import Encoder
from deepstyle.style.parts import FIRST
from deepstyle.style.rerank import BY_SIMILARITY, Reranking
from deepstyle.style.search import Crop
from deepstyle.style.spec import read_spec
from tests.coloured import RED, garment, make_coloured_shop
from tests.compatibility.shop import OUTFITS
from tests.compatibility.tiny import write_tiny_head
from tests.conftest import Shop as Files
from tests.images.pictures import photo, save
from tests.style.calibration.made import made_calibration
from tests.style.tiny import write_tiny_model

EVERYTHING_PUBLIC = ["Item", "ItemFilter", "LookOptions", "Query", "Shop", "open_store"]


@pytest.fixture(scope="session")
def tiny_head(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    folder, spec = tmp_path_factory.mktemp("head"), read_spec(tiny_model)
    write_tiny_head(folder, spec.features_fingerprint, spec.features_dim, outfits=OUTFITS)
    return folder


@pytest.fixture
def opened(shop: Files, tiny_head: Path) -> Iterator[Shop]:
    """The encoded store of ``tests/conftest.py``, without suggestions."""
    with Shop.open(shop.store_url, model=str(shop.model), compat=str(tiny_head)) as opened:
        yield opened


@pytest.fixture
def suggested(opened: Shop) -> Shop:
    opened.encode()
    return opened


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every picture that an encoder decodes."""
    found: list[bytes] = []
    original = Encoder.decode

    def counted(self: Encoder, data: bytes) -> np.ndarray:
        found.append(data)
        return original(self, data)

    monkeypatch.setattr(Encoder, "decode", counted)
    return found


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr(Encoder, "open", refuse)


def table(folder: Path, rows: int) -> Path:
    """A catalogue of ``rows`` shoes and tops in turn, and one row whose picture is missing."""
    folder.mkdir()
    lines = ["item_id,title,semantic_category,image"]
    for number in range(rows):
        (folder / f"{number}.jpg").write_bytes(save(photo(30, 40, seed=number), "JPEG"))
        lines.append(f"new-{number},Boots {number},{'shoes' if number % 2 else 'tops'},{number}.jpg")
    (folder / "items.csv").write_text("\n".join([*lines, "lost,Lost,tops,lost.jpg"]))
    return folder / "items.csv"


def test_the_public_names_are_sorted_and_loaded_when_used() -> None:
    assert deepstyle.__all__ == sorted(deepstyle.__all__) == EVERYTHING_PUBLIC
    assert all(getattr(deepstyle, name) is not None for name in deepstyle.__all__)
    with pytest.raises(AttributeError, match="Nothing"):
        _ = deepstyle.Nothing


def test_from_a_table_to_answers(tmp_path: Path, tiny_model: Path, tiny_head: Path, reads: list[bytes]) -> None:
    catalogue, rows = table(tmp_path / "catalogue", 8), []
    rejections, progress = [], []
    with Shop.open(f"sqlite:///{tmp_path}/new.db", model=str(tiny_model), compat=str(tiny_head)) as shop:
        report = shop.import_catalogue(catalogue, on_progress=rows.append, on_rejection=rejections.append)
        assert (report.accepted, report.rejected) == (8, 1)
        assert rows[-1].accepted == 8
        assert [rejection.item_id for rejection in rejections] == ["lost"]
        encoded = shop.encode(shard_size=3, on_progress=lambda done, total: progress.append((done, total)))
        assert (encoded.encoded, encoded.serving, encoded.suggestions_left_out) == (8, True, "")
        assert progress == [(3, 8), (6, 8), (8, 8)]
        assert encoded.suggestions is not None
        assert encoded.suggestions.projected.item_ids == ()  # the vectors came from the pass that encoded
        assert encoded.suggestions.mapping.items == 8
        assert len(reads) == 8
        assert shop.search_photo(tmp_path / "catalogue" / "3.jpg", k=1).matches[0].item.item_id == "new-3"
        assert shop.suggestions("new-3")[0].item.semantic_category == "tops"


def test_encoding_again_reads_only_what_lacks_suggestions(opened: Shop, reads: list[bytes]) -> None:
    projected: list[tuple[int, int]] = []
    first = opened.encode(on_suggest=lambda done, total: projected.append((done, total)))
    assert (first.encoded, len(reads), projected[-1]) == (0, 40, (40, 41))
    assert opened.encode().suggestions is not None
    assert len(reads) == 40
    assert opened.encode(suggest=False).suggestions is None


def test_a_worker_of_another_process_writes_both_kinds_of_vectors(opened: Shop, tiny_head: Path) -> None:
    fingerprint = opened.spec.fingerprint
    opened.store.drop_space(fingerprint)
    head = Head.open(tiny_head)
    projector = pickle.loads(pickle.dumps(Projector(space_name(head, "fp32"), head)))
    model = {path.name: path.read_bytes() for path in Path(opened.settings.model).iterdir()}
    done = encode_ray.run_shard(
        opened.store.url, fingerprint, FIRST, model, projector, ["item-001", "item-002", "bare"]
    )
    encode_ray._opened_store(opened.store.url).close()
    encode_ray._opened_store.cache_clear()
    assert done.failures == ()
    assert opened.store.spaces() == {fingerprint: 2, projector.space: 2}


def test_suggestions_are_left_out_where_they_would_not_fit(shop: Files, opened: Shop, tmp_path: Path) -> None:
    write_tiny_head(tmp_path / "other", "another backbone", 12)
    with Shop.open(shop.store_url, model=str(shop.model), compat=str(tmp_path / "other")) as other:
        result = other.encode()
        assert result.serving
        assert result.suggestions is None
        assert "another backbone" in result.suggestions_left_out
        with pytest.raises(FingerprintMismatchError, match="another backbone"):
            other.suggest()
    opened.store.set_meta(COMPAT_SPACE, "compat-someone-elses-fp32")
    assert "someone-elses" in opened.encode().suggestions_left_out
    assert opened.store.meta(COMPAT_SPACE) == "compat-someone-elses-fp32"
    assert opened.suggest().mapping.items == 40


def test_another_model_takes_over_and_its_predecessor_goes(suggested: Shop, tmp_path: Path, tiny_head: Path) -> None:
    other = write_tiny_model(tmp_path / "other", seed=1)
    with Shop.open(suggested.store.url, model=str(tmp_path / "other"), compat=str(tiny_head)) as shop:
        result = shop.encode(drop_former=True)
        assert (result.encoded, result.deleted) == (40, 40)
        assert shop.spec.fingerprint == shop.space == other.fingerprint
    with (
        Shop.open(suggested.store.url, model=suggested.settings.model) as stale,
        pytest.raises(FingerprintMismatchError),
    ):
        stale.search_photo(Files.picture(1))


def test_augmented_views_are_kept_until_they_are_not_wanted(opened: Shop) -> None:
    plain = len(opened.store.spaces())
    opened.encode(augmented_views=True, suggest=False)
    assert len(opened.store.spaces()) == plain + 2
    opened.encode(augmented_views=False, suggest=False)
    assert len(opened.store.spaces()) == plain


def test_suggest_computes_what_changed_or_everything(opened: Shop) -> None:
    progress: list[tuple[int, int]] = []
    first = opened.suggest(on_progress=lambda done, total: progress.append((done, total)))
    assert (len(first.projected.item_ids), first.mapping.computed, progress[-1]) == (40, 40, (40, 41))
    again: list[tuple[int, int]] = []
    assert opened.suggest(on_progress=lambda *count: again.append(count)).projected.item_ids == ()
    assert again == []
    assert opened.suggest(full=True).mapping.computed == 40


def test_put_changes_what_is_given_and_is_found_at_once(suggested: Shop, tmp_path: Path) -> None:
    (tmp_path / "new.png").write_bytes(save(photo(50, 60, seed=77), "PNG"))
    added = suggested.put("boots", tmp_path / "new.png", title="Ankle boots", price=90)
    assert (added.change, added.encoded, added.item.semantic_category) == ("added", 1, "shoes")
    assert suggested.search_photo(tmp_path / "new.png", k=1).matches[0].item == added.item
    assert {one.item.semantic_category for one in suggested.suggestions("boots")} == {"tops", "bags"}
    changed = suggested.put("boots", brand="Nord")
    assert (changed.change, changed.encoded, changed.item.title) == ("changed", 0, "Ankle boots")
    assert suggested.put(changed.item).change == "unchanged"
    whole = suggested.put(Item("boots", title="Sandals"))
    assert (whole.item.brand, whole.item.price, suggested.item("boots")) == ("", None, whole.item)
    details = suggested.details("boots")
    assert details.image is not None
    assert len(details.spaces) == 2
    assert (suggested.delete("boots", "nothing"), suggested.delete()) == (1, 0)
    with pytest.raises(UnknownItemError, match="boots"):
        suggested.item("boots")


def test_put_can_leave_the_encoding_for_later(suggested: Shop) -> None:
    assert suggested.put("late", Files.picture(50), encode=False).encoded == 0
    assert len(suggested.details("late").spaces) == 0


@pytest.mark.parametrize(
    ("photo", "fields", "error"),
    [
        (None, {}, UsageError),
        (b"no picture", {}, DataError),
        (Files.picture(1), {"colours": "red"}, UsageError),
        (Files.picture(1), {"price": -1}, UsageError),
        (Files.picture(1), {"price": float("nan")}, UsageError),
        (Files.picture(1), {"semantic_category": "boots"}, UsageError),
        (Files.picture(1), {"url": "javascript:x"}, UsageError),
        (Files.picture(1), {"title": "x" * 1001}, UsageError),
    ],
)
def test_put_refuses_what_an_import_would(
    opened: Shop, photo: bytes | None, fields: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        opened.put("new", photo, **fields)
    assert not opened.store.get(["new"])


def test_browse_and_filter(opened: Shop) -> None:
    page = opened.browse(ItemFilter(brands=("nord",)), limit=5)
    assert (len(page.items), page.total) == (5, 20)
    assert opened.browse(ItemFilter(brands=("nord",)), limit=5, after=page.after).items[0] not in page.items
    assert opened.browse().total == 41


def test_similar_loads_no_model(shop: Files, no_model: None) -> None:
    with Shop.open(shop.store_url, model=str(shop.model), read_only=True) as opened:
        answer = opened.similar("item-003", k=4, where=ItemFilter(semantic_categories=("shoes",)))
        assert [match.rank for match in answer.matches] == [1, 2, 3, 4]
        assert "item-003" not in [match.item.item_id for match in answer.matches]
        assert (answer.calibrated, answer.is_good_match) == (False, None)
        with pytest.raises(UnknownItemError):
            opened.similar("nobody")
    with Shop.open(shop.store_url, model=str(shop.model / "nowhere"), read_only=True) as opened:
        assert len(opened.similar("item-003").matches) == 10


def test_a_calibration_says_whether_anything_matches(opened: Shop, shop: Files) -> None:
    write_calibration(opened.store, made_calibration(opened.spec.fingerprint, 0.97))
    found = opened.similar("item-003", k=1)
    assert found.calibrated
    assert found.is_good_match == (found.matches[0].similarity > 0.97)
    assert found.matches[0].same_type_probability == pytest.approx(found.matches[0].similarity, abs=1e-4)
    assert opened.search_photo(shop.picture(5)).is_good_match is True
    assert opened.search_photo(shop.picture(5), where=ItemFilter(brands=("nobody",))).is_good_match is False


def test_encode_calibrates_unless_told_not_to(opened: Shop) -> None:
    assert opened.encode(calibrate=False).calibration is None
    assert opened.calibration is None
    calibration = opened.encode().calibration
    assert calibration is not None
    assert (calibration.calibrated, opened.calibration) == (False, calibration)  # forty items are too few
    assert opened.calibrate() == calibration


def test_the_closest_item_decides_whether_anything_matches_wherever_it_ranks(opened: Shop) -> None:
    plain = [opened.similar(f"item-{n:03}", k=1, by=BY_SIMILARITY).matches[0] for n in range(40)]
    voted = [opened.similar(f"item-{n:03}", k=1).matches[0] for n in range(40)]
    moved = next(n for n in range(40) if plain[n].similarity > voted[n].similarity)
    limit = (plain[moved].similarity + voted[moved].similarity) / 2
    write_calibration(opened.store, made_calibration(opened.spec.fingerprint, limit))
    assert opened.similar(f"item-{moved:03}", k=1).is_good_match is True


def test_switches_follow_the_settings(shop: Files) -> None:
    settings = Settings(category_vote=False, query_expansion=True)
    with Shop.open(shop.store_url, settings=settings, read_only=True) as opened:
        assert opened.reranking() == Reranking(category_vote=False, query_expansion=True)
        assert opened.reranking(True, False) == Reranking(category_vote=True, query_expansion=False)
        assert opened.similar("item-003") == opened.similar("item-003", by=opened.reranking(False, True))
        assert opened.similar("item-003").matches != opened.similar("item-003", by=BY_SIMILARITY).matches


def test_a_photo_a_part_of_it_and_its_embedding(opened: Shop, shop: Files) -> None:
    encoded = opened.embed_photo(shop.picture(9))
    answer = opened.search_embedding(encoded.embeddings[0], k=3, picture_print=encoded.prints[0])
    assert answer == opened.search_photo(shop.picture(9), k=3)
    part = opened.embed_photo(shop.picture(9), Crop(0, 0, 0.5, 0.5))
    assert not np.allclose(part.embeddings, encoded.embeddings)


def test_a_broken_photo_is_named(opened: Shop, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"broken\.jpg"):
        opened.search_photo(tmp_path / "broken.jpg")
    with pytest.raises(ImageError) as refused:
        opened.search_photo(b"no picture")
    assert "broken" not in refused.value.message


def test_an_encoder_of_ones_own(shop: Files, tiny_head: Path) -> None:
    mine = Encoder.open(shop.model, threads=1)
    with open_store(shop.store_url) as store:
        opened = Shop(store, encoder=mine)
        assert opened.encoder is mine
        assert opened.space == mine.fingerprint
        pixels = decode(shop.picture(4), min_side_px=100)
        encoded = mine.encode_prepared(mine.prepare(pixels)[None])
        assert opened.search_embedding(encoded.embeddings[0], k=1).matches[0].item.item_id == "item-004"


def test_outfits_of_items_and_photos(suggested: Shop, shop: Files, tmp_path: Path) -> None:
    (tmp_path / "shoe.jpg").write_bytes(shop.picture(0))
    by_category = suggested.compatible("item-000", k=1, where=ItemFilter(colours=("blue",)))
    assert set(by_category) == {"tops", "bags"}
    assert list(suggested.compatible(tmp_path / "shoe.jpg", k=1)) == list(suggested.compatible(shop.picture(0), k=1))
    assert [one.rank for one in suggested.suggestions(shop.picture(0))] == [1, 2, 3]
    names = [one.item.item_id for one in suggested.suggestions("item-000")]
    assert names == list(suggested.store.compatible("item-000"))
    score = suggested.score_outfit(["item-000", tmp_path / "shoe.jpg", "item-002"])
    assert len(score.pairs) == 3
    assert 0 <= score.score <= 1
    assert score.compatibility is None  # the store keeps no outfits to test the head on
    assert suggested.test_outfits() is None
    best = suggested.complete_outfit(["item-000"], ["bags"], k=2)
    assert [[piece.item.semantic_category for piece in outfit.pieces] for outfit in best] == [["shoes", "bags"]] * 2
    with pytest.raises(UsageError):
        suggested.score_outfit(["item-000"])
    with pytest.raises(UnknownItemError):
        suggested.suggestions("nobody")


def test_without_suggestions_the_error_says_what_to_run(opened: Shop) -> None:
    with pytest.raises(FingerprintMismatchError, match="deepstyle"):
        opened.compatible("item-000")


def test_a_map_is_computed_once_and_again_for_what_is_new(opened: Shop) -> None:
    first = opened.ensure_map()
    assert first is not None
    assert (len(first.item_ids), first.method) == (40, "PCA")
    assert np.allclose(opened.ensure_map().places, first.places, atol=1e-4)
    opened.put("new", Files.picture(60), title="Boots")
    assert len(opened.ensure_map().item_ids) == 41
    assert len(opened.map(items=5, seed=1).item_ids) == 5


def test_what_was_never_encoded_says_so(tmp_path: Path, tiny_model: Path) -> None:
    with Shop.open(f"sqlite:///{tmp_path}/empty.db", model=str(tiny_model)) as shop:
        with pytest.raises(UsageError, match="no vectors"):
            shop.similar("a")
        with pytest.raises(UsageError, match="no vectors"):
            shop.map()
        assert shop.encode().suggestions is None
        assert shop.put("a", Files.picture(1)).encoded == 0


def test_check_and_copy(shop: Files, suggested: Shop, tmp_path: Path) -> None:
    steps: list[str] = []
    report = suggested.check(on_progress=lambda step, done, total: steps.append(step))
    assert (report.items, report.findings) == (41, ())
    assert steps
    target = f"sqlite:///{tmp_path}/copy.db"
    assert suggested.copy_to(target).items_sent == 41
    assert suggested.copy_to(target).items_sent == 0
    with Shop.open(target, read_only=True) as copy:
        assert copy.store.compatible("item-000") == suggested.store.compatible("item-000")


def test_opening_what_exists_creates_nothing(shop: Files, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Shop.open_existing(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()
    with Shop.open_existing(shop.store_url, must_write=True) as opened:
        assert opened.delete("item-000") == 1


def test_info_says_what_fits(opened: Shop, shop: Files, tmp_path: Path) -> None:
    info = opened.info()
    assert info.fingerprint_match is True
    assert info.store["items"] == 41
    assert dataclasses.asdict(info)["model"]["fingerprint"] == opened.spec.fingerprint
    write_tiny_model(tmp_path / "other", seed=1)
    with Shop.open(shop.store_url, model=str(tmp_path / "other")) as other:
        assert other.info().fingerprint_match is False
    with Shop.open(shop.store_url, model=str(tmp_path)) as broken:
        assert "spec.json" in broken.info().model["error"]


def test_many_threads_open_one_encoder(opened: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, original, start = [], Encoder.open, threading.Barrier(4)

    def counted(*arguments: object, **options: object) -> Encoder:
        calls.append(arguments)
        return original(*arguments, **options)

    def ask() -> None:
        start.wait()
        found.append(opened.encoder)

    monkeypatch.setattr(Encoder, "open", counted)
    found: list[Encoder] = []
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert len({id(encoder) for encoder in found}) == 1


def test_a_search_matches_ignores_or_replaces_the_colour(tmp_path: Path) -> None:
    files = make_coloured_shop(tmp_path)
    with Shop.open(files.store_url, model=str(files.model)) as shop:
        for find in (partial(shop.similar, "navy-tall"), partial(shop.search_photo, garment("navy", "tall"))):
            found = {colour: find(colour=colour).matches for colour in ("", "match", "ignore", RED)}
            assert found["match"] == found[""]
            assert {match.item.item_id for match in found[RED][:3]} == {"red-tall", "red-wide", "red-square"}
            assert [match.similarity for match in found["ignore"]] != [match.similarity for match in found["match"]]
            with pytest.raises(UsageError, match="no colour"):
                find(colour="bluish")


def test_encode_fills_the_colours_of_pictures_that_were_encoded_before(tmp_path: Path) -> None:
    files = make_coloured_shop(tmp_path)
    with Shop.open(files.store_url, model=str(files.model)) as shop:
        item = shop.item("red-tall")
        vectors = shop.store.vectors(shop.space, [item.item_id])
        image = shop.store.image(item.item_id)
        shop.delete(item.item_id)
        shop.store.put([Entry(Item(item.item_id, colour=item.colour), image)])
        shop.store.put_vectors(shop.space, vectors)
        assert shop.item("red-tall").dominant_colours == ()
        assert shop.encode(suggest=False).encoded == 0
        assert shop.item("red-tall") == item
