"""Random sequences of calls on a store and on the model; after each, both must say the same."""

from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from deepstyle.catalogue.item import VALUE_FILTERS, Item
from deepstyle.catalogue.variants import GroupBy, group_of
from deepstyle.store.base import Entry, ItemFilter
from deepstyle.store.open import open_store
from deepstyle.store.pictures import picture_position
from tests.store.model import ModelStore, batch_of, image_of, one_of_each, vector_of

ITEM_IDS = st.sampled_from(["a", "b", "B", "c/1", "d-01", "é", "f"])
SPACES = st.sampled_from(["s", "t", "s#1", "s#2"])
GROUPS = st.sampled_from(get_args(GroupBy))
WORDS = st.sampled_from(["", "Red", "red", "Boots", "ÉTÉ"])
PRICES = st.none() | st.sampled_from([0.0, 1.5, 99.0])
IMAGES = st.none() | st.sampled_from([image_of("one"), image_of("two")])
MORE_IMAGES = st.none() | st.lists(st.sampled_from([image_of("one"), image_of("three")]), max_size=2).map(tuple)
LAST = VALUE_FILTERS[-1]  # the youngest field: it stands for all that are declared
ITEMS = st.builds(
    Item,
    ITEM_IDS,
    title=WORDS,
    semantic_category=WORDS,
    category=WORDS,
    brand=WORDS,
    price=PRICES,
    currency=st.sampled_from(["", "EUR", "JPY"]),
    model_id=st.sampled_from(["", "m", "n"]),
    colour=st.sampled_from(["", "Red", "red", "blue"]),
    **{LAST.name: WORDS},
)
VALUES = st.lists(WORDS, max_size=2).map(tuple)
FILTERS = st.builds(
    ItemFilter,
    semantic_categories=VALUES,
    brands=VALUES,
    **{LAST.filter: VALUES},
    price_min=PRICES,
    price_max=PRICES,
    text=st.sampled_from(["", "red", "boo red", "été"]),
    currencies=st.sampled_from([(), ("EUR",), ("JPY",)]),
)


