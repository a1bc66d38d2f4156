"""The shop as an installed app: it opens without a network, takes shared photos, and lets each new version in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import visit
from tests.web.proxy import Proxy, running
from tests.web.visitor import PAGE, Visitor, until

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

from deepstyle.api.worker import _END

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IS_SERVING = """navigator.serviceWorker.ready.then(() => new Promise((resolve) => {
  const look = () => navigator.serviceWorker.controller ? resolve(true) : setTimeout(look, 50);
  look();
}))"""
# Asks for the worker again: an update that is asked for while another one runs is that one.
IS_GONE = """navigator.serviceWorker.getRegistration()
  .then((one) => one === undefined || one.update().then(() => false, () => false))"""
CACHES = "caches.keys()"
KEPT = """caches.keys()
  .then((all) => Promise.all(all.map((one) => caches.open(one).then((cache) => cache.keys()))))
  .then((all) => all.flat().map((one) => new URL(one.url).pathname))"""


class Release(Proxy):
    """The shop behind a proxy that can go away, and can bring a new version or none of the worker."""

    is_down = False
    worker = ""  # what is sent as the worker; "" for the server's own
    sent: list[str]

    def do_GET(self) -> None:  # noqa: N802
        if self.is_down:
            self.close_connection = True
            return None
        type(self).sent.append(f"{self.command} {self.path}")
        if self.path == "/sw.js" and self.worker:
            return self._send(200, {"Content-Type": "text/javascript"}, self.worker.encode())
        return super().do_GET()

    do_POST = do_GET  # noqa: N815


@pytest.fixture
def release(site: str) -> type[Release]:
    return type("Running", (Release,), {"upstream": site, "sent": []})


@pytest.fixture
def visitor(browser: "Browser", release: type[Release]) -> Iterator[Visitor]:
    """A visitor whose worker is serving."""
    with running(release) as address:
        for guest in visit(browser, address, has_worker=True):
            guest.go()
            assert guest.page.evaluate(IS_SERVING)
            yield guest


def test_it_can_be_installed(visitor: Visitor) -> None:
    devtools = visitor.context.new_cdp_session(visitor.page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["share_target"]["method"] == "POST"
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error for error in errors if error["errorId"] != "in-incognito"] == []  # as every test's context is


def test_without_a_network_the_shop_opens_and_the_photo_stays(
    visitor: Visitor, release: type[Release], photo: Path
) -> None:
    page = visitor.page
    expect(visitor.cards.first).to_be_visible()
    visitor.find_with(photo)
    page.goto("/?brand=no+such+brand")
    visitor.go("/")
    picture = visitor.cards.first.locator("img")
    expect(picture).to_have_js_property("complete", True)
    path = picture.evaluate("image => new URL(image.currentSrc).pathname")
    until(lambda: path in page.evaluate(KEPT), page)
    kept = page.evaluate(KEPT)
    assert not [path for path in kept if re.match("/(admin|docs|v1/search|v1/garments|sw.js)", path)], kept

    page.evaluate("localStorage.setItem('deepstyle.theme', 'dark')")
    visitor.context.set_offline(True)
    release.is_down = True
    page.reload()
    expect(visitor.cards.first).to_be_visible()
    expect(page.locator('html[data-theme="dark"]')).to_be_attached()  # it is set by a file of its own
    expect(page.get_by_text("You are offline. What you have seen stays here.")).to_be_visible()
    expect(visitor.cards.first.locator("img")).to_have_js_property("complete", True)
    assert visitor.cards.first.locator("img").evaluate("image => image.naturalWidth") > 0
    page.get_by_role("link", name="Back to your photo").click()
    expect(page.get_by_role("region", name="Your photo")).to_be_visible()
    expect(visitor.problem("offline").first).to_be_attached()
    page.goto("/studio")  # a page that nobody has opened before
    expect(page.get_by_role("heading", name="Outfit studio")).to_be_visible()

    release.is_down = False
    visitor.context.set_offline(False)
    page.go_back()
    expect(visitor.cards).to_have_count(PAGE)


def test_a_shared_photo_stays_on_the_device_until_it_is_searched_with(
    visitor: Visitor, release: type[Release], photo: Path
) -> None:
    share(visitor, photo)
    expect(visitor.cards).to_have_count(PAGE)
    expect(visitor.cards.first.locator("[data-band]")).to_be_visible()
    expect(visitor.page).to_have_url(re.compile(r"/\?photo=1$"))
    assert "POST /shared-photo" not in release.sent

    release.worker = _END
    update(visitor)
    until(lambda: visitor.page.evaluate(IS_GONE), visitor.page)
    visitor.go("/studio")
    share(visitor, photo)  # now to the server, which keeps nothing
    expect(visitor.page.get_by_text("The photo did not arrive. Choose it here.")).to_be_visible()
    assert release.sent.count("POST /shared-photo") == 1
    visitor.page.get_by_role("dialog").get_by_test_id("photo-file").set_input_files(photo)
    expect(visitor.cards).to_have_count(PAGE)


def share(visitor: Visitor, photo: Path) -> None:
    """As a phone shares a photo with an installed app: a form that opens the app."""
    visitor.page.evaluate(
        """() => {
          const form = Object.assign(document.createElement("form"), {action: "/shared-photo", method: "post"});
          form.enctype = "multipart/form-data";
          form.append(Object.assign(document.createElement("input"), {type: "file", name: "photo", id: "shared"}));
          document.body.append(form);
        }"""
    )
    visitor.page.locator("#shared").set_input_files(photo)
    visitor.page.evaluate("document.querySelector('#shared').form.submit()")


def test_a_new_version_is_offered_and_an_end_is_obeyed(visitor: Visitor, release: type[Release]) -> None:
    page = visitor.page
    own = page.request.get("/sw.js").text()
    (version,) = [name.partition(" shell-")[2] for name in page.evaluate(CACHES) if " shell-" in name]
    # Another version has other scripts: the page knows by them that it is the old one.
    other = re.sub(r"assets/index-[\w-]+\.js", r"\g<0>?other", own)
    release.worker = other.replace(version, "other")
    update(visitor)
    with page.expect_navigation():
        page.get_by_role("button", name="Reload").click()
    assert page.evaluate(IS_SERVING)
    assert [name.endswith("shell-other") for name in page.evaluate(CACHES) if " shell-" in name] == [True]

    # A worker of the page's own version takes over without a word.
    release.worker = own
    update(visitor)
    until(lambda: [version in name for name in page.evaluate(CACHES) if " shell-" in name] == [True], page)
    expect(page.get_by_role("button", name="Reload")).to_have_count(0)

    release.worker = _END
    update(visitor)
    until(lambda: visitor.page.evaluate(IS_GONE), visitor.page)
    assert visitor.page.evaluate(CACHES) == []


def update(visitor: Visitor) -> None:
    visitor.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => 1)")
