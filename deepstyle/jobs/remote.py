"""What is fetched from other servers: feeds and pictures by URL."""

from pathlib import Path

from deepstyle.errors import UsageError
from deepstyle.settings import Settings


def is_url(feed: str) -> bool:
    """Whether a feed is named by its URL."""
    return feed.lower().startswith(("http://", "https://"))


def fetch_feed_file(url: str, folder: Path, settings: Settings) -> Path:
    """The file in ``folder`` that the feed at ``url`` was fetched into, again only where it changed.

    Raises ``UsageError``: this version fetches no feed.
    """
    raise UsageError(f"the feed {url.partition('?')[0]} cannot be fetched.", remedy="Download it and give its path.")


def fetch_pictures(urls: list[str], folder: Path, settings: Settings) -> dict[str, Path]:
    """The files in ``folder`` of those pictures that could be fetched, by URL; this version fetches none."""
    return {}


def unpack_archive(archive: Path, into: Path) -> Path:
    """Unpack ``archive`` as the new folder ``into``, within limits, and return the folder of the feed in it.

    Raises ``UsageError``: this version unpacks no archive.
    """
    raise UsageError(f"{archive.name} is an archive.", remedy="Send the feed itself: a CSV, TSV or JSON Lines table.")
