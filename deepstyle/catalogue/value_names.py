"""What English values of a catalogue's fields are called in German, and the shades that names of colours stand for.

A client shows a value that is not here as the catalogue has it. The codes of colours that pictures are named by are in
``deepstyle.catalogue.colours``; the words that searches recognise are in the lexicon.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A ``value`` in lower case, its German name, and for a colour its ``shade`` (sRGB, ``#rrggbb``), else ""."""

    value: str
    de: str
    shade: str = ""


_SHADES: Final = """
charcoal, Anthrazit, 4c4f57
ecru, Ecru, e6dcc8
ivory, Elfenbein, f3ecdc
silver, Silber, c9ccd2
chocolate, Schokobraun, 6b432e
tan, Hellbraun, b98b5e
cognac, Cognac, 9a5b2f
gold, Gold, cfa349
khaki, Khaki, 8a865d
royal blue, Königsblau, 2a5cc4
sky blue, Himmelblau, 8cbbe4
light blue, Hellblau, 8cbbe4
dark blue, Dunkelblau, 27365f
denim blue, Jeansblau, 5179a8
emerald, Smaragdgrün, 13805a
ruby, Rubinrot, b3173f
coral, Koralle, f0735e
rose, Altrosa, cc7488
plum, Pflaume, 6a3167
lilac, Flieder, b9a0d6
violet, Violett, 6d3f8f
magenta, Magenta, a62b85
"""
_WORDS: Final = """
plain, einfarbig; striped, gestreift; pinstriped, mit Nadelstreifen; checked, kariert; dotted, gepunktet
floral, geblümt; printed, bedruckt; geometric, geometrisch; zigzag, Zickzack; chevron, Fischgrat; leopard, Leopard
houndstooth, Hahnentritt; camouflage, Camouflage; embroidered, bestickt; multicoloured, mehrfarbig
all-year, ganzjährig; summer, Sommer; winter, Winter; spring, Frühling; autumn, Herbst
women, Damen; men, Herren; girls, Mädchen; boys, Jungen; kids, Kinder; unisex, Unisex
cotton, Baumwolle; wool, Wolle; linen, Leinen; silk, Seide; leather, Leder; suede, Wildleder; denim, Denim
polyester, Polyester; viscose, Viskose; cashmere, Kaschmir; velvet, Samt; satin, Satin; lace, Spitze
sporty, sportlich; casual, lässig; boho, Boho; business, Business; evening, Abend
new, neu; like new, wie neu; very good, sehr gut; good, gut; style, Stil; condition, Zustand
shirt, Hemd; t-shirt, T-Shirt; polo shirt, Poloshirt; blouse, Bluse; top, Top; tank top, Tanktop; camisole, Trägertop
long-sleeve top, Langarmshirt; sports top, Sporttop; crochet top, Häkeltop; party top, Partytop; jumper, Pullover
hoodie, Hoodie; cardigan, Strickjacke; trousers, Hose; jeans, Jeans; shorts, Shorts; joggers, Jogginghose
leggings, Leggings; dungarees, Latzhose; skirt, Rock; mini skirt, Minirock; midi skirt, Midirock; maxi skirt, Maxirock
denim skirt, Jeansrock; dress, Kleid; day dress, Tageskleid; sports dress, Sportkleid; office dress, Bürokleid
maxi dress, Maxikleid; cocktail dress, Cocktailkleid; evening gown, Abendkleid; jacket, Jacke; coat, Mantel
blazer, Blazer; gilet, Weste; kimono, Kimono; parka, Parka; windbreaker, Windjacke; denim jacket, Jeansjacke
puffer jacket, Steppjacke; suede jacket, Wildlederjacke; leather jacket, Lederjacke; fur jacket, Pelzjacke
shoes, Schuhe; trainers, Turnschuhe; sandals, Sandalen; boots, Stiefel; ankle boots, Stiefeletten
snow boots, Schneestiefel; court shoes, Pumps; heels, Absatzschuhe; flats, Ballerinas; loafers, Loafer; clogs, Clogs
canvas shoes, Stoffschuhe; slippers, Hausschuhe; socks, Socken; backpack, Rucksack; handbag, Handtasche
shoulder bag, Schultertasche; sports bag, Sporttasche; clutch, Clutch; tote, Shopper; hat, Hut; cap, Kappe
beanie, Mütze; felt hat, Filzhut; bucket hat, Fischerhut; wide-brim hat, Hut mit breiter Krempe; fascinator, Fascinator
shawl, Tuch; tube scarf, Schlauchschal; knitted scarf, Strickschal; silk scarf, Seidentuch; gloves, Handschuhe
belt, Gürtel; tie, Krawatte; sunglasses, Sonnenbrille; watch, Uhr; sweatbands, Schweißbänder; earrings, Ohrringe
necklace, Kette; bracelet, Armband
"""


def _shade(line: str) -> NamedValue:
    value, german, shade = line.split(", ")
    return NamedValue(value, german, f"#{shade}")


def _word(entry: str) -> NamedValue:
    value, german = entry.split(", ")
    return NamedValue(value.strip(), german)


VALUE_NAMES: Final = (
    *map(_shade, _SHADES.strip().splitlines()),
    *(_word(entry) for line in _WORDS.strip().splitlines() for entry in line.split("; ")),
)
"""Each value once."""
