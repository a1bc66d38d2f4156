"""What a search says of itself, as sentences."""

from collections.abc import Callable, Mapping
from typing import Final

from deepstyle.search.query import Notice, NoticeCode

_SENTENCES: Final[Mapping[NoticeCode, Callable[[Mapping[str, str | float]], str]]] = {
    "corrected": lambda of: f"Searched for {of['word']} instead of {of['text']}.",
    "condition_dropped": lambda of: f"Nothing matches with {of['name']} {of['value']}; these are without it.",
    "nothing_matches": lambda of: "Nothing matches.",
    "no_such_word": lambda of: f"The catalogue does not have the word {of['text']}.",
    "nearest_alternative": lambda of: "Nothing has these words; these come nearest.",
    "change_not_possible": lambda of: f"{of.get('text', 'This')} cannot be applied here.",
}


def sentence(notice: Notice) -> str:
    """The notice in English."""
    return _SENTENCES[notice.code](notice.parameters)
