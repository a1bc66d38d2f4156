"""Search by words: understand → candidates → fuse → agree → page.

Candidates come from up to four rankings: the words themselves, their meaning, how they look, and the words among the
items that meet every condition. They are joined by their ranks, then ordered by how far each item agrees with what was
asked of its colour, wearer, material and pattern.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.catalogue.variants import first_of_each, group_of
from deepstyle.search.agree import SOFT, agreement, softly_asked
from deepstyle.search.context import SearchContext
from deepstyle.search.fusion import fuse
from deepstyle.search.query import Notice, Ranking, Recognised
from deepstyle.search.state import State
from deepstyle.search.terms import Terms, condition_terms, terms_of
from deepstyle.search.understand import cleaned, conditions, understand
from deepstyle.store.words import Term, tokens
from deepstyle.style.search import Match

DEPTHS: Final = (100, 400, 1600, 6400)
"""So many candidates of each ranking are joined, at least ``OVERSAMPLE`` times as many as results are wanted. Further
pages get what the next depth adds, so that the order of those before stays as it was."""
OVERSAMPLE: Final = 4
RANKS: Final = 60.0
"""Brings the scores of ranks (``fusion``) to about 1 for the first."""
HARD: Final = frozenset({"price_min", "price_max", "currencies", "sizes", "brands", "semantic_categories"})
"""Recognised conditions that the store applies."""
DROPPED_FIRST: Final = ("sizes", "price_min", "price_max", "currencies", "brands", "semantic_categories")


@dataclass(frozen=True)
class WordWeights:
    """What each ranking counts; beside them, agreement, and that all words stand in an item."""

    words: float = 1.0
    exact: float = 2.0
    seen: float = 0.25
    meaning: float = 0.5
    text_style: float = 0.3
    agreement: float = 2.0
    named: float = 1.0


WEIGHTS: Final = WordWeights()


def search_by_words(context: SearchContext, state: State, weights: WordWeights = WEIGHTS) -> State:
    """The products that the words of the query name; ``state.matches`` are all that were found, best first."""
    query = state.query
    if context.meaning is not None:
        context.meaning.prepare(cleaned(query.text))
    with state.timed("understand") as said:
        state.understood = understand(query.text, context.words, context.lexicon, literal=query.literal)
        understood = state.understood
        terms = terms_of(understood.words or understood.all_words, context.words, context.lexicon)
        state.where = conditions(understood, query.where, names=HARD)
        said.detail = f"{len(understood.recognised)} conditions, {len(terms.terms)} terms"
    _note_words(state, terms)
    for count in DEPTHS:
        _candidates(context, state, terms, count)
        for name in DROPPED_FIRST:
            if not any(one.item_ids for one in state.rankings) and _drop(state, name):
                _candidates(context, state, terms, count)
        with state.timed("fuse") as said:
            named = {name: getattr(weights, name) for name in ("words", "exact", "seen", "meaning", "text_style")}
            state.ranked = fuse(state.rankings, named, count)
            said.items = len(state.ranked)
        _agree(context, state, weights)
        state.window = state.window or len(state.matches)  # every page begins with the same
        is_enough = len(state.matches) >= state.depth or count >= OVERSAMPLE * state.depth
        if is_enough or len(state.ranked) < count:
            break
    if not state.matches:
        state.notices.append(Notice("nothing_matches", {}))
    elif _is_far(state, context):
        state.notices.append(Notice("nearest_alternative", {}))
    return state


def _note_words(state: State, terms: Terms) -> None:
    for typed, meant in state.understood.corrected:
        state.notices.append(Notice("corrected", {"text": typed, "word": meant}))
    unknown = terms.unknown if state.understood.words else ()  # else the words are all conditions
    for word in unknown:
        state.notices.append(Notice("no_such_word", {"text": word}))


def _candidates(context: SearchContext, state: State, terms: Terms, count: int) -> None:
    """Fill ``state.rankings``, ``count`` items each."""
    with state.timed("words") as said:
        rankings = _word_rankings(context, state, terms, count)
        said.items = sum(len(one.item_ids) for one in rankings)
    state.rankings = [*rankings, *_by_meaning(context, state, count), *_by_look(context, state, count)]


def _by_meaning(context: SearchContext, state: State, count: int) -> list[Ranking]:
    if context.meaning is None or not state.may_use("meaning"):
        return []
    with state.timed("meaning") as said:
        text, group_by = state.understood.text, state.query.group_by
        found = context.meaning.nearest(text, k=count, where=state.where, store=context.store, group_by=group_by)
        if found is None:
            return []
        state.sources.add("meaning")
        said.items = len(found.item_ids)
        return [found]


def _by_look(context: SearchContext, state: State, count: int) -> list[Ranking]:
    if context.look is None or not context.space or not state.may_use("text_style"):
        return []
    with state.timed("look") as said:
        vector = context.look.vector(state.understood.text)
        if vector is None:
            return []
        state.sources.add("text_style")
        hits = context.store.search(context.space, vector, k=count, where=state.where, group_by=state.query.group_by)
        said.items = len(hits)
        return [Ranking("text_style", [hit.item_id for hit in hits], [hit.similarity for hit in hits])]


def _word_rankings(context: SearchContext, state: State, terms: Terms, count: int) -> list[Ranking]:
    """By the words alone, with the words of the conditions too, and among the items whose picture has the colour."""
    asked = [one for one in state.understood.recognised if one.name in SOFT]
    where, rankings = state.where, []
    named = condition_terms(asked, context.words, context.lexicon)
    if terms.terms:
        rankings.append(_by_words(context, terms.terms, count, where, state, "words"))
    if named:
        rankings.append(_by_words(context, (*terms.terms, *named), count, where, state, "exact"))
    codes = [str(one.value) for one in asked if one.name == "dominant_colours"]
    if codes and terms.terms and not where.dominant_colours:
        shown = replace(where, dominant_colours=tuple(codes))
        rankings.append(_by_words(context, terms.terms, count, shown, state, "seen"))
    if not terms.terms and (asked or where != state.query.where):
        shown = replace(where, dominant_colours=tuple(codes)) if codes and not where.dominant_colours else where
        items = context.store.browse(shown, limit=min(200, count), group_by=state.query.group_by).items
        rankings.append(Ranking("seen", [item.item_id for item in items], [0.0] * len(items)))
    return rankings


def _by_words(
    context: SearchContext, terms: Sequence[Term], count: int, where: ItemFilter, state: State, source: str
) -> Ranking:
    search, group_by = context.store.search_words, state.query.group_by
    hits = search(terms, k=count, all_terms=source == "exact", where=where, group_by=group_by)
    return Ranking(source, [hit.item_id for hit in hits], [hit.score for hit in hits])


def _drop(state: State, name: str) -> bool:
    """Drop a recognised condition that excludes everything, and say so; whether there was one."""
    dropped = [one for one in state.understood.recognised if one.name == name]
    if not dropped or getattr(state.query.where, name) or not getattr(state.where, name):
        return False
    empty = () if isinstance(getattr(state.where, name), tuple) else None
    state.where = replace(state.where, **{name: empty})  # type: ignore[arg-type]
    if name != "currencies":
        state.notices.append(Notice("condition_dropped", {"name": name, "value": dropped[0].value}))
    return True


def _agree(context: SearchContext, state: State, weights: WordWeights) -> None:
    """Order the candidates by rank and agreement; those that contradict come last, and only where there is no other."""
    with state.timed("agree") as said:
        asked = softly_asked(state.understood.recognised)
        unwanted = state.understood.changes
        items = context.store.get([item_id for item_id, _ in state.ranked])
        named = {
            item_id
            for ranking in state.rankings
            if ranking.source in ("words", "exact", "seen")
            for item_id, score in zip(ranking.item_ids, ranking.scores, strict=True)
            if score >= 1
        }
        scored: list[tuple[float, Item]] = []
        against: list[tuple[float, Item, Recognised]] = []
        for item_id, score in state.ranked:
            if item_id not in items:
                continue
            found = agreement(items[item_id], asked, unwanted, context.words, context.lexicon)
            total = RANKS * score + weights.agreement * found.score + weights.named * (item_id in named)
            if found.contradicts:
                against.append((total, items[item_id], found.contradicts))
            else:
                scored.append((total, items[item_id]))
        scored.sort(key=lambda pair: (-pair[0], pair[1].item_id))
        if not scored and against and not state.matches:
            against.sort(key=lambda one: (-one[0], one[1].item_id))
            dropped = against[0][2]
            state.notices.append(Notice("condition_dropped", {"name": dropped.name, "value": dropped.value}))
            scored = [(score, item) for score, item, _ in against]
        found_items = [*(match.item for match in state.matches), *(item for _, item in scored)]
        chosen = first_of_each((item, group_of(item, state.query.group_by)) for item in found_items)
        state.matches = [Match(rank, item, 0.0) for rank, item in enumerate(chosen, start=1)]
        said.items = len(chosen)


def _is_far(state: State, context: SearchContext) -> bool:
    """Whether no word of the query is in the catalogue, so that the results are only near."""
    words = state.understood.words
    has_words = any(ranking.source == "words" and ranking.item_ids for ranking in state.rankings)
    known = any(token in context.words.counts for word in words for token in tokens(word))
    return bool(words) and not has_words and not known
