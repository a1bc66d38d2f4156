"""People on the website: from signing up to deleting the account, against a server that sends real mail."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.people.accounts.mailbox import Mailbox, mail_server, token_in
from tests.web.conftest import WEB_FOLDER, served, visit
from tests.web.visitor import Visitor, until

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "seven green lamps sing"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IDS = 'els => els.map(el => el.closest("[data-item-id]").dataset.itemId)'


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture(scope="module")
def shop(demo_store: str, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with accounts and events; passkeys need a host with a name."""
    if not (WEB_FOLDER / "index.html").is_file():
        pytest.skip("the website is not built: run `make web`")
    folder = tmp_path_factory.mktemp("people")
    settings = {
        "DEEPSTYLE_ACCOUNTS": "true",
        "DEEPSTYLE_EVENTS": "true",
        "DEEPSTYLE_PUBLIC_URL": "http://localhost:{port}",
        "DEEPSTYLE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "DEEPSTYLE_PERSONAL_RANKING": "session",
    }
    with served(demo_store, folder, **settings) as address:
        yield address.replace("127.0.0.1", "localhost")


def last_token(mailbox: Mailbox, count: int) -> str:
    return token_in(mailbox.wait(count)[-1])


def card_ids(page: "Page") -> list[str]:
    """The products of the page that can be seen, in their order."""
    expect(page.locator("article[data-item-id]").nth(11)).to_be_visible()
    ids: list[str] = page.locator("article[data-item-id] h3 a:visible").evaluate_all(IDS)
    return ids


def test_from_signing_up_to_deletion(browser: "Browser", shop: str, mailbox: Mailbox) -> None:
    for visitor in visit(browser, shop):
        page, seen = visitor.page, len(mailbox.mails)
        visitor.go()
        page.get_by_role("button", name="Agree").click()
        expect(page.get_by_role("button", name="Agree")).to_have_count(0)
        plain = card_ids(page)

        page.get_by_role("link", name="Account").click()
        page.get_by_role("link", name=re.compile("Create an account")).click()
        page.get_by_label("E-mail address").fill("jo@shop.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_text("Look into your mailbox")).to_be_visible()
        assert visitor.axe() == []
        visitor.go(f"/account/confirm#token={last_token(mailbox, seen + 1)}")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("Your address is confirmed")).to_be_visible()
        expect(page).to_have_url(f"{shop}/account/confirm")
        sign_in(visitor, "jo@shop.example")

        visitor.go("/?semantic_category=tops")
        for item_id in card_ids(page)[:3]:
            heart = page.locator(f'article[data-item-id="{item_id}"]').get_by_role("button", name=re.compile("^Save: "))
            heart.click()
            expect(heart).to_have_attribute("aria-pressed", "true")
        page.get_by_role("link", name="Wishlist").click()
        expect(page.get_by_text("3 products")).to_be_visible()
        expect(visitor.cards).to_have_count(3)
        assert visitor.axe() == []

        page.get_by_role("navigation").get_by_role("link", name="Search").click()
        expect(page.locator("[data-why]").first).to_contain_text("Because you chose: ")
        personal = card_ids(page)
        assert personal != plain
        assert visitor.axe() == []
        hide_first(visitor, personal[0])

        page.get_by_role("link", name="Account").click()
        expect(page.get_by_label("Personal results are on")).to_be_checked()
        with page.expect_response(lambda answer: "/v1/me/personal" in answer.url and answer.request.method == "PUT"):
            page.get_by_label("Personal results are on").click()
            expect(page.get_by_label("Personal results are on")).not_to_be_checked()
        page.get_by_role("navigation").get_by_role("link", name="Search").click()
        expect(page.locator("[data-why]")).to_have_count(0)
        until(lambda: [one for one in plain if one != personal[0]][:6] == card_ids(page)[:6], page)  # noqa: B023
        page.get_by_role("link", name="Account").click()
        expect(page.get_by_label("Personal results are on")).not_to_be_checked()
        assert visitor.axe() == []
        check_export(page, personal[0])
        delete_account(visitor)


