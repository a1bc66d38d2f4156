"""The limits on archives, spreadsheets and XML, in one table: what a feed may cost before anything of it is trusted."""

from typing import Final

MAX_ENTRIES: Final = 400_000
"""Files and folders in an archive, and parts of a spreadsheet."""
MAX_EXPANDED_BYTES: Final = 16 << 30
"""All files of an archive together, expanded; a ``.gz`` file likewise."""
MAX_SPOOLED_BYTES: Final = 2 << 30
"""A packed file that is expanded onto the disk before it is read: a spreadsheet, Parquet, an archive in an archive."""
MAX_SPREADSHEET_BYTES: Final = 2 << 30
"""All parts of a spreadsheet together, expanded."""
MAX_SHARED_TEXT_BYTES: Final = 128 << 20
"""The texts, the styles and the list of sheets of a spreadsheet, each: they are read into memory as a whole."""
MAX_RATIO: Final = 200
"""Expanded bytes for each compressed byte, of a ``.gz`` file, an archive or a spreadsheet; deflate reaches 1,032."""
FREE_RATIO_BYTES: Final = 16 << 20
"""So many expanded bytes are accepted at any ratio: a small table of equal rows compresses that well."""
MAX_CONTAINERS: Final = 2
"""Containers around a file of rows: ``feed.zip`` may contain ``products.csv.gz``."""
MAX_NAME_BYTES: Final = 1_024
"""The name of a file in an archive, with its folders; each part of it is at most 255 bytes, as file systems have it."""
MAX_FOLDERS: Final = 16
"""Folders around a file in an archive."""
MAX_SHEETS: Final = 100
"""Sheets of a spreadsheet."""
MAX_SHEET_ROWS: Final = 1 << 20
"""Rows of a sheet, as spreadsheets have it."""
MAX_COLUMNS: Final = 2_000
"""Columns of a table."""
MAX_XML_DEPTH: Final = 64
"""Elements around an element of XML."""
MAX_XML_ROW_CHARS: Final = 1 << 22
"""Texts of one row of XML; a longer row is rejected."""
MAX_XML_TOKEN_BYTES: Final = 1 << 23
"""One tag, comment or text of XML, which the parser must hold as a whole."""
MAX_ROW_GROUP_BYTES: Final = 1 << 30
"""A row group of Parquet, expanded."""
