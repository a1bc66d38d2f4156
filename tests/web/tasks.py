"""Twelve tasks of a shopper, each of at most ``MOST_STEPS`` steps, in whichever language, size, theme and way.

A task finds controls by their roles and names alone, and asserts that it was done. Names are regular expressions of
both languages.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tests.web.hands import Hands

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_STEPS: Final = 6
PHOTO_BUTTON: Final = "choose a file|Choose a photo|Datei wählen|Foto wählen"
SEARCH_BOX: Final = "Search the shop|Im Shop suchen"
FILTERS: Final = r"^Filters?( \(\d+\))?$"
CARDS: Final = "main article[data-item-id]"


@dataclass(frozen=True)
class Shop:
    """What the tasks need: a photo of a worn look, one of a dress, and an item that comes in several colours."""

    look: Path
    dress: Path
    item_id: str


Task = Callable[[Hands, Shop], None]


def buy_the_shoes(hands: Hands, shop: Shop) -> None:
    """From a street photo to the shop's page of the shoes."""
    page = hands.page
    page.goto("/")
    hands.give("button", PHOTO_BUTTON, shop.look)
    hands.use("link", "Shop the look|Den Look kaufen")
    cart = page.get_by_role("region", name=re.compile("^The look$|^Der Look$"))
    links = cart.get_by_role("link", name=re.compile("Buy in the shop|Im Shop kaufen"))
    page.locator('[data-garment="shoes"] article').first.wait_for()
    links.first.wait_for()
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")  # all garments have come
    shoes = [link for link in links.all() if _category(page, link.get_attribute("href") or "") == "shoes"]
    assert shoes, "the cart has no shoes"
    with page.expect_popup() as opened:
        hands.use("link", re.escape(shoes[0].inner_text().strip()), cart)
    opened.value.wait_for_url("**/demo-shop/**")  # it is blank at first


def find_by_words(hands: Hands, shop: Shop) -> None:
    """A product by what it is called."""
    hands.page.goto("/")
    with hands.page.expect_response("**/v1/search?*") as answer:
        hands.write("combobox", SEARCH_BOX, _by_language(hands, "red dress", "rotes Kleid"))
    first = answer.value.json()["results"][0]["item"]["item_id"]
    _wait_for_first(hands.page, first)  # the start page has cards, too
    _open_first(hands)


def photo_but_red(hands: Hands, shop: Shop) -> None:
    """A dress like that of a photo, in red."""
    hands.page.goto("/")
    hands.give("button", PHOTO_BUTTON, shop.dress)
    hands.page.locator(CARDS).first.wait_for()
    with hands.page.expect_response("**/v1/search"):
        hands.write("textbox", "Refine in words|Mit Worten verfeinern", _by_language(hands, "but red", "in Rot"))
    hands.page.get_by_role("list", name=re.compile("Understood as|Verstanden als")).wait_for()


def filter_and_remove(hands: Hands, shop: Shop) -> None:
    """Shoes in black, and then shoes in any colour."""
    page = hands.page
    page.goto("/?semantic_category=shoes")
    page.locator(CARDS).first.wait_for()
    black = hands.find("checkbox", "^Black|^Schwarz|^black|^schwarz")
    hands.find("button", FILTERS).or_(black).first.wait_for()
    is_sheet = page.get_by_role("button", name=re.compile(FILTERS)).count() > 0
    if is_sheet:
        hands.use("button", FILTERS)
    hands.use("checkbox", "^Black|^Schwarz|^black|^schwarz")
    page.wait_for_url(re.compile("black"))
    if is_sheet:
        hands.use("button", "^Show .* item|Artikel zeigen|Show the results|Ergebnisse zeigen")
    hands.use("button", "Remove the filter .*lack|Filter .*chwarz.* entfernen")
    page.wait_for_url(lambda address: "black" not in address.lower())


def cheapest_first(hands: Hands, shop: Shop) -> None:
    """What was searched for, by price."""
    page = hands.page
    page.goto("/")
    hands.write("combobox", SEARCH_BOX, _by_language(hands, "dress", "Kleid"))
    page.locator(CARDS).first.wait_for()
    with page.expect_response(re.compile("sort=price")) as answer:
        hands.choose("combobox", "Sort by|Sortier", "price")
    prices = [one["item"]["price"] for one in answer.value.json()["results"]]
    assert prices == sorted(prices)


def another_colour(hands: Hands, shop: Shop) -> None:
    """The same product in another colour."""
    page = hands.page
    page.goto(f"/item/{shop.item_id}")
    colours = page.get_by_role("navigation", name=re.compile("Colours|Farben"))
    others = colours.locator("a:not([aria-current])")
    others.first.wait_for()
    hands.use("link", f"^{re.escape(others.first.inner_text().strip())}$", colours)
    page.wait_for_url(lambda address: not address.endswith(shop.item_id))


def build_an_outfit(hands: Hands, shop: Shop) -> None:
    """An outfit around a product, and another one."""
    page = hands.page
    page.goto(f"/item/{shop.item_id}")
    hands.use("link", "^Build an outfit$|^Outfit zusammenstellen$|^Kombinieren$")
    page.get_by_role("button", name=re.compile("^Swap|tauschen$")).nth(1).wait_for()
    before = _pieces(page)
    hands.use("button", "^Shuffle|^Mischen")
    page.wait_for_url(lambda address: "item=" in address)
    page.wait_for_function("names => document.querySelector('main').innerText !== names", arg=before)