def sign_up(visitor: Visitor, mailbox: Mailbox, email: str) -> None:
    """Create an account and confirm its address."""
    page, seen = visitor.page, len(mailbox.mails)
    visitor.go("/account/sign-up")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    visitor.go(f"/account/confirm#token={last_token(mailbox, seen + 1)}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Your address is confirmed")).to_be_visible()


def sign_in(visitor: Visitor, email: str) -> None:
    page = visitor.page
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("wrong password, of course")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong to a confirmed account")
    assert visitor.axe() == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    expect(page.get_by_text(f"You are signed in as {email}.")).to_be_visible()
    expect(page.get_by_text("this device")).to_be_visible()
    assert visitor.axe() == []


def hide_first(visitor: Visitor, item_id: str) -> None:
    """Once by mistake, then in earnest; by the keyboard."""
    page = visitor.page
    card = page.locator(f'article[data-item-id="{item_id}"]')
    hide = card.get_by_role("button", name=re.compile("^Not my style"))
    hide.focus()
    page.keyboard.press("Enter")
    expect(card.get_by_text("You will not see this again.")).to_be_visible()
    expect(card.get_by_role("button", name="Undo")).to_be_focused()
    assert visitor.axe() == []
    page.keyboard.press("Enter")
    expect(hide).to_be_attached()
    hide.click()
    expect(card.get_by_role("button", name="Undo")).to_be_visible()
    page.reload()
    expect(visitor.cards.nth(11)).to_be_visible()
    expect(card.filter(visible=True)).to_have_count(0)


def check_export(page: "Page", hidden: str) -> None:
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download your data").click()
    archive = zipfile.ZipFile(io.BytesIO(begun.value.path().read_bytes()))
    names = archive.namelist()
    assert "manifest.json" in names
    text = "".join(archive.read(name).decode() for name in names)
    assert "jo@shop.example" in text
    assert hidden in text
    json.loads(archive.read("manifest.json"))


