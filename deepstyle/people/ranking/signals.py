"""What is known of a shopper's taste when she searches: the items that she liked and hid, the oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass

from deepstyle.people.ranking.in_session import MOST_RECENT, signal_weights
from deepstyle.people.ranking.personal import Scores


@dataclass(frozen=True, slots=True)
class Signals:
    """Ids of items, each once, at most ``MOST_RECENT`` of each kind that count; what is hidden is not liked.

    ``excluded`` are all hidden items, which leave the results even where they are too old to count.
    """

    liked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()

    @property
    def item_ids(self) -> tuple[str, ...]:
        """What was liked, then what was hidden."""
        return self.liked + self.hidden

    @property
    def weights(self) -> Scores:
        """The weight of each of ``item_ids``."""
        return signal_weights(len(self.liked), len(self.hidden))

    @property
    def say_something(self) -> bool:
        """Whether they make a taste."""
        return bool(self.weights.any())


def signals_of(liked: Iterable[str], hidden: Iterable[str] = ()) -> Signals:
    """The signals of what was liked and hidden, the oldest first; of an item that was liked again, the last time."""
    excluded = frozenset(hidden)
    kept_hidden = tuple(dict.fromkeys(reversed(list(hidden))))[:MOST_RECENT][::-1]
    kept_liked = [one for one in dict.fromkeys(reversed(list(liked))) if one not in excluded][:MOST_RECENT][::-1]
    return Signals(tuple(kept_liked), kept_hidden, excluded)
