"""Random walks through the website, with everything that people do by chance: does it ever err, or come to a dead end?

    make demo                                                              # in one terminal
    python -m bench.web_walks --url http://127.0.0.1:8000 --walks 100      # in another; go on with the same command

Walks take turns on a phone and at a desktop, in English and German. An action is a click, words, Back, Forward, a
reload, a photo, the keyboard, another language or theme, or the network going or coming. A walk fails where the console
has an error, the server answers 500, or a page is dead: no content, the message of an error that nobody foresaw, or
placeholders that stay for --patience seconds. Its seed and its actions are printed; --only repeats it.
"""

import argparse
import json
import random
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FileChooser,
    FilePayload,
    Response,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from bench.measure.machine import describe_machine

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
# Those of the shop, which are there without a network; the admin pages are not.
PAGES = ("/", "/?text=red+dress", "/studio", "/look", "/shop-the-look", "/privacy", "/wishlist", "/no/such/page")
WORDS = ("red dress", "blak shoes", "jacket under 100", "<b>&", "Kleid ohne Muster", "12", "-5", "zzzz", "👗", " ")
KEYS = ("Tab", "Tab", "Tab", "Shift+Tab", "Enter", "Escape", "ArrowDown", "ArrowRight", "Space", "End", "Home")
PROVOKED = ("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED")  # what the browser logs while offline
OFFLINE_ACTIONS = 8
ACTION_MS = 10_000
SETTLE_EVERY = 10

# What can be clicked now: not covered, on the screen, and within the site.
CLICKABLE = """() => {
  const found = [];
  const all = "a[href], button, summary, label, input, [role=option], [role=radio], [role=checkbox], [role=tab]";
  for (const one of document.querySelectorAll(all)) {
    if (one.disabled || one.querySelector("select")) continue;
    if (one.matches("[download], [target=_blank], input[type=file]")) continue;
    const link = one.closest("a[href]");
    if (link && (link.origin !== location.origin || /\\/(docs|admin|openapi|v1|image)/.test(link.pathname))) continue;
    const box = one.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    if (box.width < 2 || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    const top = document.elementFromPoint(x, y);
    if (!top || !(one.contains(top) || top.contains(one))) continue;
    found.push({x, y, name: `${one.tagName} ${(one.ariaLabel ?? one.innerText ?? "").slice(0, 50)}`});
  }
  return found;
}"""
# Says what is wrong with the page as it is; "busy" may pass.
STATE = """() => {
  const main = document.querySelector("main");
  if (!main) return "no content";
  const error = main.querySelector('[data-problem="other"]');
  if (error) return `an error: ${main.innerText.slice(0, 200)}`;
  if (main.querySelector(".animate-pulse, [aria-busy=true], progress")) return "busy";
  return main.innerText.trim() ? "" : "empty";
}"""
IS_SERVED = """() => !("serviceWorker" in navigator) || navigator.serviceWorker.ready.then(() => true)"""


