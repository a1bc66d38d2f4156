import pytest
from pydantic import ValidationError

from deepstyle.catalogue.image import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS
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
