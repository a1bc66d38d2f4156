"""The part of ``Shop`` that searches by typed queries, and by words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Unpack

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import GroupBy
from deepstyle.people.merchandising.preview import Preview, preview
from deepstyle.people.merchandising.rules import Rule
from deepstyle.people.merchandising.stage import stages_of
from deepstyle.search.context import SearchContext, Stage
from deepstyle.search.later import browse_later
from deepstyle.search.plan import Found, run
from deepstyle.search.query import EVERYTHING, Query, ResultSort
from deepstyle.search.suggest import TextSuggestion, suggest_texts
from deepstyle.shop.find import open_context, search_by_picture
from deepstyle.shop.opened import OpenShop
from deepstyle.store.base import ItemFilter, Page
from deepstyle.store.sorting import PageOptions


class WordShop(OpenShop):
    """The part of ``Shop`` that searches by typed queries, and by words."""

    def search(self, query: Query, *, later: Sequence[Stage] = ()) -> Found:
        """What a typed query finds: words, photos that are encoded already, items, or several of them.

        ``later`` are stages after ranking (``deepstyle.search.later``). Raises ``UsageError`` for a query that asks for
        nothing, ``UnknownItemError`` for an item without a vector.
        """
        return run(replace(self._search_context(query), later=tuple(later)), query, search_by_picture)

    def browse(
        self,
        where: ItemFilter = EVERYTHING,
        *,
        group_by: GroupBy = "product",
        later: Sequence[Stage] = (),
        **options: Unpack[PageOptions],
    ) -> Page:
        """One page of the products within a filter, with facets; ``group_by`` as in ``search_photo``.

        Each is its first item that matches; total and facets count the same. The stages ``later`` change places in the
        order ``mixed`` alone; what they hide is counted.
        """
        if options.get("among") is not None or not (later or options.get("sort") == "mixed"):
            return self.store.browse(where, group_by=group_by, **options)
        query, context = Query(where=where, group_by=group_by), self.context(later)
        limit, after, sort = options.get("limit", 50), options.get("after", ""), options.get("sort", "id")
        return browse_later(context, query, sort=sort, limit=limit, after=after)

    def rules(self) -> tuple[Stage, ...]:
        """The stage of the merchandiser's rules, for ``later``; none where there are no rules."""
        return stages_of(self.live)

    def preview_rules(
        self, drafts: Mapping[str, Rule | None], *, text: str, where: ItemFilter, k: int, day: date
    ) -> Preview:
        """What drafts of rules, by id, would change of a search by words, or without any of the mixed catalogue."""
        query = Query(text, where=where, k=k)

        def results(later: tuple[Stage, ...]) -> Sequence[Item]:
            if text.strip():
                return [match.item for match in self.search(query, later=later).matches]
            return self.browse(where, sort="mixed", limit=k, later=later).items

        rules = self.live.decided().rules
        return preview(self.context(()), query, results, rules, drafts, self.live.margins, day)

    def context(self, later: Sequence[Stage]) -> SearchContext:
        """What the stages ``later`` read, without the models of texts."""
        space = self._models.serving or ""
        spec = self.spec if space else None
        return SearchContext(self.store, space, spec, self._texts.lexicon, self._texts.words, later=tuple(later))

    def _search_context(self, query: Query) -> SearchContext:
        """Words alone are searched for without a model too, in a store that is not encoded yet."""
        if not (query.has_picture or self._models.serving):
            return open_context(self.store, self._texts, space="", spec=None, folder=None)
        folder = self._models.serving_folder  # called once: it reads the whole model to verify it
        return open_context(self.store, self._texts, space=self._models.own_space, spec=self.spec, folder=folder)

    def find(
        self,
        text: str,
        *,
        k: int = 10,
        where: ItemFilter = EVERYTHING,
        group_by: GroupBy = "product",
        sort: ResultSort = "best",
    ) -> Found:
        """The products that ``text`` names, in English or German: "white sneakers under 80 €", "rotes Kleid"."""
        return self.search(Query(text, k=k, where=where, group_by=group_by, sort=sort))

    def suggest_texts(self, text: str, *, k: int = 8) -> list[TextSuggestion]:
        """At most ``k`` ways to go on with what a person is typing, by the catalogue's own brands and words."""
        return suggest_texts(text, self._texts.words, self._texts.lexicon, k)
