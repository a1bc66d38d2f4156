"""The pool, and the batches that are cut from it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from deepstyle.learning.style.config import Augmentation
from deepstyle.learning.style.pictures.augment import Dice, augment, plain
from deepstyle.learning.style.pictures.inputs import PoolInputs
from deepstyle.learning.style.pictures.pool import CANVAS_PX, Pool, read_picture, read_pool
from deepstyle.learning.style.pictures.sources import draw_garments, read_phone_photos, read_street_looks
from deepstyle.style.spec import Preprocessing
from tests.learning.style.pictures.sets import write_phone_photos, write_street_looks

SIZE = (44, 33)
NOTHING = Augmentation(
    cut_out=0.0, zoom_out=0.0, smallest_crop=1.0, stretch=0.0, turn=0.0, perspective=0.0, exposure=0.0,
    white_balance=0.0, contrast=0.0, saturation=0.0, grey=0.0, other_hue=0.0, blur=0.0, noise=0.0, cover=0.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    folder = tmp_path_factory.mktemp("sets")
    photos = read_phone_photos(write_phone_photos(folder / "phones", 2), held_out=(3, 4))
    looks = read_street_looks(write_street_looks(folder / "looks", 2))
    return read_pool([*photos[:2], *looks[:2]], lambda done, total: None)


def test_a_picture_lies_centred_as_large_as_the_canvas(pool: Pool) -> None:
    assert pool.canvases.shape == (4, 4, *CANVAS_PX)
    np.testing.assert_allclose(pool.extents[0], [320 / 400, 240 / 320])  # enlarged fourfold
    assert pool.canvases[0, 3, :40].max() == 0
    assert pool.canvases[0, 3, 40:360, 40:280].min() == 255
    assert pool.has_mask.tolist() == [False, False, True, True]


def test_coverage_is_the_garment_of_a_look_and_of_a_drawing(tmp_path: Path) -> None:
    tight, loose = read_street_looks(write_street_looks(tmp_path / "looks", 1))[2:4]
    assert read_picture(tight)[..., 3].mean() > 250
    assert 0.5 < read_picture(loose)[..., 3].mean() / 255 < 0.8
    drawn = read_picture(draw_garments(60)[0])
    assert 0.05 < drawn[..., 3].mean() / 255 < 0.95
    assert drawn[:4, :4, 3].max() == 0


def test_a_batch_depends_on_its_generator_alone(pool: Pool) -> None:
    rows = torch.tensor([0, 2, 3, 3])
    first, again = (augment(pool, rows, SIZE, Dice(torch.Generator().manual_seed(5), 4), Augmentation()) for _ in "ab")
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    assert first.shape == (4, 3, *SIZE)
    assert first.min() >= 0
    assert first.max() <= 1
    assert not torch.equal(first[2], first[3])  # the same picture, augmented anew
    other = augment(pool, rows, SIZE, Dice(torch.Generator().manual_seed(6), 4), Augmentation())
    assert not torch.equal(first, other)


def test_without_augmentation_a_picture_is_itself_or_mirrored(pool: Pool) -> None:
    rows = torch.arange(2)  # these have the shape of the window, so nothing can move
    expected = plain(pool, rows, SIZE)
    found = augment(pool, rows, SIZE, Dice(torch.Generator().manual_seed(0), 2), NOTHING)
    for picture, one in zip(found, expected, strict=True):
        distances = [(picture - side).abs().mean() for side in (one, one.flip(2))]
        assert min(distances) < 0.01


def test_a_garment_that_is_cut_out_lies_on_white(pool: Pool) -> None:
    config = replace(NOTHING, cut_out=1.0, white_background=1.0)
    loose = augment(pool, torch.tensor([3]), SIZE, Dice(torch.Generator().manual_seed(0), 1), config)
    assert loose[0, :, :2, :2].min() > 0.99


def test_inputs_are_normalised_and_follow_the_seed(pool: Pool) -> None:
    preprocessing = Preprocessing(44, 33, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
    inputs = PoolInputs(pool, preprocessing, Augmentation(height_px=22, width_px=16))
    rows = np.array([0, 1], np.int64)
    views = np.zeros(2, np.int64)
    assert inputs.batch(rows, views, (0, 1)).shape == (2, 3, 22, 16)
    torch.testing.assert_close(inputs.batch(rows, views, (0, 1)), inputs.batch(rows, views, (0, 1)))
    assert not torch.equal(inputs.batch(rows, views, (0, 1)), inputs.batch(rows, views, (0, 2)))
    torch.testing.assert_close(inputs.view(rows, 0), (plain(pool, torch.tensor([0, 1]), SIZE) - 0.5) / 0.25)
