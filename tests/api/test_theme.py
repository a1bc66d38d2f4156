"""A shop's theme: what its file may say, which errors it gets, and how the website is served with it."""

import base64
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from deepstyle.api.app import create_app
from deepstyle.api.logo import MAX_LOGO_BYTES
from deepstyle.api.theme import LANGUAGES, Theme
from deepstyle.api.theme_colours import PALETTE, contrast, with_defaults
from deepstyle.errors import DataError
from deepstyle.settings import Settings
from tests.images.pictures import photo, save

ROOT = Path(__file__).parents[2]
SVG = b'<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32"><path/></svg>'
THEME = """
name = 'Möbel & "Mode"'
logo = "logo.svg"
currency = "CHF"
languages = ["de", "en"]
[colours.light]
accent = "#0B5D4E"
[colours.dark]
accent = "#7fd6c2"
on_accent = "#00211a"
"""
PAGE = {"accept": "text/html"}


def write(folder: Path, text: str = THEME) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "logo.svg").write_bytes(SVG)
    (folder / "theme.toml").write_text(text, "utf-8")
    return folder / "theme.toml"


@pytest.fixture
def themed(settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    """The website's own page, below a prefix."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "index.html").write_bytes((ROOT / "web" / "index.html").read_bytes())
    (tmp_path / "web" / "map-canvas.html").write_bytes((ROOT / "web" / "map-canvas.html").read_bytes())
    (tmp_path / "web" / "index.html.gz").write_bytes(b"without a theme")
    changed = {"theme": str(write(tmp_path)), "root_path": "/shop"}
    with TestClient(create_app(settings.model_copy(update=changed), web_folder=tmp_path / "web")) as opened:
        yield opened


def test_the_page_has_the_theme_before_anything_is_painted(themed: TestClient) -> None:
    page = themed.get("/shop/", headers=PAGE).text
    metas = dict(re.findall(r'<meta name="([a-z-]+)" content="([^"]*)"', page))
    assert metas["application-name"] == "Möbel &amp; &quot;Mode&quot;"
    assert (metas["currency"], metas["languages"], metas["logo-size"]) == ("CHF", "de en", "120 32")
    assert "<title>Möbel &amp; &quot;Mode&quot;</title>" in page
    head = page.partition("</head>")[0]
    (css,) = re.findall(r'<link rel="stylesheet" href="([^"]+)" />', head)
    assert css.startswith("/shop/theme/")
    sent = themed.get(css)
    assert sent.headers["content-type"].startswith("text/css")
    assert "--color-accent: light-dark(#0b5d4e, #7fd6c2);" in sent.text
    assert "--color-paper" not in sent.text
    assert "stylesheet" not in themed.get("/shop/map-canvas.html", headers=PAGE).text  # its policy allows none
    item = themed.get("/shop/item/item-001", headers=PAGE).text
    assert re.search(r"<title>.+ · Möbel &amp; &quot;Mode&quot;</title>", item)
    assert "immutable" in sent.headers["cache-control"]


def test_the_logo_is_a_picture_that_can_do_nothing(themed: TestClient) -> None:
    page = themed.get("/shop/", headers=PAGE).text
    (logo,) = re.findall(r'<meta name="logo" content="([^"]+)"', page)
    sent = themed.get(logo)
    assert (sent.content, sent.headers["content-type"]) == (SVG, "image/svg+xml")
    assert sent.headers["content-security-policy"].startswith("default-src 'none';")
    assert "sandbox" in sent.headers["content-security-policy"]
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert "<path" not in page
    assert themed.get("/shop/theme/0.css", headers={"accept": "*/*"}).status_code == 404


def served(settings: Settings, folder: Path, theme: str) -> TestClient:
    """The server of a website with its own manifest and icons."""
    shutil.copytree(ROOT / "web" / "public", folder / "public", dirs_exist_ok=True)
    (folder / "public" / "index.html").write_bytes((ROOT / "web" / "index.html").read_bytes())
    changed = settings.model_copy(update={"theme": str(write(folder, theme))})
    return TestClient(create_app(changed, web_folder=folder / "public"))


def corner_and_middle(png: bytes) -> tuple[object, object]:
    with Image.open(io.BytesIO(png)) as icon:
        pixels = icon.convert("RGB")
    return pixels.getpixel((3, 3)), pixels.getpixel((pixels.width // 2, pixels.height // 2))


def test_the_manifest_and_the_icons_have_the_name_and_the_colours(settings: Settings, tmp_path: Path) -> None:
    theme = (
        THEME.replace('logo = "logo.svg"', "")
        .replace("#0B5D4E", "#0b5d4e")
        .replace("[colours.light]", '[colours.light]\npaper = "#fdfdff"')
    )
    with served(settings, tmp_path, theme) as client:
        sent = client.get("/manifest.webmanifest")
        icons = {name: client.get(f"/{name}") for name in ("icon.svg", "icon-192.png", "icon-maskable-512.png")}
        page = client.get("/", headers=PAGE).text
    manifest = sent.json()
    assert (sent.headers["content-type"], sent.headers["cache-control"]) == ("application/manifest+json", "no-cache")
    assert (manifest["name"], manifest["short_name"], manifest["lang"]) == ('Möbel & "Mode"', 'Möbel & "Mod', "de")
    assert manifest["theme_color"] == manifest["background_color"] == "#fdfdff"
    assert len(manifest["icons"]) == 4 and manifest["share_target"]["action"] == "./shared-photo"
    assert b"<title>M\xc3\xb6bel &amp; &quot;Mode&quot;</title>" in icons["icon.svg"].content
    assert b'fill="#0b5d4e"' in icons["icon.svg"].content and b"#8c2f39" not in icons["icon.svg"].content
    assert corner_and_middle(icons["icon-maskable-512.png"].content)[0] == (0x0B, 0x5D, 0x4E)
    assert icons["icon-192.png"].headers["content-type"] == "image/png"
    assert 'content="#fdfdff" media="(prefers-color-scheme: light)"' in page
    assert 'content="#151413" media="(prefers-color-scheme: dark)"' in page


def test_the_logo_is_the_icon(settings: Settings, tmp_path: Path) -> None:
    with served(settings, tmp_path / "a", 'logo = "logo.svg"') as client:
        icons = client.get("/manifest.webmanifest").json()["icons"]
        svg = client.get("/icon.svg").content
        assert "apple-touch-icon" not in client.get("/", headers=PAGE).text
    assert [icon["src"] for icon in icons] == ["icon.svg"]
    assert base64.b64encode(SVG) in svg
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "logo.png").write_bytes(save(Image.new("RGB", (300, 90), (200, 30, 30)), "PNG"))
    with served(settings, tmp_path / "b", 'logo = "logo.png"') as client:
        icons = client.get("/manifest.webmanifest").json()["icons"]
        png = client.get("/icon-192.png").content
    assert len(icons) == 4
    assert corner_and_middle(png) == ((255, 255, 255), (200, 30, 30))


def test_a_theme_may_say_nothing(tmp_path: Path) -> None:
    assert Theme.read(write(tmp_path, "")) == Theme()


def test_a_png_is_measured(tmp_path: Path) -> None:
    path = write(tmp_path, 'logo = "logo.png"')
    (tmp_path / "logo.png").write_bytes(save(photo(90, 30), "PNG"))
    logo = Theme.read(path).logo
    assert logo is not None
    assert (logo.width, logo.height, logo.media_type) == (90, 30, "image/png")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = 3", "name is no text"),
        (f'name = "{"x" * 41}"', "name has over 40"),
        ('name = "a\\u202eb"', "name has over 40 characters, or unprintable"),
        ("nmae = 'x'", "there is no field 'nmae'. Fields: name"),
        ('currency = "EURO"', "currency = 'EURO'"),
        ('languages = ["fr"]', "languages is no list of en and de"),
        ('languages = ["de", "de"]', "languages is no list"),
        ('languages = "de"', "languages is no list"),
        ("colours = 1", "colours is no table"),
        ('[colours.night]\naccent = "#000000"', "no field colours.'night'"),
        ('[colours.light]\nacent = "#000000"', "no field colours.light.'acent'"),
        ('[colours.light]\naccent = "red"', "colours.light.accent is no colour"),
        ('[colours.light]\naccent = "#ffcc00"', "colours.light.accent = #ffcc00 has a contrast of 1.44 to paper"),
        ('[colours.dark]\nedge = "#2a2a2a"', "colours.dark.edge = #2a2a2a"),
        ('[colours.light]\npaper = "#202020"', "colours.light.paper = #202020 has a contrast of 1.06 to ink"),
        ('logo = "logo.gif"', "logo = logo.gif is no SVG or PNG"),
        ('logo = "none.svg"', "none.svg cannot be read: No such file"),
        ("[[", "cannot be read"),
    ],
)
def test_an_error_names_the_file_the_field_and_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError) as raised:
        Theme.read(write(tmp_path, text))
    assert str(tmp_path) in str(raised.value)
    assert said in str(raised.value)
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("logo", "said"),
    [
        (b"<html></html>", "does not begin with <svg>"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg viewBox="0 0 1 1"/>', "does not begin with <svg>"),
        (b"<svg></svg>", "does not say how large it is"),
        (b'<svg width="100%" height="10"></svg>', "does not say how large it is"),
        (b"<svg>" + b" " * MAX_LOGO_BYTES, "has over 100,000 bytes"),
    ],
)
def test_a_logo_that_cannot_be_shown(tmp_path: Path, logo: bytes, said: str) -> None:
    path = write(tmp_path)
    (tmp_path / "logo.svg").write_bytes(logo)
    with pytest.raises(DataError, match=re.escape(said)):
        Theme.read(path)


def test_the_server_does_not_start_with_a_bad_theme(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    bad = settings.model_copy(update={"theme": str(tmp_path / "none.toml")})
    with pytest.raises(DataError, match=r"none\.toml cannot be read"):
        create_app(bad, web_folder=tmp_path)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_the_palette_is_the_stylesheet_s_and_readable() -> None:
    css = (ROOT / "web" / "src" / "styles.css").read_text("utf-8")
    for scheme, place in (("light", 0), ("dark", 1)):
        for name, colour in PALETTE[scheme].items():
            found = re.search(rf"--color-{name.replace('_', '-')}: light-dark\((#\w+), (#\w+)\)", css)
            assert found is not None, name
            assert found.groups()[place] == colour, name
        assert with_defaults(scheme, PALETTE[scheme], "") == dict(PALETTE[scheme])


def test_the_documented_theme_is_a_good_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "theme.md").read_text("utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)
    assert Theme.read(write(tmp_path, example)).languages == ("de", "en")
    assert all(f"`{name}`" in page for name in PALETTE["light"])


def test_the_languages_are_the_website_s() -> None:
    folders = {path.name for path in (ROOT / "web/src/shared/i18n").iterdir() if path.is_dir()}
    assert folders == set(LANGUAGES)
