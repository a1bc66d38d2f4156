"""The map, the curves and the page."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.images.pixels import read_image
from deepstyle.report.curves import render_curves
from deepstyle.report.page import Figure, render_page
from deepstyle.report.tsne_map import draw_sample, embed_in_plane, render_map
from deepstyle.store import Entry, VectorBatch, open_store
from tests.images.pictures import photo, save


@pytest.fixture
def clusters(tmp_path):
    """A store of 200 items in twelve categories; two of the categories are the smallest."""
    rng = np.random.default_rng(0)
    image = read_image(save(photo(8, 8, seed=1), "PNG"))
    sizes = [30] * 5 + [10] * 5 + [2, 1]
    names = [f"kind {number}" for number, size in enumerate(sizes) for _ in range(size)]
    centres = rng.standard_normal((12, 16))
    vectors = np.array([centres[int(name[5:])] for name in names]) + 0.05 * rng.standard_normal((len(names), 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    ids = tuple(f"{n:03}" for n in range(len(names)))
    with open_store(f"sqlite:///{tmp_path}/clusters.db") as store:
        store.put([Entry(Item(one, semantic_category=name), image) for one, name in zip(ids, names, strict=True)])
        store.put_vectors("space", VectorBatch(ids, (image.sha256,) * len(ids), vectors))
        yield store


def test_a_sample_has_the_ten_largest_categories(clusters) -> None:
    vectors, categories = draw_sample(clusters, "space", samples=150)
    assert len(vectors) == len(categories) == 150
    assert len(set(draw_sample(clusters, "space")[1])) == 10
    assert not {"kind 10", "kind 11"} & set(categories)
    assert categories == draw_sample(clusters, "space", samples=150)[1]


def test_too_few_for_a_map(clusters) -> None:
    clusters.delete([f"{n:03}" for n in range(150)])
    with pytest.raises(UsageError, match="too few"):
        draw_sample(clusters, "space")


def test_a_map_keeps_clusters_together(clusters) -> None:
    vectors, categories = draw_sample(clusters, "space")
    places = embed_in_plane(vectors)
    assert places.shape == (len(categories), 2)
    distances = np.linalg.norm(places[:, None] - places[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    nearest = [categories[row] for row in distances.argmin(axis=1)]
    assert np.mean([a == b for a, b in zip(nearest, categories, strict=True)]) > 0.95
    picture = Image.open(io.BytesIO(render_map(places, categories)))
    assert min(picture.size) > 800


def test_curves() -> None:
    history = [{"epoch": n, "loss": 1 / n, "recall@1": 0.1 * n} for n in (1, 2, 3)]
    assert Image.open(io.BytesIO(render_curves(history, 2))).width > 1000


def test_the_page_needs_nothing_else() -> None:
    page = render_page("A <b>", {"store": "x & y"}, [Figure("Map", "how <to> read", b"\x89PNG...")])
    assert "A &lt;b&gt;" in page
    assert "x &amp; y" in page
    assert "how &lt;to&gt; read" in page
    assert re.findall(r'(?:src|href)="([^"]{0,22})', page) == ["data:image/png;base64,"]
    assert base64.b64encode(b"\x89PNG...").decode() in page


def test_a_figures_numbers_are_a_table_of_the_page() -> None:
    rows = [{"query": "<a>", "rank": 1, "similarity": 0.5, "farthest_of_all": True, "missing": None}]
    page = render_page("Title", {}, [Figure("one", "x", b"png", rows), Figure("two", "y", b"png")])
    assert page.count("<details>") == 1
    assert "<th>farthest of all</th>" in page
    assert "<td>&lt;a&gt;</td><td>1</td><td>0.5</td><td>yes</td><td></td>" in page
