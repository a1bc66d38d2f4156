"""What a merchandiser's rules add to a search: the check for changes, and the stage over 100 results.

Run ``python -m bench.merchandising``. Prints medians in microseconds, and the machine.
"""

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from deepstyle.catalogue.item import Item
from deepstyle.people.merchandising.desk import put
from deepstyle.people.merchandising.live import Live
from deepstyle.people.merchandising.stage import rules_stage
from deepstyle.people.open import open_people
from deepstyle.search.catalogue_words import read_catalogue_words
from deepstyle.search.context import SearchContext
from deepstyle.search.lexicon import lexicon
from deepstyle.search.query import Query
from deepstyle.search.state import State
from deepstyle.store import Entry, open_store
from deepstyle.style.search import Match

RULES: Final = 200
RESULTS: Final = 100
RUNS: Final = 500


def median_us(work: Callable[[], object]) -> float:
    """The median of ``RUNS`` runs, in microseconds."""
    took: list[float] = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return 1e6 * statistics.median(took)


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
        _measure(Path(folder))


def _measure(folder: Path) -> None:
    url = f"sqlite:///{folder}/people.db"
    with open_people(url) as people:
        for number in range(RULES):
            rule = {"name": "x", "action": "boost", "brands": ["Nord"], "query": f"word{number % 20}"}
            put(people, "bench", "rules", f"r{number}", rule)
    items = [Item(f"{number:03}", title="dress", brand="Nord" if number % 7 else "Süd") for number in range(RESULTS)]
    with open_store(f"sqlite:///{folder}/shop.db") as store:
        store.put([Entry(item) for item in items])
        context = SearchContext(store, "", None, lexicon(), read_catalogue_words(store, lexicon()))
        live = Live(url)
        stage = rules_stage(live.decided().rules, live.margins)
        matches = [Match(rank, item, 0.0) for rank, item in enumerate(items, start=1)]

        def search(text: str) -> Callable[[], object]:
            query = Query(text)
            return lambda: stage.apply(context, State(query, query.where, matches=matches, window=RESULTS))

        print(f"check for changes: {median_us(live.decided):.0f} us")
        print(f"stage, none of {RULES} rules holds: {median_us(search('dress')):.0f} us")
        print(f"stage, {RULES // 20} of {RULES} rules hold: {median_us(search('word3')):.0f} us")
        live.close()


if __name__ == "__main__":
    main()
