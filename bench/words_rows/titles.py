"""Titles and columns as shops write them: what a feed says of the facts, which is not all of it."""

import random
import re
from dataclasses import dataclass
from typing import Any, Final

from bench.words_rows.facts import Facts
from bench.words_rows.pictures import Letter
from bench.words_rows.vocabulary import COLOURS, GENDERS, MATERIALS, TYPES, VOCABULARY

GERMAN_SHARE, SILENT_SHARE, NOISE_SHARE = 0.2, 0.3, 0.25
FILLED: Final = {"colour": 0.6, "gender": 0.6, "brand": 0.85, "category": 0.85, "size": 0.8, "material": 0.5}
"""How many rows have the column. Those whose title is silent on colour and gender have these columns as often."""
ENDINGS: Final = {"n": "es", "f": "e", "m": "er", "p": "e"}
UNCHANGED: Final = (
    "rosa",
    "lila",
    "beige",
    "orange",
    "apricot",
    "camel",
    "cognac",
    "navy",
    "pink",
    "bordeaux",
    "flieder",
)
BRACKETS: Final = re.compile(r"\[([^\]]*)\]")
OPTIONAL: Final = ("brand", "gender", "colour", "inflected", "material", "size")


@dataclass(frozen=True, slots=True)
class Written:
    """What a feed's row says."""

    title: str
    description: str
    columns: dict[str, str]


def write(facts: Facts, letter: Letter, rng: random.Random) -> Written:
    """A title, a description and columns for ``facts``, in the words of one catalogue."""
    german = rng.random() < GERMAN_SHARE
    language = "de" if german else "en"
    silent = rng.random() < SILENT_SHARE
    noun, _, noun_gender = _one(TYPES[facts.type][language], letter, rng).partition(":")
    words = _words(facts, letter, language, noun_gender, rng)
    filled = {name: rng.random() < share for name, share in FILLED.items()}
    shown = {name: words[name] if rng.random() < 0.7 else "" for name in OPTIONAL}
    shown |= {name: "" for name in ("colour", "gender", "inflected") if silent}
    if not filled["brand"]:
        shown["brand"] = facts.brand
    template = rng.choice(VOCABULARY["titles"][letter][language])
    title = _fill(template, {**shown, "type": noun, "joined": noun[0].lower() + noun[1:]})
    title = _noise(title if title[:1].isupper() else title[:1].upper() + title[1:], letter, german, rng)
    if german and letter == "B" and rng.random() < 0.3:
        title = title.replace("ß", "ss").replace("ü", "ue").replace("ä", "ae").replace("ö", "oe")
    return Written(title, _description(words, language, rng), _columns(facts, words, filled, german, letter))


def _one(words: list[str], letter: Letter, rng: random.Random) -> str:
    """The first word most often, else another of the catalogue's own."""
    own = words[0::2] if letter == "A" else [words[0], *words[1::2]]
    return own[0] if rng.random() < 0.5 else rng.choice(own)


def _words(facts: Facts, letter: Letter, language: str, noun_gender: str, rng: random.Random) -> dict[str, str]:
    """What the catalogue calls each fact; "" where there is nothing to call."""
    toned: Any = COLOURS.get(facts.colour, {})
    choices = toned.get(facts.tone, toned).get(language, [""])
    colour = _one(choices, letter, rng)
    inflected = colour if colour in UNCHANGED or not colour else colour + ENDINGS.get(noun_gender, "")
    return {
        "colour": colour,
        "inflected": inflected,
        "gender": _one(GENDERS[facts.gender][language], letter, rng),
        "brand": facts.brand,
        "material": _one(MATERIALS[facts.material][language], letter, rng),
        "size": facts.size,
    }


def _fill(template: str, words: dict[str, str]) -> str:
    def part(match: re.Match[str]) -> str:
        names = re.findall(r"{(\w+)}", match[1])
        return match[1] if all(words[name] for name in names) else ""

    return " ".join(BRACKETS.sub(part, template).format(**words).split())


def _noise(title: str, letter: Letter, german: bool, rng: random.Random) -> str:
    parts, ending = VOCABULARY["titles"][letter], "_de" if german else ""
    if rng.random() < NOISE_SHARE:
        title = rng.choice(parts["before" + ending]) + title
    if rng.random() < NOISE_SHARE:
        title += rng.choice(parts["after" + ending])
    case = rng.random()
    return title.upper() if case < 0.06 else title.lower() if case < 0.12 else title


def _description(words: dict[str, str], language: str, rng: random.Random) -> str:
    if rng.random() < 0.5:
        return ""
    text: str = rng.choice(VOCABULARY["descriptions"][language])
    return text.format(material_text=words["material"])


def _columns(
    facts: Facts, words: dict[str, str], filled: dict[str, bool], german: bool, letter: Letter
) -> dict[str, str]:
    names = GENDERS[facts.gender]["column"]
    language = "de" if german else "en"
    values = {
        "colour": str(COLOURS[facts.colour][language][0]) if facts.colour else "",
        "gender": names[2] if german else names[letter == "B"],
        "brand": facts.brand,
        "category": TYPES[facts.type][language][0].partition(":")[0],
        "size": facts.size,
        "material": words["material"],
    }
    values["category"] = values["category"].capitalize() if not german else values["category"]
    return {name: value for name, value in values.items() if filled[name]}
