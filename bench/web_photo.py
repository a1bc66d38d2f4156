"""On a slow phone: how long from a photo of 12 megapixels to the first result, and how soon a page shows and answers.

    make demo                                                  # in one terminal
    python -m bench.web_photo --url http://127.0.0.1:8000      # in another

Throttled as in `bench/web.py`: 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip, a CPU four times slower, a cold
cache. LCP is the time until a page's largest content; INP is the longest time from a tap or key to the next frame, of
the taps and keys listed under INTERACTIONS. Bars: LCP 2.0 s, INP 200 ms, photo to first result 4 s.
"""

import argparse
import io
import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from bench.measure.machine import describe_machine
from bench.web import ARGUMENTS, OBSERVE, SCREENS, slow_page

LCP_BAR_S, INP_BAR_MS, PHOTO_BAR_S = 2.0, 200, 4.0
SIZE_PX = (4000, 3000)
OBSERVE_INP = """window.interactions = [];
new PerformanceObserver((list) => {
  for (const {interactionId, duration, name, target} of list.getEntries())
    if (interactionId) window.interactions.push([duration, `${name} ${target?.outerHTML?.slice(0, 50) ?? ""}`]);
}).observe({type: "event", durationThreshold: 16, buffered: true});"""
FIRST_ROW = """since => new Promise((resolve) => {
  const look = () => document.querySelector("article[data-item-id] [data-band]")
    ? requestAnimationFrame(() => resolve(performance.now() - since)) : setTimeout(look, 10);
  look();
})"""


def words(page: Page) -> None:
    """Words, letter by letter, and their results."""
    field = page.get_by_role("combobox").first
    field.tap()
    page.keyboard.type("red dress", delay=120)
    page.keyboard.press("Enter")


def links(page: Page) -> None:
    """The first product, and back."""
    page.locator("main a[href*='/item/']").first.tap()
    page.wait_for_timeout(1500)
    page.go_back()


def buttons(page: Page) -> None:
    """The first buttons of the page's content, and Escape after each."""
    taps = page.locator("main button:visible:enabled, main summary:visible")
    for number in range(min(4, taps.count())):
        try:
            taps.nth(number).tap(timeout=3000)
        except PlaywrightError:
            continue  # it went away with the one before
        page.wait_for_timeout(700)
        page.keyboard.press("Escape")


INTERACTIONS: dict[str, tuple[Callable[[Page], None], ...]] = {
    "search": (words, links),
    "results": (links,),
    "item": (buttons,),
    "studio": (buttons,),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a running server with the built website")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium on this machine")
    site = options.url.rstrip("/")

    print(describe_machine())
    with urlopen(f"{site}/v1/info") as answer:
        ids = json.load(answer)["example_item_ids"]
    with urlopen(f"{site}/image/{ids[0]}") as answer:
        photo = twelve_megapixels(answer.read())
    pages = {
        "search": "/",
        "results": "/?text=red+dress",
        "item": f"/item/{ids[0]}",
        "studio": f"/studio?item={ids[0]}",
    }
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        print(f"\n{'page':8}{'LCP median':>12}{'worst':>8}{'INP median':>12}{'worst':>8}   the slowest interaction")
        for name, path in pages.items():
            visits = [measured(browser, site + path, INTERACTIONS[name]) for _ in range(options.runs)]
            lcp_s, inp_ms = [one[0] for one in visits], [one[1] for one in visits]
            slowest = max(visits, key=lambda one: one[1])[2]
            print(
                f"{name:8}{statistics.median(lcp_s):10.2f} s{max(lcp_s):6.2f} s"
                f"{statistics.median(inp_ms):9.0f} ms{max(inp_ms):5.0f} ms   {slowest}",
                flush=True,
            )
        rows_s = [first_row_s(browser, site, photo) for _ in range(options.runs)]
        browser.close()
    print(f"bars    {LCP_BAR_S:10.2f} s{INP_BAR_MS:17.0f} ms")
    print(
        f"\na photo of 12 megapixels, {len(photo) / 1e6:.1f} MB, to the first result: "
        f"median {statistics.median(rows_s):.2f} s, worst {max(rows_s):.2f} s; the bar is {PHOTO_BAR_S:.0f} s"
    )


def twelve_megapixels(picture: bytes) -> bytes:
    """The picture as a phone's camera would have taken it: enlarged, with noise, at a high quality."""
    large = Image.open(io.BytesIO(picture)).convert("RGB").resize(SIZE_PX, Image.Resampling.BICUBIC)
    noise = np.random.default_rng(0).normal(0, 6, (SIZE_PX[1], SIZE_PX[0], 1)).astype(np.float32)
    noisy = np.clip(np.asarray(large, np.float32) + noise, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=90)
    return out.getvalue()


@contextmanager
def slow_phone(browser: Browser) -> Iterator[Page]:
    """A page with a cold cache, a slow network and a slow processor."""
    context = browser.new_context(**SCREENS["phone"], locale="en")
    context.add_init_script(OBSERVE)
    context.add_init_script(OBSERVE_INP)
    yield slow_page(context)
    context.close()


def measured(browser: Browser, address: str, steps: tuple[Callable[[Page], None], ...]) -> tuple[float, float, str]:
    """LCP in seconds, INP in milliseconds, and which interaction that was."""
    with slow_phone(browser) as page:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        lcp_ms: float = page.evaluate("window.lcp")[0]
        for step in steps:
            step(page)
            page.wait_for_timeout(1500)
        interactions: list[tuple[float, str]] = page.evaluate("window.interactions")
    worst = max(interactions, default=(0.0, "none over 16 ms"))
    return lcp_ms / 1e3, worst[0], worst[1]


def first_row_s(browser: Browser, site: str, photo: bytes) -> float:
    """Seconds from choosing the photo to the frame with its first result."""
    file: Any = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo}
    with slow_phone(browser) as page:
        page.goto(site)
        page.wait_for_load_state("networkidle")
        page.evaluate("() => document.addEventListener('change', () => { window.chosen ??= performance.now() }, true)")
        page.get_by_test_id("photo-file").first.set_input_files(file)
        deadline_s = time.monotonic() + 120
        while page.evaluate("window.chosen ?? null") is None and time.monotonic() < deadline_s:
            page.wait_for_timeout(20)
        taken_ms: float = page.evaluate(f"() => ({FIRST_ROW})(window.chosen)")
    return taken_ms / 1e3


if __name__ == "__main__":
    main()
