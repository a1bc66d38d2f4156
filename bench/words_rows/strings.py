"""Texts that no shopper types: SQL, operators of full-text searches, long ones, other scripts, broken ones."""

import random
import string
from collections.abc import Callable, Iterator
from typing import Final

SQL: Final = ("'; DROP TABLE items; --", '" OR 1=1 --', "') UNION SELECT * FROM keys --", "%' OR '%'='", "Robert'); --")
OPERATORS: Final = (
    "AND", "OR", "NOT", "NEAR(", "NEAR/2", "*", "^", "title:", "{title brand}:", '"', "'", "(", ")", "-", "+", ":", "$",
    '{"$where": "1"}', "$regex", "\\", "%", "_", "?", "~2", "[", "]", "MATCH", "NULL", "rank", "dress*", "red^2",
)  # fmt: skip
WORDS: Final = (
    "dress",
    "rotes",
    "Kleid",
    "Lederjacke",
    "under",
    "50",
    "€",
    "size",
    "M",
    "ohne",
    "women's",
    "but",
    "red",
)
SCRIPTS: Final = ("فستان أحمر", "שמלה אדומה", "红色连衣裙", "赤いドレス", "красное платье", "लाल पोशाक", "ชุดสีแดง")
MARKS: Final = (
    "\u202e",
    "\u202d",
    "\u200f",
    "\u200b",
    "\ufeff",
    "\u0301",
    "\u2066",
    "\u00ad",
    "\u0345",
    "İ",
    "ẞ",
    "ﬁ",
    "Ǆ",
)
EMOJI: Final = ("👗", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "1️⃣", "\U0001f9e5")
BROKEN: Final = ("\0", "a\0b", "\ud800", "\udfff dress", "\x1b[31m", "\r\nX-Header: 1", "\x7f", "\uffff", "\t\n\v")
LONG: Final = 100_000


def nasty_texts(count: int, seed: int = 0) -> Iterator[str]:
    """``count`` texts, the same for a ``seed``; one in fifty has 100,000 characters."""
    rng = random.Random(seed)
    kinds: tuple[Callable[[random.Random], str], ...] = (_sql, _operators, _scripts, _broken, _noise, _nested, _numbers)
    for number in range(count):
        yield _long(rng) if number % 50 == 49 else kinds[number % len(kinds)](rng)


def _sql(rng: random.Random) -> str:
    return f"{rng.choice(WORDS)} {rng.choice(SQL)} {rng.choice(WORDS)}"


def _operators(rng: random.Random) -> str:
    return rng.choice(("", " ")).join(rng.choice((*OPERATORS, *WORDS)) for _ in range(rng.randint(1, 20)))


def _scripts(rng: random.Random) -> str:
    return "".join(rng.choice((*SCRIPTS, *MARKS, *EMOJI, *WORDS, " ")) for _ in range(rng.randint(1, 30)))


def _broken(rng: random.Random) -> str:
    return "".join(rng.choice((*BROKEN, *WORDS, *EMOJI)) for _ in range(rng.randint(1, 12)))


def _noise(rng: random.Random) -> str:
    return "".join(chr(rng.randrange(0x11_0000)) for _ in range(rng.randint(1, 60)))


def _nested(rng: random.Random) -> str:
    depth = rng.randint(1, 200)
    return "(" * depth + rng.choice(WORDS) + ")" * rng.randint(0, depth) + '"' * rng.randint(0, 3)


def _numbers(rng: random.Random) -> str:
    number = rng.choice((str(rng.randrange(10**30)), "1e999", "-1", "NaN", "inf", "٣٠", "½", "0x10", "1,000.00.1"))
    return f"{rng.choice(('under', 'unter', 'size', 'over', 'zwischen'))} {number} {rng.choice(('€', 'EUR', '$', '¥'))}"


def _long(rng: random.Random) -> str:
    kind = rng.randrange(5)
    if kind == 0:
        return "a" * LONG
    if kind == 1:
        return " ".join(rng.choice((*WORDS, *OPERATORS)) for _ in range(LONG // 5))[:LONG]
    if kind == 2:
        return "".join(rng.choice(string.ascii_lowercase + "  äöüß") for _ in range(LONG))
    return rng.choice((*MARKS, *EMOJI, "\0", "(", '"')) * LONG if kind == 3 else "e" + "\u0301" * (LONG - 1)
