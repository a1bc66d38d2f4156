"""Take erased people out of what was learned of purchases, before their events are gone."""

import hashlib
import logging
import shutil
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from deepstyle.errors import ModelError
from deepstyle.people.associations.baskets import Basket, read_baskets
from deepstyle.people.associations.counts import without
from deepstyle.people.associations.folder import FOLDER, SPEC_FILE, Counted, read_counts, read_spec, write_counts

log = logging.getLogger(__name__)


def take_out(rankings_dir: Path, events_dir: Path, client_ids: Sequence[str]) -> int:
    """Subtract what pseudonyms bought from each association; return how many counts were rewritten.

    To be called while nobody else changes events (``layout.exclusive``), with all events of these pseudonyms still
    there; once they are erased, it changes nothing. Repeated after a kill, it subtracts nobody twice. What cannot be
    read is deleted. Raises ``StoreError`` and ``FileError``.
    """
    written = 0
    for spec_path in sorted((rankings_dir / FOLDER).glob(f"*/{SPEC_FILE}")):
        folder = spec_path.parent
        try:
            before, until_us = read_counts(folder), read_spec(folder).until_us
        except ModelError as error:
            log.warning("what was learned is deleted, because nobody can be taken out of it: %s", error)
            shutil.rmtree(folder)
            continue
        after = _without(before, read_baskets(events_dir, owners=client_ids, until_us=until_us))
        if after is not before:
            write_counts(folder, after)
            written += 1
    return written


def _without(counted: Counted, baskets: Sequence[Basket]) -> Counted:
    for client_id, own in groupby(baskets, key=lambda one: one.client_id):
        digest = _digest(client_id)
        if digest not in counted.erased:
            people = without(counted.people, own, counted.places)
            counted = Counted(people, counted.places, (*counted.erased, digest))
    return counted


def _digest(client_id: str) -> str:
    return hashlib.sha256(f"taken out {client_id}".encode()).hexdigest()[:32]
