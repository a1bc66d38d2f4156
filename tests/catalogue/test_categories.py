import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.category_terms import fold, vocabularies, words_of
from deepstyle.catalogue.inflections import plurals
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("Shoes",), "shoes"),
        (("ankle boots",), "shoes"),
        (("Dress shoes",), "shoes"),
        (("Shirt dress with belt",), "all-body"),
        (("Floral Dress - Tie Waist",), "all-body"),
        (("Boots - Lace Up Top",), "shoes"),
        (("Boot Cut Jeans",), "bottoms"),
        (("Skirt suit",), "all-body"),
        (("Ring Spun Cotton Tee",), "tops"),
        (("Landscape Print Tee",), "tops"),
        (("Dress Light Blue",), "all-body"),
        (("Denim jacket, black",), "outerwear"),
        (("Jack & Jones Men Black Wallet",), "accessories"),
        (("T-Shirts",), "tops"),
        (("Innerwear Vests",), "tops"),
        (("Capris",), "bottoms"),
        (("Watches",), "accessories"),
        (("Women", "Handbag"), "bags"),
        (("accessories", "Sunglasses"), "sunglasses"),
        (("accessories", "Gift set"), "accessories"),
        (("tops", "Boots"), "tops"),
        (("Silk scarf",), "scarves"),
        (("For her: earrings",), "jewellery"),
        (("Shoe bag",), "bags"),
    ],
)
def test_english(texts: tuple[str, ...], expected: str) -> None:
    assert semantic_category(*texts) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Apparel & Accessories > Handbags, Wallets & Cases > Handbags", "bags"),
        ("Apparel & Accessories > Handbags, Wallets & Cases > Wallets & Money Clips", "accessories"),
        ("Apparel & Accessories > Clothing > Underwear & Socks > Bras", "tops"),
        ("Apparel & Accessories > Jewelry > Watches", "accessories"),
        ("Apparel & Accessories > Clothing", ""),
        ("Accessories > Handbags", "bags"),
        ("Accessories > Women", "accessories"),
        ("Clothing > Hoodies, Clothing > Men", "tops"),
        ("Women|Dresses", "all-body"),
        ("Hat/beanie", "hats"),
        ("Luggage & Bags > Backpacks", "bags"),
        ("Electronics > Audio > Speaker Bags", ""),
        ("Bekleidung & Accessoires > Bekleidungsaccessoires > Gürtel", "accessories"),
        ("Vêtements et accessoires > Chaussures", "shoes"),
        ("Ubrania i akcesoria > Ubrania > Spodnie", "bottoms"),
    ],
)
def test_the_most_specific_name_of_a_path_counts(text: str, expected: str) -> None:
    assert semantic_category(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sommerkleid mit Gürtel", "all-body"),
        ("Hemdblusenkleid Damen", "all-body"),
        ("Guertel aus Leder", "accessories"),
        ("Strickjacke, dunkelblau", "tops"),
        ("Zomerjurk met riem", "all-body"),
        ("Spijkerjasje dames", "outerwear"),
        ("Robe chemise à manches longues", "all-body"),
        ("Gilet sans manches homme", "outerwear"),
        ("Sac à main en cuir avec foulard", "bags"),
        ("Bolso de mano con cinturón", "bags"),
        ("Cartera de hombre", "accessories"),
        ("Borsa a tracolla in pelle", "bags"),
        ("Giacche da uomo", "outerwear"),
        ("Óculos de sol feminino", "sunglasses"),
        ("Calças de ganga", "bottoms"),
        ("Sukienka koszulowa w kwiaty", "all-body"),
        ("Torebka na ramię z paskiem", "bags"),
    ],
)
def test_other_languages(text: str, expected: str) -> None:
    assert semantic_category(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Gift card", "Hat box", "Phone case", "Playboy Men Perfume", "Handyhülle", "Schuhregal", "Boîte à chapeau",
     "La Petite Robe Noire Eau de Parfum", "Funda para móvil", "Etui na telefon", "Schoenenrek", "", "  ", "> >"],
)  # fmt: skip
def test_what_is_no_garment_has_no_category(text: str) -> None:
    assert semantic_category(text) == ""
    assert semantic_category(text, "accessories") == ("accessories" if semantic_category(text, "Dress") else "")


def test_no_text_has_no_category() -> None:
    assert semantic_category() == ""


@given(st.text(max_size=60))
def test_any_text_gives_a_category_or_none(text: str) -> None:
    assert semantic_category(text) in {"", *SEMANTIC_CATEGORIES}


def test_there_are_words_for_every_category_in_every_language() -> None:
    for language, vocabulary in vocabularies().items():
        assert set(SEMANTIC_CATEGORIES) <= set(vocabulary.terms.values()), language


def test_words_are_compared_without_case_and_accents() -> None:
    assert words_of(fold("Écharpe d’été – ŁÓDŹ")) == ["echarpe", "d", "ete", "lodz"]  # noqa: RUF001


@pytest.mark.parametrize(
    ("language", "word", "plural"),
    [
        ("en", "accessory", "accessories"),
        ("en", "dress", "dresses"),
        ("de", "hose", "hosen"),
        ("fr", "manteau", "manteaux"),
        ("es", "pantalon", "pantalones"),
        ("it", "giacca", "giacche"),
        ("pt", "cordao", "cordoes"),
        ("nl", "rok", "rokken"),
        ("pl", "kurtka", "kurtki"),
    ],
)
def test_plurals(language: str, word: str, plural: str) -> None:
    assert plural in plurals(word, language)
