"""Search by words: 300 queries by facts over two catalogues, beside three simple baselines; its speed; nasty texts.

    python -m bench.words                          # the 200 queries on catalogue B, which nothing was chosen by
    python -m bench.words --catalogue A --failures # the 100 queries on catalogue A, which the weights are chosen by
    python -m bench.words --only speed             # p50 and p95 at 14,000 and at 250,000 items, suggestions too
    python -m bench.words --only speed --cpu       # the processor time of the same, for a machine with other work
    python -m bench.words --only attack            # 10,000 nasty texts over HTTP

A catalogue has 14,000 rows over shared packshots and train senders' phone photos: 30 % of the titles name neither
colour nor gender, 20 % are German, all have a shop's synonyms, abbreviations and noise; a column is empty in 15 to 50 %
of the rows. What is true of a row is written down apart from it. The first run encodes 6,837 pictures (minutes), and
computes the vectors of the titles; both are cached.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.measure.machine import describe_machine
from bench.measure.server import serving
from bench.words_rows.attack import attack
from bench.words_rows.baselines import K, Search, by_meaning, full_text, substrings
from bench.words_rows.catalogue import Row
from bench.words_rows.queries import Written, queries
from bench.words_rows.scores import Judge, Scores, against_twins, by_kind
from bench.words_rows.stores import catalogue, large_catalogue
from bench.words_rows.strings import nasty_texts
from deepstyle import Query, Shop
from deepstyle.settings import Settings

PARTS: Final = ("quality", "speed", "attack")
WARM_UP: Final = 20
WARM_UP_S: Final = 180.0
LARGE_COPIES: Final = 18
"""14,000 rows so many times: 252,000."""


def main() -> None:
    options = parse()
    print(describe_machine())
    for part in options.only or PARTS:
        {"quality": quality, "speed": speed, "attack": attacked}[part](options)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(os.environ.get("DEEPSTYLE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=data, help="the folder of the data sets (default: DEEPSTYLE_DATA)")
    parser.add_argument("--catalogue", choices=["A", "B"], default="B", help="choose on A; report B once")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this alone; may be repeated")
    parser.add_argument("--failures", action="store_true", help="also print the queries below .8, with what was found")
    parser.add_argument(
        "--copies", type=int, default=LARGE_COPIES, help="copies of the rows in the large store; 0: none"
    )
    parser.add_argument("--cpu", action="store_true", help="speed: processor time of all threads, not elapsed time")
    parser.add_argument("--texts", type=int, default=10_000, help="nasty texts to send")
    parser.add_argument("--cache", type=Path, default=Settings().cache_dir / "words", help="where stores are kept")
    return parser.parse_args()


def quality(options: argparse.Namespace) -> None:
    """Print NDCG@10 by kind of query for the baselines and for the search."""
    rows, path = catalogue(options.data, options.catalogue, options.cache)
    asked = queries(options.catalogue)
    judge = Judge(rows, asked)
    with Shop.open(f"sqlite:///{path}") as shop:
        searches: Mapping[str, Search] = {
            "substrings of title, brand, category": substrings(rows),
            "FTS5, bm25": full_text(rows),
            "titles by meaning": by_meaning(shop.store),
            "deepstyle": lambda text: found(shop, text),
        }
        scores = {name: judge.scores(asked, search) for name, search in searches.items()}
        print_scores(f"catalogue {options.catalogue}, {len(rows):,} rows, {len(asked)} queries: NDCG@10", asked, scores)
        if options.failures:
            print_failures(shop, rows, asked, scores["deepstyle"])


def found(shop: Shop, text: str) -> list[str]:
    """The ids of the first results."""
    return [match.item.item_id for match in shop.search(Query(text=text, k=K)).matches]


def print_scores(title: str, asked: Sequence[Written], scores: Mapping[str, Scores]) -> None:
    tables = {name: by_kind(asked, own) for name, own in scores.items()}
    print(f"\n{title}\n{'':22}{'queries':>8}" + "".join(f"{name:>38}" for name in tables))
    for kind in next(iter(tables.values())):
        count = len(asked) if kind == "all" else sum(query.kind == kind for query in asked)
        print(f"{kind:22}{count:8}" + "".join(f"{table[kind]:38.3f}" for table in tables.values()))
    for name, own in scores.items():
        for kind in ("typo", "german twin"):
            score, twins = against_twins(asked, own, kind)
            print(f"{name}: {kind} {score:.3f}, the same wishes otherwise {twins:.3f} ({score - twins:+.3f})")
    lost = 1 - tables["deepstyle"]["all"]
    print(f"1 - NDCG is {lost / (1 - tables['FTS5, bm25']['all']):.2f} of that of FTS5")


def print_failures(shop: Shop, rows: Sequence[Row], asked: Sequence[Written], scores: Scores) -> None:
    by_id = {row.item.item_id: row for row in rows}
    for query in sorted(asked, key=lambda one: scores[one.query_id]):
        if scores[query.query_id] < 0.8:
            print(f"\n{scores[query.query_id]:.2f} {query.query_id} {query.text!r} {dict(query.asked)}")
            for item_id in found(shop, query.text)[:5]:
                print(f"     {by_id[item_id].item.title!r} {by_id[item_id].facts}")


def speed(options: argparse.Namespace) -> None:
    """Print the median and the 95th percentile of a search, after warm-up, at both sizes."""
    rows, path = catalogue(options.data, options.catalogue, options.cache)
    asked = [query.text for query in queries(options.catalogue)]
    print_times(len(rows), asked, path, is_cpu=options.cpu)
    if options.copies:
        large = large_catalogue(options.data, options.catalogue, options.cache, options.copies)
        print_times(len(rows) * options.copies, asked, large, is_cpu=options.cpu)


def print_times(items: int, texts: Sequence[str], path: Path, *, is_cpu: bool) -> None:
    clock = time.process_time if is_cpu else time.perf_counter
    with Shop.open(f"sqlite:///{path}", read_only=True) as shop:
        warm_up(shop, texts[:WARM_UP])
        times_ms, stages = list[float](), defaultdict[str, list[float]](list)
        for text in texts:
            started_s = clock()
            answer = shop.search(Query(text=text, k=K))
            times_ms.append(1000 * (clock() - started_s))
            spent = defaultdict[str, float](float)
            for stage in answer.stages:
                spent[stage.name] += stage.milliseconds
            for name, stage_ms in spent.items():
                stages[name].append(stage_ms)
        beginnings = [text[:end] for text in texts for end in range(1, len(text) + 1)]
        typed_ms = list[float]()
        for text in beginnings:
            started_s = clock()
            shop.suggest_texts(text)
            typed_ms.append(1000 * (clock() - started_s))
    print(f"{items:,} items{', processor time' if is_cpu else ''}: {quantiles(times_ms)} over {len(texts)} queries")
    if not is_cpu:
        medians = (f"{name} {statistics.median(one):.1f}" for name, one in stages.items())
        print(f"  p50 by stage: {', '.join(medians)} ms")
    print(f"  suggestions while typing: {quantiles(typed_ms)} over {len(beginnings)} beginnings")


def quantiles(times_ms: Sequence[float]) -> str:
    return f"p50 {statistics.median(times_ms):.1f} ms, p95 {statistics.quantiles(times_ms, n=20)[-1]:.1f} ms"


def warm_up(shop: Shop, texts: Sequence[str]) -> None:
    """Search until every ranking takes part: what a shop learns of its catalogue is learned in the background."""
    ends_s = time.monotonic() + WARM_UP_S
    while time.monotonic() < ends_s:
        stages = [stage for text in texts for stage in shop.search(Query(text=text, k=K)).stages]
        learned = {"look", "meaning"} & {stage.name for stage in stages}
        if learned <= {stage.name for stage in stages if stage.items}:
            break
        time.sleep(2)


def attacked(options: argparse.Namespace) -> None:
    """Print what a server answers to nasty texts."""
    _, path = catalogue(options.data, options.catalogue, options.cache)
    with tempfile.TemporaryDirectory(dir=options.cache) as folder:
        copy = shutil.copy(path, Path(folder) / "attacked.db")
        environment = {"DEEPSTYLE_STORE": f"sqlite:///{copy}", "DEEPSTYLE_RATE_LIMIT": ""}
        with serving("deepstyle", environment) as served:
            answers = attack(served.port, nasty_texts(options.texts))
    p50_ms = 1000 * statistics.median(answers.times_s)
    failures = sum(count for status, count in answers.statuses.items() if status == 0 or status >= 500)
    print(f"{options.texts:,} nasty texts, {len(answers.times_s):,} requests: {failures} without an answer or 5xx")
    print(f"statuses {dict(sorted(answers.statuses.items()))}; p50 {p50_ms:.1f} ms, slowest {answers.slowest_s:.2f} s")
    for failed in answers.failed[:20]:
        print(f"  {failed}")


if __name__ == "__main__":
    main()
