"""How long the store of people takes: reads of a request, a write of a list, an export, an erasure, a backup.

    python -m bench.people_store --people 20000
    python -m bench.people_store --people 20000 --url mongodb://127.0.0.1/people_bench

Each person has an account, a session and a wishlist. The keys are in SQLite. Figures are medians.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from bench.measure.machine import describe_machine
from deepstyle.people.backup import back_up, restore
from deepstyle.people.base import Record
from deepstyle.people.check import check_people
from deepstyle.people.erase import erase_person
from deepstyle.people.export import export_person
from deepstyle.people.lists import WISHLIST, entries_of, put_entry
from deepstyle.people.opened import People
from deepstyle.people.purge import purge_people
from deepstyle.people.vault import SEALED
from deepstyle.settings import Settings

WISHES: Final = 20


def main() -> None:
    options = parse()
    print(describe_machine())
    with tempfile.TemporaryDirectory(prefix="people-store-") as scratch:
        folder = Path(scratch)
        settings = Settings(
            store=f"sqlite:///{folder}/catalogue.db",
            people_store=options.url or f"sqlite:///{folder}/people.db",
            people_keys=f"sqlite:///{folder}/keys.db",
            events_dir=folder / "events",
        )
        with People.open(settings) as people:
            people.store.replace([*people.store.snapshot(), *records(people, options.people)])
            print(f"{options.people:,} people with a session and {WISHES} wishes each")
            run(people, folder, options.people, options.times)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=200, help="how often each short step is measured")
    parser.add_argument("--url", default="", help="an empty MongoDB database (default: SQLite in a temporary folder)")
    return parser.parse_args()


def records(people: People, count: int) -> Iterator[tuple[str, Record]]:
    """People, their sessions and their wishlists."""
    wishes = {
        "entries": [{"entry_id": f"item-{n}", "at_us": n, "details": {"note": "for spring"}} for n in range(WISHES)]
    }
    for number in range(count):
        owner = f"p{number}"
        email = f"person{number}@shop.example"
        account = {"email_digest": people.vault.email_digest(email)}
        account[SEALED] = people.vault.seal("people", owner, owner, {"email": email})
        yield "people", Record(owner, account, owner, 1, 1.0)
        yield "sessions", Record(f"s{number}", {"person_id": owner}, owner, 1, 1.0, time.time() + 1e6)
        yield "wishlist", Record(owner, {SEALED: people.vault.seal("wishlist", owner, owner, wishes)}, owner, 1, 1.0)


def run(people: People, folder: Path, count: int, times: int) -> None:
    """Print the time of each step."""
    owners = [f"p{number * (count // times)}" for number in range(times)]
    store, vault = people.store, people.vault
    each("the record of a session", owners, lambda owner: store.get("sessions", f"s{owner[1:]}"))
    each("a person by e-mail", owners, lambda owner: store.find("people", "email_digest", email_digest(people, owner)))
    each("a wishlist, decrypted", owners, lambda owner: entries_of(people, WISHLIST, owner))
    each("one more wish, durable", owners, lambda owner: put_entry(people, WISHLIST, owner, "new"))
    each("a count of throttling", owners, lambda owner: store.increment("throttle", owner))
    each("an export", owners, lambda owner: export_person(people, owner, BytesIO()))
    each("an erasure", owners[:20], lambda owner: erase_person(people, owner))
    backup = folder / "people.jsonl"
    each("a backup", owners[:1], lambda _: back_up(people, backup))
    each("a restored backup", owners[:1], lambda _: restore(people, backup, is_replaced=True))
    each("a check", owners[:1], lambda _: check_people(people))
    each("a purge", owners[:1], lambda _: purge_people(people))
    assert vault.keys.get(vault.owner_digest(owners[0])) is None


def email_digest(people: People, owner: str) -> str:
    """The digest that a person is found by."""
    return people.vault.email_digest(f"person{owner[1:]}@shop.example")


def each(what: str, owners: list[str], step: Callable[[str], object]) -> None:
    """Print the median time of ``step`` over ``owners``."""
    times = []
    for owner in owners:
        start = time.perf_counter()
        step(owner)
        times.append(time.perf_counter() - start)
    print(f"{what:<24}{statistics.median(times) * 1000:>12.3f} ms", flush=True)


if __name__ == "__main__":
    main()
