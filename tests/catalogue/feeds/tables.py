"""Random tables, damaged in every way that one row can be, of which the number of rows is known by construction."""

import random
from dataclasses import dataclass

COLUMNS = ("sku", "title", "description", "price", "collar")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252")


@dataclass(frozen=True)
class RandomTable:
    """A CSV file, its encoding as ``--encoding`` takes it, and the ids of its rows: all, and those that can be used."""

    data: bytes
    encoding: str
    rows: int
    usable: tuple[str, ...]


def random_table(rng: random.Random, max_rows: int = 12) -> RandomTable:
    encoding, delimiter = rng.choice(ENCODINGS), rng.choice(",;\t|")
    endings = rng.choice((("\n",), ("\r\n",), ("\r",), ("\n", "\r\n", "\r")))
    text = delimiter.join(COLUMNS) + rng.choice(endings)
    usable = []
    rows = 0
    for _ in range(rng.randrange(max_rows + 1)):
        item_id = f"s{rows}"
        kind = rng.choice((good, good, good, lines, lines, stray, stray, long, short, with_nul, undecodable, blank))
        text += kind(rng, item_id, delimiter) + rng.choice(endings)
        rows += kind is not blank
        if kind in (good, lines, short):
            usable.append(item_id)
    return RandomTable(encode(text, encoding), "utf-8" if encoding == "utf-8-sig" else encoding, rows, tuple(usable))


def encode(text: str, encoding: str) -> bytes:
    """``text`` in ``encoding``; the mark of ``undecodable`` as bytes that do not decode."""
    if encoding == "cp1252":
        return text.encode(encoding, "replace").replace(b"??", b"\x81")
    if encoding.startswith("utf-8"):
        return text.encode(encoding, "surrogateescape")
    return text.encode(encoding, "surrogatepass")


# -- one kind of row each ----------------------------------------------------------------------------------------------


def word(rng: random.Random) -> str:
    return "".join(rng.choices("abcdé€'", k=rng.randint(1, 6)))


def words(rng: random.Random, item_id: str, count: int = len(COLUMNS)) -> list[str]:
    cells = [item_id, *(word(rng) for _ in range(count - 1))]
    if count > 3:
        cells[3] = "9.90"
    return cells


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def good(rng: random.Random, item_id: str, delimiter: str) -> str:
    """Any text in any column, in quotes where RFC 4180 wants them and now and then where not."""
    cells = words(rng, item_id)
    for at in (1, 2, 4):
        cells[at] = "".join(rng.choices(f'ab "{delimiter}€', k=rng.randint(0, 6)))
    return delimiter.join(
        quoted(cell) if rng.random() < 0.3 or '"' in cell or delimiter in cell else cell for cell in cells
    )


def lines(rng: random.Random, item_id: str, delimiter: str) -> str:
    """A description of several lines of prose."""
    cells = words(rng, item_id)
    prose = [f"{word(rng)}{delimiter} {word(rng)}", f'{word(rng)} "{word(rng)}"', word(rng), ""]
    rest = (rng.choice(prose) for _ in range(rng.randint(1, 5)))
    cells[2] = quoted(rng.choice(("\n", "\r\n", "\r")).join([word(rng), *rest]))
    return delimiter.join(cells)


def stray(rng: random.Random, item_id: str, delimiter: str) -> str:
    """A quote where none may stand; between tabs it may stand within a cell."""
    cells = words(rng, item_id)
    at = rng.randrange(1, len(cells))
    forms = ('"{}', '"a" {}') if delimiter == "\t" else ('"{}', '{}"', 'a"{}', '"a" {}')
    cells[at] = rng.choice(forms).format(word(rng))
    return delimiter.join(cells)


def long(rng: random.Random, item_id: str, delimiter: str) -> str:
    return delimiter.join(words(rng, item_id, len(COLUMNS) + rng.randint(1, 3)))


def short(rng: random.Random, item_id: str, delimiter: str) -> str:
    return delimiter.join(words(rng, item_id, rng.randint(1, len(COLUMNS) - 1)))


def with_nul(rng: random.Random, item_id: str, delimiter: str) -> str:
    cells = words(rng, item_id)
    cells[rng.choice((0, 1, 2, 4))] += "\0"
    return delimiter.join(cells)


def undecodable(rng: random.Random, item_id: str, delimiter: str) -> str:
    cells = words(rng, item_id)
    cells[rng.choice((1, 2, 4))] += "\udcff\udcff"
    return delimiter.join(cells)


def blank(rng: random.Random, item_id: str, delimiter: str) -> str:
    return rng.choice(("", " ", delimiter * 2))
