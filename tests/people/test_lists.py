import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deepstyle.errors import ErasedError, UsageError
from deepstyle.people import lists
from deepstyle.people.consent import Choice, record_consent
from deepstyle.people.lists import (
    HIDDEN,
    HISTORY,
    LISTS,
    LOOKS,
    WISHLIST,
    ListKind,
    clear,
    entries_of,
    page_of,
    put_entry,
    remove_entry,
)
from deepstyle.people.merge import merge_lists, owners_of
from deepstyle.people.opened import People
from deepstyle.people.sizes import MAX_SIZES, clear_sizes, put_sizes, sizes_of
from deepstyle.settings import Settings

SMALL = ListKind("wishlist", 3)
SMALL_TRAIL = ListKind("history", 3, is_trail=True)


def ids(people: People, kind: ListKind, owner: str = "p1") -> list[str]:
    return [entry.entry_id for entry in entries_of(people, kind, owner)]


@pytest.mark.parametrize("kind", LISTS.values(), ids=LISTS)
def test_a_list_is_put_paged_and_cleared(people: People, kind: ListKind) -> None:
    assert page_of(people, kind, "p1").entries == ()
    for number in range(7):
        put_entry(people, kind, "p1", f"i{number}", {"note": f"n{number}"})
    put_entry(people, kind, "p2", "other")
    after, paged = "", []
    while True:
        page = page_of(people, kind, "p1", after=after, limit=3)
        paged += [(entry.entry_id, entry.details["note"]) for entry in page.entries]
        assert page.total == 7
        if not (after := page.after):
            break
    assert paged == [(f"i{number}", f"n{number}") for number in reversed(range(7))]
    assert remove_entry(people, kind, "p1", "i3")
    assert not remove_entry(people, kind, "p1", "i3")
    assert clear(people, kind, "p1")
    assert not clear(people, kind, "p1")
    assert (ids(people, kind), ids(people, kind, "p2")) == ([], ["other"])


def test_a_page_goes_on_after_an_entry_that_was_removed(people: People) -> None:
    for number in range(6):
        put_entry(people, WISHLIST, "p1", f"i{number}")
    page = page_of(people, WISHLIST, "p1", limit=2)
    remove_entry(people, WISHLIST, "p1", "i4")
    put_entry(people, WISHLIST, "p1", "new")
    assert [entry.entry_id for entry in page_of(people, WISHLIST, "p1", after=page.after, limit=2).entries] == [
        "i3",
        "i2",
    ]
    for cursor in ("x", "1", "-1.a", "٣.a", "9" * 30 + ".a"):
        with pytest.raises(UsageError, match="cursor"):
            page_of(people, WISHLIST, "p1", after=cursor)


def test_an_entry_that_comes_again(people: People) -> None:
    for kind in (WISHLIST, HISTORY):
        for entry_id in ("a", "b", "a"):
            put_entry(people, kind, "p1", entry_id, {"note": entry_id * 2})
    assert ids(people, WISHLIST) == ["b", "a"]
    assert ids(people, HISTORY) == ["a", "b"]
    put_entry(people, WISHLIST, "p1", "a", {"note": "changed"})
    assert entries_of(people, WISHLIST, "p1")[1].details == {"note": "changed"}


def test_lists_are_bounded(people: People) -> None:
    for number in range(3):
        put_entry(people, SMALL, "p1", f"i{number}")
        put_entry(people, SMALL_TRAIL, "p1", f"i{number}")
    with pytest.raises(UsageError, match="full"):
        put_entry(people, SMALL, "p1", "more")
    put_entry(people, SMALL, "p1", "i0", {"note": "there already"})
    put_entry(people, SMALL_TRAIL, "p1", "more")
    assert ids(people, SMALL) == ["i2", "i1", "i0"]
    assert ids(people, SMALL_TRAIL) == ["more", "i2", "i1"]


def test_long_entries(people: People) -> None:
    for wrong in ("", "x" * 513, "é" * 300):
        with pytest.raises(UsageError, match="id"):
            put_entry(people, WISHLIST, "p1", wrong)
    with pytest.raises(UsageError, match="Unicode"):
        put_entry(people, WISHLIST, "p1", "\ud800")
    with pytest.raises(UsageError, match="too long"):
        put_entry(people, WISHLIST, "p1", "a", {"note": "x" * 20_000})
    for number in range(11):
        put_entry(people, WISHLIST, "p1", f"i{number}", {"note": "\U0001f45f" * 3_900})
        put_entry(people, HISTORY, "p1", f"i{number}", {"note": "\U0001f45f" * 3_900})
    with pytest.raises(UsageError, match="full"):
        put_entry(people, WISHLIST, "p1", "more", {"note": "x" * 15_000})
    put_entry(people, HISTORY, "p1", "more", {"note": "x" * 15_000})
    assert ids(people, HISTORY)[:2] == ["more", "i10"]


def test_nobody_and_erased_people_have_no_list(people: People) -> None:
    with pytest.raises(UsageError, match="nobody"):
        put_entry(people, WISHLIST, "", "a")
    assert (entries_of(people, WISHLIST, ""), clear(people, WISHLIST, "")) == ((), False)
    put_entry(people, WISHLIST, "p1", "a")
    people.vault.destroy("p1")
    assert ids(people, WISHLIST) == []
    with pytest.raises(ErasedError):
        put_entry(people, WISHLIST, "p1", "b")


def test_two_devices_lose_nothing_of_each_other(people: People, settings: Settings) -> None:
    with People.open(settings) as other, ThreadPoolExecutor(8) as pool:
        handles = (people, other)
        list(pool.map(lambda n: put_entry(handles[n % 2], LOOKS, "p1", f"l{n}"), range(24)))
        assert sorted(ids(people, LOOKS)) == sorted(f"l{n}" for n in range(24))
        list(pool.map(lambda n: remove_entry(handles[n % 2], LOOKS, "p1", f"l{n}"), range(1, 24)))
    assert ids(people, LOOKS) == ["l0"]


