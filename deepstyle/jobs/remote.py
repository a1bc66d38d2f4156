"""What jobs fetch from other servers: feeds and pictures by URL."""

from pathlib import Path

from deepstyle.download.address import read_allowed
from deepstyle.download.feed import fetch_feed
from deepstyle.download.folder import downloads_folder, picture_path
from deepstyle.download.pictures import download_pictures
from deepstyle.settings import Settings


def fetch_feed_file(url: str, folder: Path, settings: Settings) -> Path:
    """The file in ``folder`` that the feed at ``url`` was fetched into, again only where it changed.

    Raises ``DownloadError``.
    """
    return fetch_feed(url, folder, allowed=read_allowed(settings.download_allow)).path


def fetch_pictures(urls: list[str], settings: Settings) -> dict[str, Path]:
    """The files of those pictures that could be fetched, by URL."""
    folder = downloads_folder(settings.cache_dir)
    download_pictures(urls, folder, job="webhooks", allowed=read_allowed(settings.download_allow))
    found = {url: picture_path(folder, url) for url in urls}
    return {url: path for url, path in found.items() if path.is_file()}
