import pytest

from deepstyle.catalogue.categories import model_of, semantic_category


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


def test_model_is_the_part_before_the_hyphen():
    assert model_of("41085800-02") == "41085800"
    assert model_of("43064724-OR") == "43064724"
    assert model_of("213343990") == model_of("red-02") == model_of("1-2-3") == ""