def delete_account(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Delete the account").click()
    form = page.get_by_role("form", name="Delete the account")
    form.get_by_label("Present password").fill(PASSWORD)
    assert visitor.axe() == []
    form.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    page.get_by_role("link", name="Wishlist").click()
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    page.get_by_role("link", name="Account").click()
    page.get_by_label("E-mail address").fill("jo@shop.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_on_a_phone_in_german(browser: "Browser", shop: str, mailbox: Mailbox) -> None:
    for visitor in visit(browser, shop, locale="de", color_scheme="dark", **PHONE):
        page, seen = visitor.page, len(mailbox.mails)
        visitor.go()
        page.get_by_role("button", name="Ablehnen").tap()
        page.get_by_role("button", name=re.compile("^Merken: ")).first.tap()
        visitor.go("/wishlist")
        expect(visitor.cards).to_have_count(1)
        expect(page.get_by_text("in diesem Browser gespeichert")).to_be_visible()
        fits(visitor)
        visitor.cards.first.locator("h2 a").tap()
        expect(page.get_by_role("button", name="Gemerkt")).to_have_attribute("aria-pressed", "true")
        fits(visitor)

        confirm_in_german(visitor, mailbox, seen)
        reset_in_german(visitor, mailbox, seen)
        page.get_by_role("link", name="Anmelden").tap()
        page.get_by_label("E-Mail-Adresse").fill("anna@shop.example")
        page.get_by_label("Passwort").fill(PASSWORD + " twice")
        page.get_by_role("button", name="Anmelden", exact=True).tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Dein Konto")
        fits(visitor)
        assert page.evaluate("localStorage.getItem('deepstyle.wishlist')") is None
        page.get_by_role("link", name="Merkliste").first.tap()
        expect(visitor.cards).to_have_count(1)
        visitor.go("/history")
        expect(visitor.cards).to_have_count(1)
        fits(visitor)
        page.get_by_role("button", name="Liste leeren").tap()
        expect(page.get_by_text("Hier ist noch nichts")).to_be_visible()

        page.get_by_role("link", name="Konto").tap()
        page.get_by_label("Schuhe").fill("38")
        page.get_by_role("button", name="Größen speichern").tap()
        page.reload()
        expect(page.get_by_label("Schuhe")).to_have_value("38")
        page.get_by_role("button", name="Abmelden").first.tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
        visitor.go("/wishlist")
        expect(page.get_by_text("Noch nichts gemerkt")).to_be_visible()


def confirm_in_german(visitor: Visitor, mailbox: Mailbox, seen: int) -> None:
    """An account is created, and confirmed by the mail after the first ``seen``."""
    page = visitor.page
    page.get_by_role("link", name="Konto").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    fits(visitor)
    page.get_by_role("link", name=re.compile("Konto anlegen")).tap()
    page.get_by_label("E-Mail-Adresse").fill("anna@shop.example")
    page.get_by_label("Passwort").fill("kurz")
    page.get_by_role("button", name="Konto anlegen").tap()
    expect(page.get_by_label("Passwort")).to_be_focused()  # the browser itself says that it is too short
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Konto anlegen").tap()
    expect(page.get_by_text("Sieh in dein Postfach")).to_be_visible()
    fits(visitor)
    mail = mailbox.wait(seen + 1)[-1]
    assert "bestätig" in mail.get_content()
    visitor.go(f"/account/confirm#token={token_in(mail)}")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Bestätigen").tap()
    expect(page.get_by_text("Deine Adresse ist bestätigt")).to_be_visible()


def reset_in_german(visitor: Visitor, mailbox: Mailbox, seen: int) -> None:
    """The password is chosen anew, by the second mail after the first ``seen``."""
    page = visitor.page
    page.get_by_role("link", name="Anmelden").tap()
    page.get_by_role("link", name="Passwort vergessen?").tap()
    page.get_by_label("E-Mail-Adresse").fill("anna@shop.example")
    page.get_by_role("button", name="Link schicken").tap()
    expect(page.get_by_text("ist ein Link unterwegs")).to_be_visible()
    visitor.go(f"/account/reset#token={last_token(mailbox, seen + 2)}")
    page.get_by_role("textbox", name="Neues Passwort").fill(PASSWORD + " twice")
    page.get_by_role("button", name="Passwort setzen").tap()
    expect(page.get_by_text("Das Passwort ist gesetzt")).to_be_visible()
    fits(visitor)


def fits(visitor: Visitor) -> None:
    """The page is accessible, and as wide as the phone."""
    assert visitor.axe() == []
    assert visitor.page.evaluate(SIDEWAYS) <= 0, f"{visitor.page.url} scrolls sideways"


def test_where_accounts_are_off_nothing_of_them_is_there(visitor: Visitor) -> None:
    page = visitor.page
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    visitor.go()
    expect(visitor.cards.nth(11)).to_be_visible()
    expect(page.get_by_role("link", name="Account")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Save: "))).to_have_count(0)
    assert [url for url in asked if "/v1/accounts" in url or "/v1/me" in url or "people" in url] == []
    visitor.go("/account/sign-in")
    expect(page.get_by_role("paragraph").filter(has_text="This page does not exist")).to_be_visible()


def test_a_passkey_signs_in(browser: "Browser", shop: str, mailbox: Mailbox) -> None:
    """With an authenticator of the browser's own."""
    for visitor in visit(browser, shop):
        page = visitor.page
        devices = visitor.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        verified = {"isUserVerified": True, "automaticPresenceSimulation": True}
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": options | verified})
        sign_up(visitor, mailbox, "kim@shop.example")
        sign_in(visitor, "kim@shop.example")
        form = page.get_by_role("form", name="Passkeys")
        form.get_by_label("Present password").fill(PASSWORD)
        form.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("button", name="Remove Passkey")).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("You are signed in as kim@shop.example.")).to_be_visible()


def test_admin_pages_lead_to_signing_in_and_back(browser: "Browser", shop: str, mailbox: Mailbox) -> None:
    for visitor in visit(browser, shop):
        page = visitor.page
        sign_up(visitor, mailbox, "lee@shop.example")
        visitor.go("/admin/rules")
        page.get_by_role("link", name="Sign in with your account").click()
        page.get_by_label("E-mail address").fill("lee@shop.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("You are signed in as lee@shop.example. This account has no role")).to_be_visible()
        expect(page).to_have_url(f"{shop}/admin/rules")
        assert visitor.axe() == []
