"""Twelve tasks of a shopper on each screen, in each theme and language, by pointer, by keyboard, by a reader's tree.

    make demo                                                            # in one terminal
    python -m bench.web_tasks --url http://127.0.0.1:8000 --look LOOK.jpg  # in another

Each of the 288 runs is a new visitor. A run fails where the task is not done, takes more than six steps, scrolls
sideways, where axe-core finds a violation, or where the browser complains. What is done is written to `--to`, one JSON
line per run: called again, the command goes on after the last one.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from bench.measure.machine import describe_machine
from bench.web import ARGUMENTS, SCREENS
from tests.web.hands import WAYS, Hands, Way
from tests.web.tasks import TASKS, Shop, run
from tests.web.visitor import Visitor

THEMES: Final = ("light", "dark")
LANGUAGES: Final = ("en", "de")
TIMEOUT_MS: Final = 60_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a running server with the built website")
    parser.add_argument("--look", type=Path, required=True, help="a photo of a worn look, with shoes")
    parser.add_argument("--to", type=Path, default=Path("var/web-tasks.jsonl"), help="what was done")
    parser.add_argument("--only", nargs="*", default=list(TASKS), choices=list(TASKS), help="these tasks alone")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium on this machine")

    print(describe_machine())
    options.to.parent.mkdir(parents=True, exist_ok=True)
    done = {tuple(one["run"]): one for one in _lines(options.to)}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver, options.to.open("a") as log:
        shop = shop_of(options.url, options.look, Path(folder))
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for setting in product(options.only, SCREENS, THEMES, LANGUAGES, WAYS):
            if setting not in done:
                done[setting] = {"run": setting, **visit(browser, options.url, shop, *setting)}
                log.write(json.dumps(done[setting]) + "\n")
                log.flush()
                if done[setting]["failure"]:
                    print(" ".join(setting), done[setting]["failure"][:400], flush=True)
        browser.close()
    report(options.only, [one for one in done.values() if one["run"][0] in options.only])


def shop_of(url: str, look: Path, folder: Path) -> Shop:
    """The photos and the item that the tasks need, from the server's own catalogue."""
    with urlopen(f"{url}/v1/items?semantic_category=all-body&limit=50") as answer:
        items = json.load(answer)["items"]
    dress = folder / "dress.jpg"
    with urlopen(url + items[0]["image_url"]) as answer:
        dress.write_bytes(answer.read())
    several = next(one for one in items if one["variants"] and len(one["variants"]["colours"]) > 1)
    return Shop(look, dress, several["item_id"])


def visit(
    browser: Browser, url: str, shop: Shop, task: str, screen: str, theme: Any, language: str, way: Way
) -> dict[str, Any]:
    """One run: the steps that it took, and why it failed; "" where it did not."""
    context = browser.new_context(
        **SCREENS[screen], base_url=url, color_scheme=theme, locale=language, reduced_motion="reduce"
    )
    context.set_default_timeout(TIMEOUT_MS)
    visitor = Visitor(context, url)
    hands = Hands(visitor.page, way)
    try:
        run(task, hands, shop)
        failures = [*visitor.axe(), *visitor.complaints]
    except (AssertionError, PlaywrightError) as error:
        failures = [str(error)]
    context.close()
    return {"steps": hands.steps, "failure": "\n".join(failures)}


def report(tasks: list[str], runs: list[dict[str, Any]]) -> None:
    print(f"\n{'task':24}{'runs':>6}{'failed':>8}{'most steps':>12}")
    for task in tasks:
        own = [one for one in runs if one["run"][0] == task]
        failed = sum(bool(one["failure"]) for one in own)
        print(f"{task:24}{len(own):6}{failed:8}{max(one['steps'] for one in own):12}")
    print(f"{'all':24}{len(runs):6}{sum(bool(one['failure']) for one in runs):8}")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """What an earlier call did; a line that was cut off when it was killed is not there."""
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue


if __name__ == "__main__":
    main()
