"""The text a model reads, before it becomes tokens."""

import pytest

from deepstyle.errors import ModelError
from deepstyle.style.text import TextEncoder, clean
from tests.style.tiny import write_tiny_model


@pytest.mark.parametrize(
    ("cleaning", "expected"),
    [
        ("none", " Men's  T-shirt_XL "),
        ("lower", "men's t-shirt_xl"),
        ("canonical", "mens tshirt xl"),
    ],
)
def test_cleaning(cleaning, expected):
    assert clean(" Men's  T-shirt_XL ", cleaning) == expected


def test_a_model_without_a_text_tower_says_so(tmp_path):
    write_tiny_model(tmp_path)
    with pytest.raises(ModelError, match="has no text tower"):
        TextEncoder.open(tmp_path)
