"""How often the words of a title give the right semantic category: at least 2,000 titles in eight languages.

    python -m bench.category_titles                  # accuracy by language, of both halves
    python -m bench.category_titles --errors         # and every error of the first half

``category_titles.toml`` says what products are called; brands, genders, colours and materials are put around that as
shops do. Which half a name is in follows from the name. The errors of the second half are printed with ``--held-out``
only, so that the terms can be improved on the first half and checked on the second.
"""

import argparse
import itertools
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deepstyle.catalogue.categories import semantic_category

TITLES_PER_NAME: Final = 2
_NO_NAMES: Final = ("brands", "genders", "colours", "materials", "patterns")


@dataclass(frozen=True, slots=True)
class Title:
    """A product's title, the semantic category it names (empty: no garment), and whether it is in the second half."""

    language: str
    text: str
    category: str
    is_held_out: bool


def titles() -> Iterator[Title]:
    """All titles, the same in every run."""
    vocabulary = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for language, words in vocabulary.items():
        parts = {name: itertools.cycle(_list(words[name])) for name in _NO_NAMES if name != "patterns"}
        patterns = itertools.cycle(words["patterns"])
        for category, names in words.items():
            for name in _list(names) if category not in _NO_NAMES else ():
                second = zlib.crc32(name.encode()) % 2 == 1
                for _ in range(TITLES_PER_NAME):
                    text = _written(next(patterns), name, parts)
                    yield Title(language, text, category.replace("none", ""), second)


def _written(pattern: str, name: str, parts: Mapping[str, Iterator[str]]) -> str:
    values = {part.removesuffix("s"): next(values) for part, values in parts.items()}
    return pattern.format(type=name, **values)


def _list(text: str) -> list[str]:
    return text.split("; ")


def main() -> None:
    """Print the shares and, where asked for, the errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print each error of the first half")
    parser.add_argument("--held-out", action="store_true", help="print each error of the second half")
    options = parser.parse_args()
    right: Counter[tuple[str, bool]] = Counter()
    total: Counter[tuple[str, bool]] = Counter()
    for title in titles():
        found = semantic_category(title.text)
        for language in (title.language, "all"):
            total[language, title.is_held_out] += 1
            right[language, title.is_held_out] += found == title.category
        if found != title.category and (options.held_out if title.is_held_out else options.errors):
            print(f"{title.language}  {title.text!r}: {found or 'none'}, not {title.category or 'none'}")
    print(f"{'language':10}{'first half':>22}{'held out':>22}")
    for language in dict.fromkeys(language for language, _ in total):
        shares = (f"{right[language, half]} of {total[language, half]} = " for half in (False, True))
        values = (f"{right[language, half] / total[language, half]:.1%}" for half in (False, True))
        print(f"{language:10}" + "".join(f"{share + value:>22}" for share, value in zip(shares, values, strict=True)))


if __name__ == "__main__":
    main()
