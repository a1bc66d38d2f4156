"""From a photo of a worn look to its garments and a cart; and what happens to the photo on the way."""

import io
import re
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.web.conftest import visit
from tests.web.visitor import Visitor, until

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
BUDGET = 250
SIDEWAYS_PX = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ORIENTATION, MAKE = 0x0112, 0x010F


def test_from_a_look_to_a_cart_on_a_phone(browser: "Browser", site: str, look: Path) -> None:
    for visitor in visit(browser, site, **PHONE):
        page = visitor.page
        visitor.go()
        visitor.find_with(look)
        garments = page.get_by_role("group", name="What are you looking for?").get_by_role("button")
        expect(garments.nth(2)).to_be_visible()
        with page.expect_response("**/v1/search"):
            garments.nth(1).tap()
        expect(garments.nth(1)).to_have_attribute("aria-pressed", "true")
        assert visitor.axe() == []
        assert page.evaluate(SIDEWAYS_PX) <= 0

        page.get_by_role("link", name="Shop the look").tap()
        cart = page.get_by_role("region", name="The look")
        expect(cart.get_by_role("link").first).to_be_visible()
        expect(page.locator("[data-garment]").nth(1)).to_be_visible()
        page.get_by_role("spinbutton", name=re.compile("Budget")).fill(str(BUDGET))
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site}/shop-the-look?budget={BUDGET}")
        total = cart.get_by_role("status")
        expect(total).to_contain_text("€")
        until(lambda: 0 < float(re.findall(r"[\d.]+", total.inner_text())[-1]) <= BUDGET, page)  # noqa: B023
        assert visitor.axe() == []
        assert page.evaluate(SIDEWAYS_PX) <= 0


def test_a_camera_photo_is_sent_small_upright_and_without_its_metadata_and_survives_a_reload(
    visitor: Visitor, look: Path
) -> None:
    page = visitor.page
    visitor.go()
    visitor.search_with({"name": "camera.jpg", "mimeType": "image/jpeg", "buffer": _camera_photo(look)})
    expect(page.get_by_role("heading", name="Most similar to your photo")).to_be_visible()
    held = page.wait_for_function("() => sessionStorage.getItem('deepstyle.photo')")  # it is what was sent
    with Image.open(io.BytesIO(b64decode(held.json_value().partition(",")[2]))) as picture:
        assert picture.size == (512, 1024)  # upright, as the look is
        assert not picture.getexif()
    page.reload()
    expect(page.get_by_role("heading", name="Most similar to your photo")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Back to your photo").click()
    page.get_by_role("button", name="Remove photo").click()
    expect(page.get_by_role("heading", name="Find it by words or by photo")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('deepstyle.photo')") is None


def _camera_photo(look: Path) -> bytes:
    """The look as a camera held sideways writes it: 12 megapixels, turned by its metadata."""
    out = io.BytesIO()
    with Image.open(look) as picture:
        exif = Image.Exif()
        exif[ORIENTATION], exif[MAKE] = 6, "a camera"
        sideways = picture.resize((2450, 4900)).rotate(90, expand=True)
        sideways.save(out, "JPEG", quality=85, exif=exif)
    return out.getvalue()
