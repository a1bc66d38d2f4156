"""Delete the days that are older than events are kept."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from deepstyle.people.events.layout import day_folder, days, exclusive
from deepstyle.people.events.summaries import remove_summaries
from deepstyle.platform import sync_folder


def delete_old(events_dir: Path, today: date, events_days: int) -> list[date]:
    """Delete the events and counts of the days before the last ``events_days``; return these days."""
    with exclusive(events_dir):
        return delete_old_locked(events_dir, today, events_days)


def delete_old_locked(events_dir: Path, today: date, events_days: int) -> list[date]:
    """``delete_old`` for whoever holds the lock already."""
    old = days(events_dir, last=first_kept(today, events_days) - timedelta(days=1))
    for day in old:
        remove_summaries(events_dir, day)
        shutil.rmtree(day_folder(events_dir, day))
    if old:
        sync_folder(events_dir)
    return old


def first_kept(today: date, events_days: int) -> date:
    """The oldest day whose events are kept; today is the first of ``events_days``."""
    return today - timedelta(days=events_days - 1)
