from pathlib import Path

import pytest
from pydantic import ValidationError

from deepstyle.errors import UsageError
from deepstyle.images.pixels import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS
from deepstyle.settings import Settings


def test_the_caps_are_the_decoders_own() -> None:
    assert (Settings().max_upload_bytes, Settings().max_image_pixels) == (MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS)


def test_a_cap_may_be_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSTYLE_MAX_IMAGE_PIXELS", "1000")
    assert Settings().max_image_pixels == 1000


@pytest.mark.parametrize("pixels", [0, -1, MAX_IMAGE_PIXELS + 1])
def test_a_cap_that_the_decoder_would_not_follow_is_refused(monkeypatch: pytest.MonkeyPatch, pixels: int) -> None:
    monkeypatch.setenv("DEEPSTYLE_MAX_IMAGE_PIXELS", str(pixels))
    with pytest.raises(ValidationError, match="max_image_pixels"):
        Settings()


def test_paths_are_resolved_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    relative = Settings(store="sqlite:///var/shop.db", model="model", reports_dir=Path("reports"))
    monkeypatch.chdir("/")
    assert relative.store == "sqlite:///var/shop.db"
    monkeypatch.chdir(tmp_path)
    found = relative.resolved()
    assert found.store == f"sqlite:///{tmp_path}/var/shop.db"
    assert (found.model, found.compat, found.reports_dir) == (f"{tmp_path}/model", "packaged", tmp_path / "reports")
    for url in ("mongodb://host/shop", f"sqlite:///{tmp_path}/shop.db", "sqlite:///"):
        assert Settings(store=url).resolved().store == url


def test_the_cache_follows_xdg_and_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPSTYLE_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert Settings().cache_dir == Path("/home/somebody/.cache/deepstyle")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert Settings().cache_dir == Path("/var/cache/deepstyle")


def test_a_user_without_a_home_names_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("DEEPSTYLE_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(UsageError, match="DEEPSTYLE_CACHE_DIR"):
        Settings()
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", "/var/models")
    assert Settings().cache_dir == Path("/var/models")