@dataclass(slots=True)
class Walk:
    """One walk: what was done, and what was wrong; ``problem`` is "" where it ended well."""

    seed: str
    actions: int
    problem: str = ""
    trace: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Walker:
    """Somebody who does things by chance in one browser context."""

    def __init__(self, context: BrowserContext, site: str, walk: Walk, photo: bytes, patience_s: float) -> None:
        self.context, self.site, self.walk, self.photo, self.patience_s = context, site, walk, photo, patience_s
        self.random = random.Random(walk.seed)
        self.offline_for = 0
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(ACTION_MS)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("response", self._answered)
        self.choosers: list[FileChooser] = []
        self.page.on("filechooser", self._asked)

    def go(self) -> None:
        """The whole walk; the first thing that is wrong ends it."""
        self.page.goto(self.site)
        kinds: dict[Callable[[], str], int] = {
            self.click: 40, self.type: 10, self.press: 12, self.scroll: 8, self.back: 9, self.forward: 4,
            self.reload: 4, self.choose: 5, self.take_photo: 4, self.visit: 3, self.switch_network: 3,
        }  # fmt: skip
        for number in range(1, self.walk.actions + 1):
            (action,) = self.random.choices(list(kinds), list(kinds.values()))
            self._do(action)
            self._stay_online_mostly()
            if number % SETTLE_EVERY == 0 or number == self.walk.actions:
                self._settle()
            if self.complaints:
                self.walk.problem = self.complaints[0]
            if self.walk.problem:
                return

    def _do(self, action: Callable[[], str]) -> None:
        name = action.__name__
        try:
            what = action()
            while self.choosers:
                self.choosers.pop().set_files(self._file())
        except PlaywrightError as error:  # the page went on meanwhile: whether it is well is asked below
            what = f"(interrupted: {str(error).splitlines()[0][:100]})"
        self.walk.trace.append(f"{name} {what}".strip())
        if not self.page.url.startswith(self.site):
            if self.page.url.startswith("chrome-error:"):
                self.walk.problem = f"no page after {self.walk.trace[-1]}"
            try:
                self.page.goto(self.site)  # back before the first page
            except PlaywrightError as error:
                self.walk.problem = f"the site does not open: {str(error).splitlines()[0][:100]}"

    def click(self) -> str:
        places = self.page.evaluate(CLICKABLE)
        if not places:
            return "nothing"
        place = self.random.choice(places)
        self.page.mouse.click(place["x"], place["y"])
        return f"{place['name']!r}"

    def type(self) -> str:
        fields = self.page.locator("input:not([type=file]):not([type=checkbox]):not([type=radio]):visible")
        count = fields.count()
        if not count:
            return "nowhere"
        word = self.random.choice(WORDS)
        chosen = fields.nth(self.random.randrange(count))
        chosen.click(timeout=1000)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(word)
        if self.random.random() < 0.7:
            self.page.keyboard.press("Enter")
        return repr(word)

    def press(self) -> str:
        keys = [self.random.choice(KEYS) for _ in range(self.random.randint(1, 5))]
        for key in keys:
            self.page.keyboard.press(key)
        return " ".join(keys)

    def scroll(self) -> str:
        by_px = self.random.choice((-2000, -500, 500, 1500, 6000))
        self.page.evaluate("by => scrollBy(0, by)", by_px)
        return f"{by_px} px"

    def back(self) -> str:
        self.page.go_back(wait_until="commit")
        return ""

    def forward(self) -> str:
        self.page.go_forward(wait_until="commit")
        return ""

    def reload(self) -> str:
        self.page.reload(wait_until="commit")
        return ""

    def visit(self) -> str:
        path = self.random.choice(PAGES)
        self.page.goto(self.site + path, wait_until="commit")
        return path

    def choose(self) -> str:
        """Another language, theme or order: a value of a list."""
        lists = self.page.locator("select:visible")
        count = lists.count()
        if not count:
            return "nothing"
        chosen = lists.nth(self.random.randrange(count))
        values = chosen.evaluate("one => [...one.options].map((option) => option.value)")
        value = self.random.choice(values)
        chosen.select_option(value, timeout=1000)
        return repr(value)

    def take_photo(self) -> str:
        inputs = self.page.locator("input[type=file]")
        count = inputs.count()
        if not count:
            return "nowhere"
        file = self._file()
        inputs.nth(self.random.randrange(count)).set_input_files(file)
        return file["name"]

    def switch_network(self) -> str:
        if not self.offline_for:
            self.page.evaluate(IS_SERVED)  # before that no browser can show a page
        self.offline_for = 0 if self.offline_for else 1
        self.context.set_offline(bool(self.offline_for))
        return "offline" if self.offline_for else "online"

    def _stay_online_mostly(self) -> None:
        if self.offline_for:
            self.offline_for += 1
        if self.offline_for > OFFLINE_ACTIONS:
            self.walk.trace.append(f"switch_network {self.switch_network()}")

    def _settle(self) -> None:
        """Wait until the page has come to rest; a page that does not is dead."""
        deadline_s = time.monotonic() + self.patience_s
        state = "busy"
        while time.monotonic() < deadline_s:
            try:
                state = self.page.evaluate(STATE)
            except PlaywrightError:  # between two documents
                state = "busy"
            if not state:
                return
            self.page.wait_for_timeout(50)
        self.walk.problem = f"a dead page at {self.page.url}: {state}"

    def _file(self) -> FilePayload:
        if self.random.random() < 0.15:
            return {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
        if self.random.random() < 0.15:
            return {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": self.photo[: len(self.photo) // 2]}
        return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": self.photo}

    def _asked(self, chooser: FileChooser) -> None:
        self.choosers.append(chooser)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in PROVOKED):
            self.complaints.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status == 500:
            self.complaints.append(f"the server answered 500 to {response.request.method} {response.url}")


def take(browser: Browser, site: str, seed: str, actions: int, patience_s: float = 30.0) -> Walk:
    """One walk; the last part of the seed, a number, says on which device and in which language."""
    number = int(seed.rpartition(".")[2])
    device = DESKTOP if number % 2 else PHONE
    walk = Walk(seed, actions)
    began_s = time.monotonic()
    with urlopen(f"{site}/v1/info") as answer:
        item_id = json.load(answer)["example_item_ids"][0]
    with urlopen(f"{site}/image/{item_id}") as answer:
        photo = answer.read()
    options: dict[str, Any] = {**device, "locale": "de" if number % 4 > 1 else "en", "reduced_motion": "reduce"}
    context = browser.new_context(**options)
    context.add_init_script("window.print = () => undefined")
    try:
        Walker(context, site, walk, photo, patience_s).go()
    finally:
        context.close()
    walk.seconds = round(time.monotonic() - began_s, 1)
    return walk


def described(walk: Walk) -> str:
    """What went wrong, and how to come there again."""
    steps = "\n".join(f"  {number:4} {step}" for number, step in enumerate(walk.trace, 1))
    return f"walk {walk.seed} of {walk.actions} actions: {walk.problem}\n{steps}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a running server with the built website")
    parser.add_argument("--walks", type=int, default=100)
    parser.add_argument("--actions", type=int, default=200, help="of each walk")
    parser.add_argument("--seed", default="0", help="of the first walk's random numbers")
    parser.add_argument("--only", type=int, help="the number of the only walk to take")
    parser.add_argument("--patience", type=float, default=30.0, help="seconds after which a page is dead")
    parser.add_argument("--log", type=Path, default=Path("var/web_walks.jsonl"), help="finished walks; they are kept")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium on this machine")

    print(describe_machine())
    done = read_log(options.log, options.actions)
    numbers = range(options.walks) if options.only is None else [options.only]
    with sync_playwright() as driver:
        for number in numbers:
            seed = f"{options.seed}.{number}"
            if seed in done and options.only is None:
                continue
            browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            walk = done[seed] = take(browser, options.url.rstrip("/"), seed, options.actions, options.patience)
            browser.close()
            print(
                f"walk {seed}: {len(walk.trace)} actions in {walk.seconds:.0f} s, {walk.problem or 'well'}", flush=True
            )
            options.log.parent.mkdir(parents=True, exist_ok=True)
            with options.log.open("a") as log:
                log.write(json.dumps(asdict(walk)) + "\n")
    taken = [done[seed] for number in numbers if (seed := f"{options.seed}.{number}") in done]
    failed = [walk for walk in taken if walk.problem]
    print(f"\n{len(taken)} walks, {sum(len(walk.trace) for walk in taken)} actions, {len(failed)} failed")
    for walk in failed:
        print(described(walk))
    sys.exit(bool(failed))


def read_log(path: Path, actions: int) -> dict[str, Walk]:
    """The walks of this length that were finished before, by seed; the last of a seed counts."""
    lines = path.read_text().splitlines() if path.is_file() else []
    walks = [Walk(**json.loads(line)) for line in lines if line.endswith("}")]
    return {walk.seed: walk for walk in walks if walk.actions == actions}


if __name__ == "__main__":
    main()
