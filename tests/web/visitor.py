"""A visitor of the website: a page, and everything that its browser complained about."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, FilePayload, Locator, Page, Request

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# What a test provoked is no complaint: the browser logs each answer of 4xx or 5xx, and each request while offline.
PROVOKED = "Failed to load resource"
PAGE = 24
"""So many results a page has; `features/search/queries.ts` asks for them."""
SEEN = """[...document.querySelectorAll("article[data-item-id]")].filter((card) => {
  const box = card.querySelector("img, [role=img]")?.getBoundingClientRect();
  return box && box.height > 0 && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
}).length"""
WAIT_S = 120


def until(is_so: Callable[[], object], page: "Page") -> None:
    """Wait for what Playwright cannot wait for, while the page goes on."""
    ends_s = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < ends_s, "it did not come"
        page.wait_for_timeout(100)


class Visitor:
    """``page`` is where the visitor looks; ``check`` fails where the page erred, or asked another origin."""

    def __init__(self, context: "BrowserContext", site: str) -> None:
        self.context = context
        self.site = site
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        context.on("request", self._requested)

    def go(self, path: str = "/") -> None:
        """Open a page, and wait until it has taken the place of what came with its HTML and cannot be used."""
        self.page.goto(path)
        self.page.wait_for_function("() => !document.querySelector('#root > [inert]')")

    def sign_in(self, address: str, key: str) -> None:
        """Get a session of the server at ``address``, without its page."""
        answer = self.page.request.post(
            f"{address}/v1/session", data={"key": key}, headers={"Origin": "/".join(address.split("/")[:3])}
        )
        assert answer.ok, answer.text()

    def search_with(self, photo: "Path | FilePayload") -> None:
        """Choose a file at the photo target of this page."""
        self.page.get_by_test_id("photo-file").first.set_input_files(photo)

    def find_with(self, photo: "Path | FilePayload") -> None:
        """Choose a file and wait for the first page of its results: the page before may have as many products."""
        from playwright.sync_api import expect

        self.search_with(photo)
        expect(self.cards.first.locator("[data-band]")).to_be_visible()
        expect(self.cards).to_have_count(PAGE)

    @property
    def cards(self) -> "Locator":
        return self.page.locator("article[data-item-id]")

    def seen(self) -> int:
        """How many products have their whole picture on the screen."""
        count: int = self.page.evaluate(SEEN)
        return count

    def problem(self, kind: str) -> "Locator":
        """What tells the visitor of a problem of this kind."""
        return self.page.locator(f'[data-problem="{kind}"]')

    def axe(self) -> list[str]:
        """What axe-core finds wrong with the page as it is, by WCAG 2.2 AA and its best practices."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def check(self) -> None:
        assert not self.complaints, "\n".join(self.complaints)

    def _heard(self, message: "ConsoleMessage") -> None:
        if message.type == "error" and not message.text.startswith(PROVOKED):
            self.complaints.append(f"console: {message.text}")

    def _requested(self, request: "Request") -> None:
        if not request.url.startswith((f"{self.site}/", f"blob:{self.site}/", "data:")):
            self.complaints.append(f"a request left the origin: {request.url[:200]}")