def test_what_is_listed_is_in_no_file(people: People, tmp_path: Path) -> None:
    for kind in LISTS.values():
        put_entry(people, kind, "p1", "planted-item", {"note": "planted-note"})
    put_sizes(people, "p1", {"shoes": "planted-size"})
    assert b"planted" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_pseudonyms_list_expires(people: People) -> None:
    put_entry(people, HISTORY, "c1", "a", lasts_s=1000)
    put_entry(people, HISTORY, "c1", "b")
    remove_entry(people, HISTORY, "c1", "a")
    found = people.store.get("history", "c1")
    assert found is not None
    assert found.expires_s is not None
    assert 900 < found.expires_s - time.time() <= 1000
    put_entry(people, HISTORY, "c1", "c", lasts_s=-1)
    assert ids(people, HISTORY, "c1") == []


def test_sizes(people: People) -> None:
    assert sizes_of(people, "p1") == {}
    put_sizes(people, "p1", {"shoes": "38", "tops": "M"})
    put_sizes(people, "p1", {"shoes": "39"})
    assert sizes_of(people, "p1") == {"shoes": "39"}
    for wrong in ({f"k{n}": "x" for n in range(MAX_SIZES + 1)}, {"": "x"}, {"a": ""}, {"a": "x" * 41}):
        with pytest.raises(UsageError):
            put_sizes(people, "p1", wrong)
    assert clear_sizes(people, "p1")
    assert (sizes_of(people, "p1"), sizes_of(people, "")) == ({}, {})


# -- merge at sign-in --------------------------------------------------------------------------------------------------
def collect(people: People) -> None:
    record_consent(people.store, "c1", Choice(True, True))
    for number in range(3):
        put_entry(people, WISHLIST, "c1", f"i{number}", {"note": "anonymous"}, lasts_s=1000)
        put_entry(people, HIDDEN, "c1", f"h{number}", lasts_s=1000)
    put_entry(people, WISHLIST, "p1", "i1", {"note": "hers"})
    put_sizes(people, "c1", {"shoes": "38", "tops": "M"})
    put_sizes(people, "p1", {"shoes": "40"})


def merged(people: People) -> dict[str, object]:
    return {
        **{
            name: {e.entry_id: e.details.get("note") for e in entries_of(people, kind, "p1")}
            for name, kind in LISTS.items()
        },
        "sizes": sizes_of(people, "p1"),
        "anonymous": [ids(people, kind, "c1") for kind in LISTS.values()] + [sizes_of(people, "c1")],
        "owners": owners_of(people, "p1"),
    }


EXPECTED = {
    "wishlist": {"i0": "anonymous", "i1": "hers", "i2": "anonymous"},
    "looks": {},
    "history": {},
    "hidden": {"h0": None, "h1": None, "h2": None},
    "sizes": {"shoes": "40", "tops": "M"},
    "anonymous": [[], [], [], [], {}],
    "owners": ("p1", "c1"),
}


def test_a_pseudonyms_lists_become_the_persons(people: People) -> None:
    collect(people)
    for _ in range(2):
        merge_lists(people, "c1", "p1")
        assert merged(people) == EXPECTED
    found = people.store.get("wishlist", "p1")
    assert found is not None
    assert found.expires_s is None
    merge_lists(people, "", "p1")
    merge_lists(people, "p1", "p1")
    assert merged(people) == EXPECTED


def test_a_merge_survives_a_kill_at_every_write(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    for survived in range(20):
        for owner in ("p1", "c1"):
            people.store.remove_owned(owner)
        people.store.remove("consents", "c1")
        collect(people)
        with monkeypatch.context() as patch:
            killed = kill_after(people, survived, patch)
            try:
                merge_lists(people, "c1", "p1")
                break
            except KeyboardInterrupt:
                pass
        merge_lists(people, "c1", "p1")
        assert merged(people) == EXPECTED, survived
        assert killed
    else:
        pytest.fail("the merge never ended")
    assert survived > 5


def kill_after(people: People, writes: int, patch: pytest.MonkeyPatch) -> list[str]:
    """Let the process end at the next write after ``writes`` of them, as far as the store can see."""
    done: list[str] = []
    for name in ("put", "remove"):
        whole = getattr(people.store, name)

        def counted(*args: object, whole: object = whole, name: str = name, **kwargs: object) -> object:
            done.append(name)
            if len(done) > writes:
                raise KeyboardInterrupt
            return whole(*args, **kwargs)  # type: ignore[operator]

        patch.setattr(people.store, name, counted)
    return done


def test_a_merge_of_full_lists_keeps_the_newest(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(lists.LISTS, "wishlist", SMALL)
    record_consent(people.store, "c1", Choice(True, True))
    for owner, names in (("p1", "abc"), ("c1", "def")):
        for name in names:
            put_entry(people, SMALL, owner, name)
    merge_lists(people, "c1", "p1")
    assert ids(people, SMALL) == ["f", "e", "d"]
    assert ids(people, SMALL, "c1") == []


def test_a_pseudonym_of_another_person_is_left_alone(people: People) -> None:
    collect(people)
    merge_lists(people, "c1", "p2")
    put_entry(people, WISHLIST, "c1", "later")
    for client_id in ("c1", "unknown"):
        merge_lists(people, client_id, "p1")
    assert owners_of(people, "p1") == ("p1",)
    assert ids(people, WISHLIST) == ["i1"]
    assert ids(people, WISHLIST, "c1") == ["later"]
