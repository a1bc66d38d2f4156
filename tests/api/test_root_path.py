"""Behind a reverse proxy that serves the application below ``/shop``, with and without stripping the prefix."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.conftest import Shop

PAGE = {"accept": "text/html"}
INDEX = '<meta name="root" content="/" /><script type="module" src="/assets/index-B1x9.js"></script>'


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "index.html.gz").write_bytes(b"as it was built")
    (folder / "assets" / "index-B1x9.js").write_text("1;")
    below = settings.model_copy(update={"root_path": "/shop"})
    with TestClient(create_app(below, web_folder=folder)) as opened:
        yield opened


@pytest.fixture(params=["/shop", ""], ids=["kept by the proxy", "stripped by the proxy"])
def prefix(request: pytest.FixtureRequest) -> str:
    path: str = request.param
    return path


def test_pages_name_their_files_below_the_prefix(client: TestClient, prefix: str) -> None:
    for path in ("/", "/item/item-001"):
        answer = client.get(prefix + path, headers=PAGE)
        assert answer.text == INDEX.replace('="/', '="/shop/')
        assert "content-encoding" not in answer.headers
    assert client.get(f"{prefix}/assets/index-B1x9.js").text == "1;"
    assert client.get("/shop", headers=PAGE).status_code == 200


def test_a_name_that_only_begins_like_the_prefix_is_another(client: TestClient) -> None:
    assert client.get("/shopping/v1/info").status_code == 404


def test_links_lie_below_the_prefix(client: TestClient, prefix: str) -> None:
    found = client.post(f"{prefix}/search_image", files={"image": Shop.picture(1)}).json()["results"][0]["item"]
    assert found["image_url"].startswith("/shop/image/item-")
    assert client.get(found["image_url"]).headers["content-type"] == "image/jpeg"
    assert client.get(f"{prefix}/v1/items/item-001").json()["image_url"] == "/shop/image/item-001"


def test_problems_lie_below_the_prefix(client: TestClient, prefix: str) -> None:
    problem = problem_of(client.get(f"{prefix}/v1/items/nothing"), 404, "unknown-item", root_path="/shop")
    assert problem["instance"] == "/shop/v1/items/nothing"
    assert client.get(str(problem["type"])).status_code == 200


def test_the_reference_and_its_document(client: TestClient, prefix: str) -> None:
    assert client.get(f"{prefix}/openapi.json").json()["servers"] == [{"url": "/shop"}]
    page = client.get(f"{prefix}/docs").text
    assert 'href="openapi.json"' in page  # below the same prefix


@pytest.mark.parametrize("path", ["shop", "/shop?x", "//evil.example", "/a b", '/"><script>'])
def test_a_prefix_that_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="root_path"):
        Settings(root_path=path)


def test_a_slash_at_the_end_is_dropped() -> None:
    assert (Settings(root_path="/shop/").root_path, Settings(root_path="/").root_path) == ("/shop", "")