class StoreMachine(RuleBasedStateMachine):
    """One store under test beside the model; ``other`` is a second handle that only reads."""

    new_url: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.url = type(self).new_url()
        self.store = open_store(self.url)
        self.other = open_store(self.url)
        self.model = ModelStore()

    def teardown(self) -> None:
        self.store.close()
        self.other.close()

    @rule(entries=st.lists(st.builds(Entry, ITEMS, IMAGES, MORE_IMAGES), max_size=4))
    def put(self, entries: list[Entry]) -> None:
        assert self.store.put(entries) == self.model.put(entries)

    @rule(item_ids=st.lists(ITEM_IDS, max_size=3))
    def delete(self, item_ids: list[str]) -> None:
        assert self.store.delete(item_ids) == self.model.delete(item_ids)

    @rule(space=SPACES, seeds=st.dictionaries(ITEM_IDS, st.integers(0, 3), max_size=5), image=IMAGES)
    def put_vectors(self, space: str, seeds: dict[str, int], image: object) -> None:
        """Vectors made from the image that is there now; with ``image``, from that one whatever is there."""
        images = self.model.images_at(picture_position(space))
        sha_of = {item_id: images.get(item_id, image_of("one")).sha256 for item_id in seeds}
        if image is not None:
            sha_of = dict.fromkeys(seeds, image_of("one").sha256)
        batch = batch_of({item_id: (sha_of[item_id], vector_of(seed)) for item_id, seed in seeds.items()})
        assert self.store.put_vectors(space, batch) == self.model.put_vectors(space, batch)

    @rule(space=SPACES)
    def drop_space(self, space: str) -> None:
        assert self.store.drop_space(space) == self.model.drop_space(space)

    @rule(data=st.data(), suggested=st.lists(ITEM_IDS, max_size=3, unique=True))
    def put_compatible(self, data: st.DataObject, suggested: list[str]) -> None:
        if self.model.items:
            item_id = data.draw(st.sampled_from(sorted(self.model.items)))
            self.store.put_compatible({item_id: suggested})
            self.model.mapping[item_id] = tuple(suggested)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.url)

    @rule(
        space=SPACES,
        seed=st.integers(0, 5),
        k=st.integers(1, 9),
        where=FILTERS,
        exclude=st.none() | ITEM_IDS,
        by=GROUPS,
    )
    def search(self, space: str, seed: int, k: int, where: ItemFilter, exclude: str | None, by: GroupBy) -> None:
        ranking = dict(self.model.ranking(space, vector_of(seed), where))
        has_vector = (space, exclude) in self.model.vectors  # MongoDB knows no other item's group
        out = group_of(self.model.items[exclude], by) if exclude in self.model.items and has_vector else None
        among = [item_id for item_id in ranking if group_of(self.model.items[item_id], by) != out]
        found = one_of_each(among, self.model.items, by)[:k]
        expected = [(item_id, ranking[item_id]) for item_id in found]
        given = [exclude] if exclude and has_vector else []
        for store in (self.store, self.other):
            hits = store.search(space, vector_of(seed), k=k, where=where, exclude=given, group_by=by)
            assert [hit.item_id for hit in hits] == [item_id for item_id, _ in expected]
            assert [hit.similarity for hit in hits] == pytest.approx([score for _, score in expected], abs=1e-5)

    @rule(where=FILTERS, limit=st.integers(1, 3), by=GROUPS)
    def browse(self, where: ItemFilter, limit: int, by: GroupBy) -> None:
        expected = one_of_each((item.item_id for item in self.model.matching(where)), self.model.items, by)
        with open_store(self.url) as other:  # the handle ``other`` may remember the currency for a minute
            for store in (self.store, other):
                page = store.browse(where, limit=limit, group_by=by)
                assert page.total == len(expected)
                assert page.items == tuple(self.model.items[item_id] for item_id in expected[:limit])
                assert page.facets == self.model.facets(where, by)
                assert page.after == (expected[limit - 1] if len(expected) > limit else "")

    @rule(by=GROUPS)
    def variants(self, by: GroupBy) -> None:
        items = self.model.items
        groups = {item_id: group_of(item, by) for item_id, item in sorted(items.items())}
        members = {one: [two for two, other in groups.items() if other == group] for one, group in groups.items()}
        for store in (self.store, self.other):
            found = store.variants(list(items.values()), by)
            assert {item_id: [one.item_id for one in of.items] for item_id, of in found.items()} == members
            assert {item_id: of.count for item_id, of in found.items()} == {one: len(of) for one, of in members.items()}

    @invariant()
    def both_agree(self) -> None:
        assert {item.item_id: item for item in self.store.iter_items()} == self.model.items
        assert self.store.count() == len(self.model.items)
        assert self.store.spaces() == self.model.spaces()
        more = {item_id: images for item_id, images in self.model.more_images.items() if images}
        sources = self.store.more_image_sources(sorted(self.model.items))
        assert {i: [one.sha256 for one in found] for i, found in sources.items()} == {
            item_id: [image.sha256 for image in images] for item_id, images in more.items()
        }
        assert self.store.count_more_images() == sum(map(len, more.values()))
        assert self.store.most_images() == 1 + max(map(len, more.values()), default=0)
        for item_id, images in more.items():
            assert self.store.image(item_id, len(images)) == images[-1]
        for space in ("s", "t", "s#1", "s#2"):
            assert self.store.missing_vectors(space) == self.model.missing_vectors(space)
            assert set(self.store.vectors(space).item_ids) == {i for s, i in self.model.vectors if s == space}
        for item_id in self.model.mapping:
            assert self.store.compatible(item_id) == self.model.compatible(item_id)


def run_store_machine(new_url: Callable[[], str], *, examples: int = 25, steps: int = 25) -> None:
    """Run ``examples`` random sequences of ``steps`` calls, each on a new store."""
    machine = type("BoundStoreMachine", (StoreMachine,), {"new_url": staticmethod(new_url)})
    quick = settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    run_state_machine_as_test(machine, settings=quick)
