"""Records the main journey in the browser, photo to outfit to shop, as an animated picture for README.

    deepstyle demo                                       # in one terminal
    python -m bench.record --url http://127.0.0.1:8000   # in another

Each step is found by roles and visible names, and waits for what it leads to, so that it survives a page's new look.
The times are a script's: how long something is shown does not depend on the machine. The browser is the system's
Chromium.
"""

import argparse
import io
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright

from deepstyle.demo.photos import example_photos

VIEWPORT: Final[ViewportSize] = {"width": 1080, "height": 720}
SHOWN: Final = (720, 480)
MAX_BYTES: Final = 900_000
QUALITIES: Final = (70, 60, 50, 42, 35, 28, 22, 16)
SCROLL_STEPS: Final = 8
ARGUMENTS: Final = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT_MS: Final = 120_000


@dataclass
class Film:
    """Frames and how long each is shown; ``page`` is what is filmed, ``pointer`` where the visitor points."""

    page: Page
    frames: list[Image.Image] = field(default_factory=list)
    durations_ms: list[int] = field(default_factory=list)
    pointer: tuple[float, float] | None = None

    def show(self, seconds: float) -> None:
        """Film the page as it is; a frame that equals the one before makes that one last longer."""
        with Image.open(io.BytesIO(self.page.screenshot())) as opened:
            frame = opened.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
        if self.pointer:
            _draw_pointer(frame, self.pointer)
        if self.frames and self.frames[-1].tobytes() == frame.tobytes():
            self.durations_ms[-1] += round(seconds * 1000)
            return
        self.frames.append(frame)
        self.durations_ms.append(round(seconds * 1000))

    def point(self, target: Locator, seconds: float = 0.9) -> None:
        """Bring the target into view and point at it."""
        target.scroll_into_view_if_needed()
        self.page.wait_for_timeout(300)
        box = target.bounding_box()
        assert box, "the target of a click is not on the page"
        self.pointer = (box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 160))
        self.show(seconds)

    def click(self, target: Locator) -> None:
        """Point at the target and click it."""
        self.point(target)
        target.click()
        self.pointer = None

    def scroll(self, pixels: int) -> None:
        """Scroll down in a few steps."""
        for _ in range(SCROLL_STEPS):
            self.page.mouse.wheel(0, pixels / SCROLL_STEPS)
            self.page.wait_for_timeout(150)
            self.show(0.1)

    def settle(self) -> None:
        """Wait until every picture that is in view has loaded."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(500)

    def save(self, path: Path) -> int:
        """Write the film in the best quality that keeps it below ``MAX_BYTES``; returns its size in bytes."""
        first, *others = self.frames
        for quality in QUALITIES:
            out = io.BytesIO()
            first.save(
                out, "WEBP", save_all=True, append_images=others, duration=self.durations_ms, loop=0,
                quality=quality, method=6, allow_mixed=True,
            )  # fmt: skip
            if out.tell() <= MAX_BYTES:
                break
        else:
            sys.exit(f"{len(self.frames)} frames take {out.tell():,} bytes even in quality {quality}.")
        path.write_bytes(out.getvalue())
        return out.tell()


def _draw_pointer(frame: Image.Image, place: tuple[float, float]) -> None:
    scale = SHOWN[0] / VIEWPORT["width"]
    x, y = place[0] * scale, place[1] * scale
    pen = ImageDraw.Draw(frame, "RGBA")
    pen.ellipse((x - 13, y - 13, x + 13, y + 13), fill=(200, 40, 60, 90), outline=(200, 40, 60, 255), width=2)


def main() -> None:
    """Record and write the film."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a running `deepstyle demo`")
    parser.add_argument("--photo", default="sh-b9db8288", choices=sorted(example_photos()), help="the example photo")
    parser.add_argument("--out", type=Path, default=Path("docs/images/journey.webp"))
    options = parser.parse_args()
    with browser_page(options.url) as page:
        film = Film(page)
        search(film, example_photos()[options.photo].path)
        choose(film)
        wear(film)
        buy(film)
    size = film.save(options.out)
    seconds = sum(film.durations_ms) / 1000
    print(f"{options.out}: {seconds:.0f} s, {len(film.frames)} frames, {size / 1000:.0f} kB")


@contextmanager
def browser_page(url: str) -> Iterator[Page]:
    """A page of a visitor who reads English, in a new browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        context = browser.new_context(
            base_url=url, locale="en", viewport=VIEWPORT, reduced_motion="reduce", color_scheme="light"
        )
        context.set_default_timeout(WAIT_MS)
        yield context.new_page()
        browser.close()


def search(film: Film, photo: Path) -> None:
    """From the home page to what the shop has that looks like the photo."""
    page = film.page
    page.goto("/")
    page.locator("article[data-item-id]").first.wait_for()
    film.settle()
    film.show(3)
    target = page.get_by_test_id("photo-file").first
    film.point(page.get_by_role("button", name=re.compile("photo|choose a file", re.I)).first, 1.5)
    target.set_input_files(photo)
    film.pointer = None
    page.wait_for_url(re.compile("photo="))
    page.locator("article[data-item-id]").nth(3).wait_for()
    film.settle()
    film.show(4)
    film.scroll(420)
    film.show(3)


def choose(film: Film) -> None:
    """The product that looks most like it."""
    page = film.page
    film.click(page.locator("article[data-item-id]").first.get_by_role("heading").get_by_role("link"))
    page.wait_for_url(re.compile("/item/"))
    build = page.get_by_role("link", name="Build an outfit").first
    build.wait_for()
    film.settle()
    film.show(4)
    film.click(build)


def wear(film: Film) -> None:
    """An outfit around it."""
    page = film.page
    page.wait_for_url(re.compile("/studio"))
    shuffle = page.get_by_role("button", name=re.compile("shuffle", re.I)).first
    shuffle.wait_for()
    film.settle()
    film.show(4)
    film.scroll(500)
    film.show(3)
    film.click(shuffle)
    film.settle()
    film.show(4)


def buy(film: Film) -> None:
    """One of its pieces, and where the shop sells it."""
    page = film.page
    film.click(page.locator("main").locator("a[href*='/item/']:visible").last)
    page.wait_for_url(re.compile("/item/"))
    link = page.get_by_role("link", name=re.compile("buy", re.I)).first
    link.wait_for()
    film.settle()
    film.show(3)
    film.point(link)
    with page.context.expect_page() as opened:
        link.click()
    film.page, film.pointer = opened.value, None
    film.page.get_by_role("link", name="Back to the product").wait_for()
    film.settle()
    film.show(5)


if __name__ == "__main__":
    main()