def swap_a_piece(hands: Hands, shop: Shop) -> None:
    """Another piece in place of one of an outfit."""
    page = hands.page
    page.goto(f"/studio?item={shop.item_id}")
    swaps = page.get_by_role("button", name=re.compile("^Swap|tauschen$"))
    swaps.nth(1).wait_for()
    name = swaps.nth(1).get_attribute("aria-label") or swaps.nth(1).inner_text()
    hands.use("button", f"^{re.escape(name)}$")
    choices = page.get_by_role("dialog").get_by_role("list").get_by_role("button")
    choices.first.wait_for()
    before = page.url
    label = choices.first.get_attribute("aria-label") or choices.first.inner_text()
    hands.use("button", re.escape(label.split("\n")[0]), page.get_by_role("dialog"))
    page.wait_for_url(lambda address: address != before)


def save_and_find_again(hands: Hands, shop: Shop) -> None:
    """A look is kept in this browser."""
    page = hands.page
    page.goto(f"/studio?item={shop.item_id}")
    page.get_by_role("button", name=re.compile("^Swap|tauschen$")).nth(1).wait_for()
    hands.use("button", "^Save$|^Speichern$")
    page.goto("/studio")
    saved = page.get_by_role("region", name=re.compile("Your saved looks|Deine gespeicherten Looks"))
    hands.use("link", "pieces?|Teile?", saved)
    page.wait_for_url(re.compile("item=.*item="))


def share_a_look(hands: Hands, shop: Shop) -> None:
    """A link that shows the look to somebody else."""
    page = hands.page
    page.goto(f"/studio?item={shop.item_id}")
    page.get_by_role("button", name=re.compile("^Swap|tauschen$")).nth(1).wait_for()
    hands.use("button", "^Share$|^Teilen$")
    link = page.get_by_label(re.compile("Link to this outfit|Link zu diesem Outfit")).input_value()
    assert len(link) > len("/look?item=") and "photo" not in link
    page.goto(link)
    page.get_by_role("link", name=re.compile("^Buy |kaufen")).first.wait_for()


def one_garment(hands: Hands, shop: Shop) -> None:
    """What is like one garment of a look, by its chip on the photo."""
    page = hands.page
    page.goto("/")
    hands.give("button", PHOTO_BUTTON, shop.look)
    chips = page.get_by_role("group", name=re.compile("What are you looking for|Was suchst du"))
    chips.get_by_role("button").nth(2).wait_for()
    name = chips.get_by_role("button").nth(1).inner_text().strip()
    with page.expect_response("**/v1/search"):
        hands.use("button", f"^{re.escape(name)}", chips)
    chips.locator(f'[aria-pressed="true"]:has-text("{name}")').wait_for()


def language_and_theme(hands: Hands, shop: Shop) -> None:
    """The other language, in the dark, still after a reload."""
    page = hands.page
    page.goto("/")
    other = _by_language(hands, "de", "en")
    hands.choose("combobox", "^Language$|^Sprache$", other)
    hands.choose("combobox", "^Theme$|^Farbschema$", "dark")
    page.reload()
    page.locator(f'html[lang="{other}"][data-theme="dark"]').wait_for()


TASKS: Final[Mapping[str, Task]] = {
    task.__name__: task
    for task in (
        buy_the_shoes, find_by_words, photo_but_red, filter_and_remove, cheapest_first, another_colour,
        build_an_outfit, swap_a_piece, save_and_find_again, share_a_look, one_garment, language_and_theme,
    )
}  # fmt: skip


def run(name: str, hands: Hands, shop: Shop) -> None:
    """Do the task ``name``; raises ``AssertionError`` where it takes too many steps or scrolls sideways."""
    TASKS[name](hands, shop)
    hands.page.wait_for_load_state("networkidle")
    assert hands.steps <= MOST_STEPS, f"{name} takes {hands.steps} steps"
    sideways: int = hands.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, f"{name}: the page is {sideways} px too wide"


def _by_language(hands: Hands, english: str, german: str) -> str:
    return german if hands.page.locator("html").get_attribute("lang") == "de" else english


def _wait_for_first(page: "Page", item_id: str) -> None:
    page.wait_for_function(
        "([cards, id]) => document.querySelector(cards)?.dataset.itemId === id", arg=[CARDS, item_id]
    )


def _open_first(hands: Hands) -> None:
    page = hands.page
    page.locator(CARDS).first.wait_for()
    title = page.locator(f"{CARDS} :is(h2, h3)").first.inner_text().strip()
    hands.use("link", f"^{re.escape(title)}$", page.locator(CARDS).first)
    page.wait_for_url(re.compile("/item/"))
    page.get_by_role("heading", level=1).wait_for()


def _pieces(page: "Page") -> str:
    return page.locator("main").inner_text()


def _category(page: "Page", href: str) -> Any:
    item_id = urlsplit(href).path.rsplit("/", 1)[-1]
    return page.request.get(f"/v1/items/{item_id}").json()["semantic_category"]
