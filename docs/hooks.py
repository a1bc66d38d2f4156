"""What mkdocs does with the pages: adds those kept elsewhere in the repository, and adjusts links between them.

The pages read well on a code host too, so they link to each other, and to code, by their places in the repository.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def elsewhere() -> dict[str, str]:
    """The pages that lie outside ``docs/``: path in the repository to path in the site."""
    pages = {
        "ARCHITECTURE.md": "architecture.md",
        "CONTRIBUTING.md": "contributing.md",
        "CHANGELOG.md": "changelog.md",
    }
    research = {f"research/{page.name}": f"research/{page.name}" for page in sorted((ROOT / "research").glob("*.md"))}
    return pages | research


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the log of experiments to the navigation, the index first."""
    log = [target for target in elsewhere().values() if target.startswith("research/")]
    log.sort(key=lambda target: (not target.endswith("README.md"), target))
    if config.nav and log:
        config.nav[-1]["Project"].insert(-1, {"Experiments": log})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie outside ``docs/``."""
    for source, target in elsewhere().items():
        files.append(File.generated(config, target, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make each link between files of the repository one between pages; links to code become text."""
    sources = {target: source for source, target in elsewhere().items()}
    site_path = page.file.src_uri
    repository_path = sources.get(site_path, f"docs/{site_path}")
    return LINK.sub(lambda link: _relinked(link, repository_path, site_path), markdown)


def _relinked(link: re.Match[str], repository_path: str, site_path: str) -> str:
    mark, text, target, anchor = link[1], link[2], link[3], link[4] or ""
    if "://" in target or target.startswith("mailto:"):
        return link[0]
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(repository_path), target))
    if wanted == "README.md":
        wanted = "docs/index.md"
    if wanted in elsewhere():
        site_target = elsewhere()[wanted]
    elif wanted.startswith("docs/"):
        site_target = wanted.removeprefix("docs/")
    else:
        return text
    return f"{mark}[{text}]({posixpath.relpath(site_target, posixpath.dirname(site_path) or '.')}{anchor})"
