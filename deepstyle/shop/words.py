"""The part of ``Shop`` that searches by typed queries, and by words."""

from deepstyle.catalogue.variants import GroupBy
from deepstyle.search.context import SearchContext
from deepstyle.search.plan import Found, run
from deepstyle.search.query import EVERYTHING, Query, ResultSort
from deepstyle.search.suggest import TextSuggestion, suggest_texts
from deepstyle.shop.find import open_context, search_by_picture
from deepstyle.shop.opened import OpenShop
from deepstyle.store.base import ItemFilter
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.search import serving_space


class WordShop(OpenShop):
    """The part of ``Shop`` that searches by typed queries, and by words."""

    def search(self, query: Query) -> Found:
        """What a typed query finds: words, photos that are encoded already, items, or several of them.

        Raises ``UsageError`` for a query that asks for nothing, ``UnknownItemError`` for an item without a vector.
        """
        return run(self._search_context(query), query, search_by_picture)

    def _search_context(self, query: Query) -> SearchContext:
        """Words alone are searched for without a model too, in a store that is not encoded yet."""
        if not (query.has_picture or self.store.meta(STYLE_SPACE)):
            return open_context(self.store, self._texts, space="", spec=None, folder=None)
        folder = self._models.serving_folder  # called once: it reads the whole model to verify it
        space = serving_space(self.store, self.spec)
        return open_context(self.store, self._texts, space=space, spec=self.spec, folder=folder)

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
