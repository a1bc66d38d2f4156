"""How soon the website shows its largest content on a slow phone, and whether 200 results scroll without a long task.

    make demo                                            # in one terminal
    python -m bench.web --url http://127.0.0.1:8000      # in another

The throttled runs are Lighthouse's "slow 4G": 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip, a CPU four times
slower, empty caches. Budgets: LCP 2.5 s; no task over 50 ms while scrolling. The browser is the system's Chromium.
"""

import argparse
import json
import shutil
import statistics
import sys
from typing import Any, Final
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from bench.measure.machine import describe_machine

LCP_BUDGET_S, TASK_BUDGET_MS = 2.5, 50
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
CPU_SLOWDOWN = 4
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 412, "height": 823},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 1.75,
}
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OBSERVE_LCP = """window.lcp = [0, ""];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.lcp = [one.startTime, one.element?.outerHTML.slice(0, 60) ?? ""];
}).observe({type: "largest-contentful-paint", buffered: true});"""
OBSERVE_TASKS = """window.longTasks = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.longTasks.push(one.duration);
}).observe({type: "longtask", buffered: false});"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a running server with the built website")
    parser.add_argument("--runs", type=int, default=5, help="throttled loads of each page")
    parser.add_argument("--results", type=int, default=200, help="cards to scroll")
    parser.add_argument("--quick", action="store_true", help="two loads of each page")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium on this machine")

    print(describe_machine())
    with urlopen(f"{options.url}/v1/items?limit=1") as answer:
        item_id = json.load(answer)["items"][0]["item_id"]
    pages = {"search": "/", "item": f"/item/{item_id}", "studio": f"/studio?item={item_id}", "map": "/map?view=table"}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        print(
            f"\n{'page':8}{'LCP median':>12}{'worst':>8}   JS KB  CSS KB   of {LCP_BUDGET_S} s; throttled; largest is"
        )
        for name, path in pages.items():
            loads = [load(browser, options.url + path) for _ in range(2 if options.quick else options.runs)]
            lcp_s = [one["lcp_s"] for one in loads]
            sizes = f"{loads[0]['js_kb']:8.0f}{loads[0]['css_kb']:8.0f}"
            print(f"{name:8}{statistics.median(lcp_s):10.2f} s{max(lcp_s):6.2f} s{sizes}   {loads[0]['largest']}")
        with urlopen(f"{options.url}/image/{item_id}") as answer:
            scroll(browser, options.url, answer.read(), options.results)
        browser.close()


def load(browser: Browser, address: str) -> dict[str, Any]:
    """One load with an empty cache, throttled; seconds until the largest content, and what went over the wire."""
    context = browser.new_context(**PHONE)
    context.add_init_script(OBSERVE_LCP)
    page = context.new_page()
    page.set_default_timeout(120_000)
    throttle = context.new_cdp_session(page)
    throttle.send("Network.enable")
    throttle.send("Network.emulateNetworkConditions", SLOW_4G)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    lcp_ms, largest = page.evaluate("window.lcp")
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => [new URL(one.name).pathname, one.encodedBodySize])"
    )
    context.close()
    js = sum(size for path, size in sizes if path.endswith(".js"))
    css = sum(size for path, size in sizes if path.endswith(".css"))
    return {"lcp_s": lcp_ms / 1e3, "largest": largest, "js_kb": js / 1e3, "css_kb": css / 1e3}


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
