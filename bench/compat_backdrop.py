"""How much of what the head has learned is the studio's backdrop? The same recipe on pictures without it.

    python bench/compat_backdrop.py --data FOLDER --variant disjoint --split test

A season's pictures share a backdrop, and outfits share a season. Here every picture's backdrop (a quadratic surface a
channel, fitted to its border) is divided out, which makes it the same white for all, and what is then nearly white
becomes white; white garments lose by it. Features are computed anew, and a head is trained and asked on them. Beside
it, the head on pictures as they are, and what the corners alone tell of both.
"""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from compat import CONFIGS, begin, recipe, records_of, trained_pairs, training_arguments

from deepstyle.catalogue.rows import Record, read_picture
from deepstyle.evaluation.baselines import background, distance_pairs
from deepstyle.evaluation.compatibility import CompatScores, evaluate_pairs
from deepstyle.evaluation.outfit_data import OutfitData
from deepstyle.evaluation.questions import load_questions
from deepstyle.images.pixels import Rgb, decode
from deepstyle.settings import Settings
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model

BAND = 0.06  # of the picture's sides, where the backdrop is
LIKE_BACKDROP = 30.0  # grey levels
NEARLY_WHITE = 0.955


def main() -> None:
    parser = training_arguments(__doc__, seeds=2)
    parser.add_argument("--variant", action="append", choices=["disjoint", "nondisjoint"], help="default: both")
    parser.add_argument("--split", default="valid", choices=["valid", "test"])
    parser.add_argument("--keep", type=Path, metavar="FILE.npz", help="keep the features there, or take them")
    told, data = begin(parser)
    features, shown, neutral = kept_pictures(data, told.threads or 2, told.keep)
    for variant in told.variant or ("nondisjoint", "disjoint"):
        config = recipe(CONFIGS / f"compat-{variant}.toml", told.quick)
        questions = load_questions(data.root, variant, told.split, data.rows)
        rows: dict[str, list[CompatScores]] = {}
        for name, corners, inputs in (
            ("as they are", shown, data),
            ("backdrop divided out", neutral, dataclasses.replace(data, features=features)),
        ):
            for seed in range(told.seeds):
                pairs = trained_pairs(inputs, variant, dataclasses.replace(config, seed=seed))
                rows.setdefault(f"head, {name}", []).append(evaluate_pairs("", pairs, questions, data.categories))
            told_by_corners = evaluate_pairs("", distance_pairs(corners), questions, data.categories)
            rows[f"corners only, {name}"] = [told_by_corners]
        print(f"\n{data.name}, {variant}, {told.split}\n{'':36}{'AUC':>8}{'blanks':>9}{'R@10':>8}")
        for name, scores in rows.items():
            figures = np.mean([[one.auc, one.fill_in_blank, one.recalls[10]] for one in scores], 0)
            print(f"{name:36}{figures[0]:8.3f}{figures[1]:9.1%}{figures[2]:8.1%}", flush=True)


def kept_pictures(data: OutfitData, threads: int, keep: Path | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``read_pictures``, once."""
    if keep is None or not keep.exists():
        made = read_pictures(data, threads)
        if keep is None:
            return made
        np.savez(keep, *made)
    with np.load(keep) as told:
        return told["arr_0"], told["arr_1"], told["arr_2"]


def read_pictures(data: OutfitData, threads: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features of the pictures without backdrop (N, F), and the corners (N, 24) with and without it."""
    settings = Settings()
    encoder = Encoder.open(ensure_model(settings.model, settings.cache_dir, settings.precision), threads=1)
    features = np.zeros_like(data.features)
    shown, neutral = (np.zeros((len(data.rows), 24), np.float32) for _ in range(2))

    def work(found: tuple[int, Record]) -> None:
        row, picture = found[0], read_picture(found[1])
        rgb = without_backdrop(encoder.decode(picture))
        features[row] = encoder.encode([rgb]).features[0]
        shown[row], neutral[row] = (background(one) for one in (decode(picture, min_side_px=64), rgb))

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, records_of(data)):
            pass
    return features, shown, neutral


def without_backdrop(rgb: Rgb) -> Rgb:
    """The picture over its backdrop, (H, W, 3) uint8: what was backdrop is white."""
    height, width = rgb.shape[:2]
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)
    edge = 1 - 2 * BAND
    band = (np.abs(x) > edge) | (np.abs(y) > edge)
    corners = (np.abs(x) > edge) & (np.abs(y) > edge)
    likely = band & (np.abs(rgb - np.median(rgb[corners], axis=0)).max(-1) < LIKE_BACKDROP)
    surface = basis @ np.linalg.lstsq(basis[likely], rgb[likely].astype(np.float64), rcond=None)[0]
    told = np.clip(rgb / np.maximum(surface, 1), 0, 1)
    told[told.min(-1) > NEARLY_WHITE] = 1
    return np.asarray(np.rint(told * 255), np.uint8)


if __name__ == "__main__":
    main()
