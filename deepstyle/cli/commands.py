"""All commands by name: where each is, and what the list of commands says of it.

A command's module is imported when the command runs: ``deepstyle --help`` imports none of them.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

START, CATALOGUE, SEARCH, OUTFITS, PEOPLE, MODELS = "Start here", "Catalogue", "Search", "Outfits", "People", "Models"


@dataclass(frozen=True)
class Listed:
    """A command, or a group of commands, before its module is imported."""

    panel: str
    where: str
    """Its module below ``deepstyle.cli``, and its name there: a function, or the ``typer.Typer`` of a group."""
    summary: str
    """The first paragraph of its help."""


COMMANDS: Final = MappingProxyType(
    {
        "demo": Listed(
            START,
            "demo:demo",
            "Import a catalogue, encode it and serve it; what an earlier run did is not repeated.",
        ),
        "serve": Listed(START, "serve:serve", "Serve the API (and the web client where it is built) until Ctrl+C."),
        "info": Listed(
            START,
            "info:info",
            "Print the version, the machine, what the store holds, and whether the model fits its vectors.",
        ),
        "openapi": Listed(
            START,
            "openapi:openapi",
            "Print the API's OpenAPI document as JSON; no store, model or server is needed.",
        ),
        "import": Listed(CATALOGUE, "data:import_", "Import a catalogue's items and pictures into the store."),
        "feeds": Listed(
            CATALOGUE,
            "feeds:feeds",
            "List the layouts of catalogues that import recognises by themselves, with an example of their header.",
        ),
        "encode": Listed(
            CATALOGUE,
            "encode:encode",
            "Compute the style vectors of all pictures that have none from this model yet, then the suggestions.",
        ),
        "sync": Listed(
            CATALOGUE,
            "sync:sync",
            "Bring the store in line with a feed: import what changed, encode it, delete what is gone; once or at "
            "an interval.",
        ),
        "copy": Listed(
            CATALOGUE,
            "copy:copy",
            "Copy a whole catalogue from one store to another, then compare the two by counts and hashes.",
        ),
        "check": Listed(
            CATALOGUE,
            "check:check",
            "Read a whole store and compare it with its digests and hashes: pages, items, pictures, vectors, "
            "suggestions.",
        ),
        "backup": Listed(
            CATALOGUE,
            "backup:backup",
            "Back up a catalogue's store, as of one moment, while servers read it and imports write it.",
        ),
        "restore": Listed(
            CATALOGUE,
            "backup:restore",
            "Restore a backup into a new store, or with --replace in place of a SQLite store; then compare the two.",
        ),
        "similar": Listed(SEARCH, "search:similar", "Find the products that look most like ITEM, without its own."),
        "search": Listed(SEARCH, "search:search", "Find the products that look most like the garment in PHOTO."),
        "shop-the-look": Listed(
            SEARCH,
            "shop_look:shop_the_look",
            "Find the products of the look that is worn in PHOTO, garment by garment, and put one of each into a cart.",
        ),
        "garments": Listed(
            SEARCH,
            "garments:garments",
            "Find the garments that are worn, or shown, in photos: semantic category, box and score of each.",
        ),
        "find": Listed(
            SEARCH,
            "find:find",
            "Find products by words: type, colour, brand, wearer, size, material and price, typos and synonyms "
            "included.",
        ),
        "suggest": Listed(
            OUTFITS,
            "suggest:suggest",
            "Write for every item three others that go with it, of different categories: rec_feature2.",
        ),
        "compatible": Listed(
            OUTFITS,
            "compatible:compatible",
            "Find what goes with an item, or with what a photo shows, category by category.",
        ),
        "export": Listed(
            MODELS,
            "train_style:export",
            "Write the best epoch of a training as a model folder: ONNX and spec.json, ready for encode and serve.",
        ),
        "report": Listed(
            MODELS,
            "report:report",
            "Draw what the store's style vectors call alike: PNG files, one page that contains them, and report.json.",
        ),
        "points": Listed(
            SEARCH,
            "points:points",
            "Compute the map of the style space that GET /v1/map returns, and write it to the store.",
        ),
        "quantise": Listed(
            MODELS,
            "quantise:quantise",
            "Make an int8 model, which serves faster, and keep it only if it finds the same products.",
        ),
        "data": Listed(CATALOGUE, "data:app", "Check a catalogue, or draw the demo catalogue."),
        "item": Listed(CATALOGUE, "items:app", "List items; add, replace, delete and show single ones."),
        "pictures": Listed(CATALOGUE, "pictures:app", "Pictures in the store's database, in a folder, or in S3."),
        "keys": Listed(START, "keys:app", "Create, list, rotate and revoke the API keys of a store."),
        "evaluate": Listed(SEARCH, "evaluate:app", "Measure how good the search and the compatibility head are."),
        "calibrate": Listed(SEARCH, "calibrate:app", "Measure what a search result is worth on this catalogue."),
        "outfit": Listed(OUTFITS, "outfit:app", "Score and complete outfits."),
        "looks": Listed(OUTFITS, "looks:app", "Whole looks: list, compare, add and import them."),
        "users": Listed(PEOPLE, "users:app", "List and create accounts, change roles, end sessions, print links."),
        "people": Listed(PEOPLE, "people:app", "Inspect, check, back up and restore the store of people."),
        "privacy": Listed(PEOPLE, "privacy:app", "Report what is stored of people; export and erase a person."),
        "events": Listed(PEOPLE, "events:app", "Store, count and delete what shoppers did."),
        "rules": Listed(PEOPLE, "rules:app", "Pin, boost, bury and hide products in searches and the catalogue."),
        "train": Listed(MODELS, "train_style:app", "Train on a catalogue of your own."),
        "model": Listed(MODELS, "model:app", "Switch the model that serves a store, and back."),
        "weights": Listed(MODELS, "weights:app", "List weights, download more, and check a model."),
        "experiment": Listed(PEOPLE, "experiment:app", "Compare two rankings on shoppers who agreed to be measured."),
        "learn": Listed(PEOPLE, "learn:app", "Learn from what shoppers did; what does not win does not serve."),
    }
)
"""In the order of the list."""
MEMBERS: Final = MappingProxyType(
    {
        "data duplicates": "duplicates:duplicates",
        "calibrate outfits": "calibrate_outfits:outfits",
        "evaluate compat": "evaluate_compat:evaluate_compat",
        "evaluate benchmark": "evaluate_benchmark:evaluate_benchmark",
        "train compat": "train_compat:train_compat",
    }
)
"""Where those commands of a group are that its own module does not have."""
