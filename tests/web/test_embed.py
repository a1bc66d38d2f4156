"""The widgets on a page of another origin, under that page's strict policy; and the website in a shop's theme."""

import io
import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.web.conftest import served, visit
from tests.web.visitor import AXE, Visitor

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Request

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "web" / "examples" / "plain.html"
SEARCH, ITEM = "https://search.shop.example", "19250-11"
POLICY = (
    "default-src 'none'; script-src {0}; connect-src {0}; img-src {0}; style-src 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HOST = """<ul class="host"><li class="host">One</li><li class="host"><a class="host" href="/x">Two</a></li></ul>
<button class="host">Add to cart</button><h2 class="host">About</h2>
<section class="host"><img class="host" alt=""></section>"""
STYLES = """
body { font: 16px/1.5 serif; color: #223; background: #fff; margin: 1rem }
ul, ol { list-style: square; padding-left: 3rem; background: #ffd }
li { border: 1px solid red; margin: 1rem }
* { letter-spacing: 0.01em }
button { background: #060; color: #fff; padding: 1rem; text-transform: uppercase }
img { filter: invert(1); width: 10px }
h2 { color: #00a; font-size: 3rem }
deepstyle-photo-search { --deepstyle-accent: #00507a }
"""
COMPUTED = """() => [...document.querySelectorAll('.host')].map(one =>
    Object.fromEntries([...getComputedStyle(one)].map(name => [name, getComputedStyle(one).getPropertyValue(name)])))"""
LISTEN = """() => { window.heard = []; for (const name of ['select', 'results', 'problem'])
    document.addEventListener(`deepstyle:${name}`, event => {
        window.heard.push([name, event.detail.item?.item_id ?? event.detail.count ?? event.detail.code]);
        if (name === 'select') event.preventDefault(); }) }"""
KEPT = "() => [document.cookie, localStorage.length, sessionStorage.length]"
THEME = """name = "Maison Verte"
logo = "logo.svg"
currency = "CHF"
languages = ["de", "en"]
[colours.light]
accent = "#0b5d4e"
"""
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32"><rect width="120" height="32" fill="#0b5d4e"/></svg>'
)


class ShopPage(BaseHTTPRequestHandler):
    """The shop: the example of the documentation, with styles that would spoil a widget that they reached."""

    search = ""

    def do_GET(self) -> None:
        kind, body = "text/html; charset=utf-8", EXAMPLE.read_text("utf-8").replace(SEARCH, self.search)
        body = body.replace("</main>", f"{HOST}</main>").replace("ITEM_ID", ITEM)
        if self.path == "/shop.css":
            kind, body = "text/css", STYLES
        elif self.path == "/without":
            body = re.sub(r"<script.*?</script>", "", body)
        elif self.path == "/de":
            body = body.replace('lang="en"', 'lang="de-CH"')
        content = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY.format(self.search))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        pass


class Shopper(Visitor):
    """A visitor of the shop, whose browser may ask the shop and the search server, and nobody else."""

    def __init__(self, context: "BrowserContext", shop: str, search: str) -> None:
        self.search = search
        super().__init__(context, shop)

    def _requested(self, request: "Request") -> None:
        if not request.url.startswith(f"{self.search}/"):
            super()._requested(request)

    def failed(self, request: "Request") -> None:
        """Chromium says so of a streamed answer, too, now and then, when it has been read to its end."""
        if not request.url.endswith("/v1/looks:shop"):
            self.complaints.append(f"failed: {request.url} {request.failure}")


@pytest.fixture(scope="module")
def origins(demo_store: str, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The shop's origin, and that of a themed search server that allows it; ``site`` skips where nothing is built."""
    folder = tmp_path_factory.mktemp("embed")
    (folder / "theme.toml").write_text(THEME)
    (folder / "logo.svg").write_text(LOGO)
    handler = type("Handler", (ShopPage,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as shop:
        thread = threading.Thread(target=shop.serve_forever, daemon=True)
        thread.start()
        origin = f"http://127.0.0.1:{shop.server_port}"
        with served(demo_store, folder, DEEPSTYLE_CORS_ORIGINS=origin, DEEPSTYLE_THEME="theme.toml") as search:
            handler.search = search
            yield origin, search
        shop.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def look(origins: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three things that the shop sells, as they would lie on a bed."""
    picture = Image.new("RGB", (800, 1600), "white")
    for category, box in {
        "tops": (200, 200, 400, 500),
        "bottoms": (200, 650, 400, 600),
        "shoes": (250, 1250, 300, 300),
    }.items():
        with urllib.request.urlopen(f"{origins[1]}/v1/items?semantic_category={category}&limit=1") as answer:
            address = json.load(answer)["items"][0]["image_url"]
        with urllib.request.urlopen(origins[1] + address) as answer:
            picture.paste(Image.open(io.BytesIO(answer.read())).resize(box[2:]), box[:2])
    path = tmp_path_factory.mktemp("look") / "look.jpg"
    picture.save(path)
    return path


@pytest.fixture
def shopper(browser: "Browser", origins: tuple[str, str]) -> Iterator[Shopper]:
    context = browser.new_context(base_url=origins[0], locale="en", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    guest = Shopper(context, *origins)
    yield guest
    context.close()
    guest.check()


def violations(shopper: Shopper) -> list[Any]:
    """What axe finds, run by the browser itself: the page's policy lets nobody turn a text into code."""
    session = shopper.context.new_cdp_session(shopper.page)
    run = "axe.run(document, {resultTypes: ['violations']}).then(found => JSON.stringify(found.violations))"
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    answer = session.send("Runtime.evaluate", {"expression": run, "awaitPromise": True})
    found: list[Any] = json.loads(answer["result"]["value"])
    return found


def test_a_shop_s_page_with_all_widgets(shopper: Shopper, look: Path) -> None:
    page = shopper.page
    page.on("requestfailed", shopper.failed)
    shopper.go("/without")
    before, names = page.evaluate(COMPUTED), page.evaluate("() => Object.keys(window)")
    shopper.go("/")
    page.evaluate(LISTEN)
    similar, goes_with = page.locator("deepstyle-similar"), page.locator("deepstyle-goes-with")
    goes_with.scroll_into_view_if_needed()
    expect(similar.get_by_role("link")).to_have_count(4)
    expect(goes_with.get_by_role("link")).not_to_have_count(0)
    expect(similar.get_by_role("heading", name="Similar items")).to_be_visible()
    link = similar.get_by_role("link").first
    item_id = similar.get_by_role("listitem").first.get_attribute("data-item-id")
    expect(link).to_have_attribute("href", f"{shopper.site}/products/{item_id}")
    link.scroll_into_view_if_needed()
    page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=link.locator("img").element_handle()
    )

    link.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert link.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("heard.filter(([name]) => name === 'select')") == [["select", item_id]]
    assert page.url == f"{shopper.site}/"  # the page's own script said not to follow it

    search, worn = page.locator("deepstyle-photo-search"), page.locator("deepstyle-shop-the-look")
    with page.expect_file_chooser() as chooser:
        search.get_by_role("button", name="Choose a photo").press("Enter")
    chooser.value.set_files(look)
    expect(search.get_by_role("status")).to_have_text(re.compile("10 items found|These come closest"))
    expect(search.get_by_role("link")).to_have_count(10)
    expect(search.get_by_role("img", name="Your photo")).to_be_visible()
    worn.locator("input").set_input_files(look)
    expect(worn.get_by_role("status")).to_have_text(re.compile(r"\d+ items found"))
    expect(worn.get_by_role("heading", name="Shoes", exact=True)).to_be_visible()
    assert violations(shopper) == []
    search.locator("input").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect(search.get_by_role("status")).to_contain_text("not supported")
    assert ["problem", "unsupported-image"] in page.evaluate("heard")

    assert page.evaluate(COMPUTED) == before
    assert set(page.evaluate("() => Object.keys(window)")) - set(names) == {"heard", "axe"}
    assert page.evaluate(KEPT) == ["", 0, 0]
    assert shopper.context.cookies() == []


def test_in_german_on_a_phone_with_another_item(browser: "Browser", origins: tuple[str, str]) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(base_url=origins[0], locale="en", **phone)
    shopper = Shopper(context, *origins)
    page = shopper.page
    shopper.go("/de")
    similar = page.locator("deepstyle-similar")
    expect(similar.get_by_role("heading", name="Ähnliche Artikel")).to_be_visible()
    expect(similar.get_by_role("link")).to_have_count(4)
    assert re.search(r"\d,\d\d\s€", similar.get_by_role("link").first.inner_text())
    first = similar.get_by_role("listitem").first.get_attribute("data-item-id")
    similar.evaluate("one => { one.setAttribute('item-id', '17215-13'); one.setAttribute('count', '2') }")
    expect(similar.get_by_role("link")).to_have_count(2)
    assert similar.get_by_role("listitem").first.get_attribute("data-item-id") != first
    similar.evaluate("one => one.setAttribute('item-id', 'none')")
    expect(similar.get_by_role("heading")).to_have_count(0)  # nothing rather than an error on a shop's page
    button = page.locator("deepstyle-photo-search").get_by_role("button", name="Foto wählen").bounding_box()
    assert button is not None
    assert button["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()
    shopper.check()


def test_the_website_in_the_shop_s_theme(browser: "Browser", origins: tuple[str, str]) -> None:
    for visitor in visit(browser, origins[1], locale="fr"):
        page = visitor.page
        visitor.go(f"/item/{ITEM}")
        expect(page).to_have_title(re.compile("Maison Verte$"))
        expect(page.locator("html")).to_have_attribute("lang", "de")
        logo = page.get_by_role("img", name="Maison Verte")
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=logo.element_handle())
        action = page.get_by_role("link", name="Outfit zusammenstellen")
        expect(action).to_have_css("background-color", "rgb(11, 93, 78)")
        assert visitor.axe() == []
