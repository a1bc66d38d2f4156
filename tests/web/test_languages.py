"""Every page in every language on the narrowest phone: nothing scrolls sideways, no button is cut off."""

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from tests.web.conftest import visit

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NARROW = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PAGES = (
    "/",
    "/?text=red+dress",
    "/?photo=1",
    "/?like={0}",
    "/?with={0}",
    "/?brand=no+such+brand",
    "/item/{0}",
    "/studio",
    "/studio?item={0}&item={1}",
    "/look?item={0}&item={1}",
    "/shop-the-look?photo=1",
    "/map?view=table",
    "/evaluation",
    "/no/such/page",
)
# What lies outside the page and cannot be scrolled to, and every control whose words are seen and do not fit into it.
CUT_OFF = """() => {
  const page = document.documentElement;
  const found = [];
  if (page.scrollWidth > page.clientWidth) found.push(`scrolls sideways: ${page.scrollWidth} px`);
  const scrolls = (one) => /auto|scroll/.test(getComputedStyle(one).overflowX);
  for (const one of document.querySelectorAll("button, a, select, summary, [role=button], label")) {
    const box = one.getBoundingClientRect();
    if (!one.checkVisibility({ opacityProperty: true }) || box.width <= 1) continue;
    if (one.closest(".sr-only, [aria-hidden=true]")) continue;
    const name = (one.ariaLabel ?? one.innerText).slice(0, 60);
    if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline" && one.clientWidth > 0)
      found.push(`${one.tagName} has no room: ${name}`);
    let parent = one.parentElement;
    while (parent && !scrolls(parent)) parent = parent.parentElement;
    if (!parent && (box.right > page.clientWidth + 1 || box.left < -1)) found.push(`outside of the page: ${name}`);
  }
  return found;
}"""
IS_SETTLED = """() => !document.querySelector('[aria-busy=true], progress, .animate-pulse')
  && document.querySelector('main h1') !== null"""


def test_every_page_fits_in_both_languages(browser: "Browser", site: str, photo: Path) -> None:
    with urlopen(f"{site}/v1/info") as answer:
        ids = json.load(answer)["example_item_ids"]
    found: list[str] = []
    for visitor in visit(browser, site, **NARROW):
        page = visitor.page
        visitor.go()
        visitor.find_with(photo)
        for path in PAGES:
            visitor.go(path.format(*ids))
            for language, label in (("en", "Language"), ("de", "Sprache")):
                page.wait_for_function(IS_SETTLED)
                expect(page.locator("html")).to_have_attribute("lang", language)
                found += [f"{path} {language}: {wrong}" for wrong in page.evaluate(CUT_OFF)]
                page.get_by_label(label).select_option("de" if language == "en" else "en")
    assert not found, "\n".join(sorted(set(found)))
