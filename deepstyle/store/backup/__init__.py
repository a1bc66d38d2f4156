"""Backups of a catalogue's store: a folder of chunks named by their hash, and a manifest for each backup.

::

    FOLDER/backups/20261127T150000.000000Z.json   what one backup consists of; written last
    FOLDER/chunks/ab/<sha256>-<bytes>             a part of the content; shared by all backups that have it

The content is that of the store's contract, not of its database: a backup of SQLite restores into MongoDB and back.
"""

from deepstyle.store.backup.folder import Backup, DamagedChunk, list_backups, verify_backups
from deepstyle.store.backup.write import BackupReport, back_up

__all__ = ["Backup", "BackupReport", "DamagedChunk", "back_up", "list_backups", "verify_backups"]
