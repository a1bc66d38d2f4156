import pytest

from deepstyle.catalogue.categories import semantic_category


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("Shoes",), "shoes"),
        (("ankle boots",), "shoes"),
        (("Dress shoes",), "shoes"),
        (("Shirt dress with belt",), "all-body"),
        (("Denim jacket, black",), "outerwear"),
        (("T-Shirts",), "tops"),
        (("Dresses",), "all-body"),
        (("Watches",), "accessories"),
        (("Women", "Handbag"), "bags"),
        (("Sunglasses",), "sunglasses"),
        (("Silk scarf",), "scarves"),
        (("For her: earrings",), "jewellery"),
        (("Gift card",), ""),
        (("",), ""),
        ((), ""),
    ],
)
def test_keywords(texts, expected):
    assert semantic_category(*texts) == expected
