"""How soon the website's pages show their largest content, how far they shift, how many products are seen at once.

Each page is loaded on a phone and on a desktop. At last 200 results are scrolled, without a long task.

    make demo                                            # in one terminal
    python -m bench.web --url http://127.0.0.1:8000      # in another

The loads are Lighthouse's "slow 4G": 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip, a CPU four times slower, empty
caches. LCP is the largest contentful paint, CLS the layout shift of the worst load; a product is seen if its whole
picture is on the screen before anyone scrolls. Budgets: LCP 2.0 s; CLS 0.02; 8 products at the start on a desktop, 4 on
a phone; no task over 50 ms while scrolling. The browser is the system's Chromium.
"""

import argparse
import json
import shutil
import statistics
import sys
from typing import Any, Final
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.measure.machine import describe_machine
from tests.web.visitor import SEEN

LCP_BUDGET_S, CLS_BUDGET, TASK_BUDGET_MS = 2.0, 0.02, 50
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
CPU_SLOWDOWN = 4
SCREENS: Final[dict[str, dict[str, Any]]] = {
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OBSERVE = """window.lcp = [0, ""];
window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.lcp = [one.startTime, one.element?.outerHTML.slice(0, 60) ?? ""];
}).observe({type: "largest-contentful-paint", buffered: true});
const named = (node) => node?.outerHTML?.slice(0, 90) ?? node?.textContent?.slice(0, 40) ?? "something removed";
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    if (!one.hadRecentInput) window.shifts.push([one.value, one.sources.map(({node}) => named(node))]);
  }
}).observe({type: "layout-shift", buffered: true});"""
OBSERVE_TASKS = """window.longTasks = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.longTasks.push(one.duration);
}).observe({type: "longtask", buffered: false});"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a running server with the built website")
    parser.add_argument("--runs", type=int, default=5, help="throttled loads of each page")
    parser.add_argument("--results", type=int, default=200, help="cards to scroll")
    parser.add_argument("--quick", action="store_true", help="one load of each page")
    parser.add_argument("--only", nargs="*", help="names of pages; default: all, and the scrolling")
    parser.add_argument("--shifts", action="store_true", help="also print what shifted")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium on this machine")

    print(describe_machine())
    with urlopen(f"{options.url}/v1/items?limit=1") as answer:
        item_id = json.load(answer)["items"][0]["item_id"]
    pages = {name: path for name, path in pages_of(item_id).items() if not options.only or name in options.only}
    runs = 1 if options.quick else options.runs
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        print(f"\n{'page':10}{'screen':9}{'LCP median':>10}{'worst':>9}{'CLS':>8}{'seen':>6}   JS KB  CSS KB   largest")
        for name, path in pages.items():
            for screen in SCREENS:
                loads = [load(browser, options.url + path, screen) for _ in range(runs)]
                print_loads(f"{name:10}{screen:8}", loads)
                for value, moved in loads[-1]["shifts"] if options.shifts else ():
                    print(f"    {value:.4f} {moved}")
        if not options.only:
            with urlopen(f"{options.url}/image/{item_id}") as answer:
                scroll(browser, options.url, answer.read(), options.results)
        browser.close()


def pages_of(item_id: str) -> dict[str, str]:
    """The addresses of the pages by their names."""
    return {
        "home": "/",
        "filtered": "/?semantic_category=shoes",
        "words": "/?text=red+dress",
        "like": f"/?like={item_id}",
        "with": f"/?with={item_id}",
        "item": f"/item/{item_id}",
        "studio": "/studio",
        "outfit": f"/studio?item={item_id}",
    }


def print_loads(name: str, loads: list[dict[str, Any]]) -> None:
    lcp_s, cls = [one["lcp_s"] for one in loads], max(one["cls"] for one in loads)
    over = " over" if cls > CLS_BUDGET or statistics.median(lcp_s) > LCP_BUDGET_S else ""
    sizes = f"{loads[0]['js_kb']:8.0f}{loads[0]['css_kb']:8.0f}"
    times = f"{statistics.median(lcp_s):9.2f} s{max(lcp_s):7.2f} s"
    print(f"{name}{times}{cls:8.3f}{loads[0]['seen']:6}{sizes}   {loads[0]['largest']}{over}", flush=True)


def load(browser: Browser, address: str, screen: str) -> dict[str, Any]:
    """One load with an empty cache, throttled: LCP in seconds, CLS, products seen, what went over the wire in KB."""
    context = browser.new_context(**SCREENS[screen])
    context.add_init_script(OBSERVE)
    page = slow_page(context)
    page.goto(address)
    page.locator("h1").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    lcp_ms, largest = page.evaluate("window.lcp")
    shifts, seen = page.evaluate("window.shifts"), page.evaluate(SEEN)
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => [new URL(one.name).pathname, one.encodedBodySize])"
    )
    context.close()
    kb = {kind: sum(size for path, size in sizes if path.endswith(f".{kind}")) / 1e3 for kind in ("js", "css")}
    cls = sum(value for value, _ in shifts)
    found = {"lcp_s": lcp_ms / 1e3, "largest": largest, "cls": cls, "shifts": shifts, "seen": seen}
    return {**found, "js_kb": kb["js"], "css_kb": kb["css"]}


def slow_page(context: BrowserContext) -> Page:
    """A page with a slow network and a slow processor."""
    page = context.new_page()
    page.set_default_timeout(120_000)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    return page


def scroll(browser: Browser, address: str, photo: bytes, results: int) -> None:
    """Search with the photo, scroll its results with the wheel, down and up, and print the tasks over 50 ms."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.get_by_test_id("photo-file").first.set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    cards = fill(page, results)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(2000)
    page.evaluate(OBSERVE_TASKS)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.mouse.move(800, 500)
    for step_px in (400, -400):
        for _ in range(0, height, 400):
            page.mouse.wheel(0, step_px)
            page.wait_for_timeout(40)
    page.wait_for_timeout(500)
    long_ms = page.evaluate("window.longTasks")
    worst = f", the longest {max(long_ms):.0f} ms" if long_ms else ""
    print(
        f"\n{cards} results, {height:,} px scrolled down and up: {len(long_ms)} tasks over {TASK_BUDGET_MS} ms{worst}"
    )
    context.close()


def fill(page: Page, results: int) -> int:
    """Show more until there are that many cards, or no more."""
    cards = page.locator("article[data-item-id]")
    cards.first.wait_for()
    more = page.get_by_role("button", name="Show more")
    while cards.count() < results and more.count():
        before = cards.count()
        more.click()
        page.wait_for_function(
            "before => document.querySelectorAll('article[data-item-id]').length > before", arg=before
        )
    return cards.count()


if __name__ == "__main__":
    main()
