"""The rows of all pictures of the embedded store, first and further ones; see ``PictureRows``."""

from collections.abc import Iterator, Sequence
from typing import Final

from deepstyle.store.database import Database
from deepstyle.store.external.rows import PictureRow

_PAGE_BYTES: Final = 16 * 2**20
_PAGE_ROWS: Final = 256
_PAGE: Final = {
    "image_bytes": """SELECT item_key, sha256, data FROM image_bytes JOIN items USING (item_key)
        WHERE item_key > ? AND sha256 IS NOT NULL ORDER BY item_key LIMIT ?""",
    "pictures": "SELECT picture_key, sha256, data FROM pictures WHERE picture_key > ? ORDER BY picture_key LIMIT ?",
}
_REPLACE: Final = {
    "image_bytes": """UPDATE image_bytes SET data = ? WHERE item_key = ?
        AND EXISTS (SELECT 1 FROM items WHERE items.item_key = image_bytes.item_key AND sha256 = ?)""",
    "pictures": "UPDATE pictures SET data = ? WHERE picture_key = ? AND sha256 = ?",
}
_COUNT: Final = "SELECT (SELECT count(*) FROM image_bytes) + (SELECT count(*) FROM pictures)"
_HASHES: Final = "SELECT sha256 FROM items WHERE sha256 IS NOT NULL UNION ALL SELECT sha256 FROM pictures"
_OUTSIDE: Final = """
SELECT sha256 FROM image_bytes JOIN items USING (item_key) WHERE length(data) = 0 AND sha256 IS NOT NULL
UNION ALL SELECT sha256 FROM pictures WHERE length(data) = 0
"""


class EmbeddedBlobs:
    """See ``PictureRows``; a key is a table and the row's key in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self) -> int:
        """See ``PictureRows.count``."""
        with self._database.reading() as connection:
            return int(connection.execute(_COUNT).fetchone()[0])

    def pages(self) -> Iterator[list[PictureRow]]:
        """See ``PictureRows.pages``; no transaction is open between two pages."""
        for table in _PAGE:
            after = -1
            while page := self._page(table, after):
                yield page
                after = page[-1].key[1]

    def _page(self, table: str, after: int) -> list[PictureRow]:
        page, size_bytes = [], 0
        with self._database.reading() as connection:
            for key, sha256, data in connection.execute(_PAGE[table], (after, _PAGE_ROWS)):
                page.append(PictureRow((table, key), sha256, data))
                size_bytes += len(data)
                if size_bytes > _PAGE_BYTES:
                    break
        return page

    def replace(self, rows: Sequence[PictureRow]) -> None:
        """See ``PictureRows.replace``; no reader has anything to follow, so it takes no revision."""
        if rows:
            with self._database.writing() as connection:
                for row in rows:
                    table, key = row.key
                    connection.execute(_REPLACE[table], (row.data, key, row.sha256))

    def hashes(self, *, outside_alone: bool = False) -> Iterator[str]:
        """See ``PictureRows.hashes``."""
        with self._database.reading() as connection:
            for (sha256,) in connection.execute(_OUTSIDE if outside_alone else _HASHES):
                yield sha256
