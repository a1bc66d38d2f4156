"""Train the default model's head on the demo catalogue, which the project draws itself: no shop's pictures are in it.

python -m deepstyle.learning.style.demo_head            # a few minutes; then run the tests that check its first values
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save

from deepstyle.demo.source import open_catalogue
from deepstyle.files import write_atomic
from deepstyle.learning.style.config import Data, ModelPart, StyleConfig
from deepstyle.learning.style.prepare import prepare
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.ingest import import_catalogue
from deepstyle.style.recipe import DEMO_HEAD_FILE

CONFIG = StyleConfig(
    # Twice the default shrinkage: a drawn catalogue represents photos less well than a shop's own.
    model=ModelPart(shrinkage=2.0, category_gain=2.0),
    data=Data(valid_share=0.05, test_share=0.0),
)


def demo_head(data: str, cache_dir: Path) -> torch.Tensor:
    """The closed-form head (512, F) float16 of the catalogue ``data``, without gradient training."""
    cache_dir.mkdir(parents=True, exist_ok=True)
    with open_store(f"sqlite:///{(cache_dir / 'demo-head.db').resolve()}") as store:
        import_catalogue(open_catalogue(data), store)
        prepared = prepare(store, CONFIG, cache_dir, lambda what, done, total: print(f"{what}: {done} of {total}"))  # noqa: T201
    return prepared.network.head.weight.detach().to(torch.float16).contiguous()


def main() -> None:
    """Write the packaged file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="demo", help="demo, or the demo catalogue's folder")
    parser.add_argument("--to", type=Path, default=DEMO_HEAD_FILE, help="the safetensors file")
    options = parser.parse_args()
    weight = demo_head(options.data, Settings().cache_dir)
    write_atomic(options.to, save({"weight": weight}, {"made by": "deepstyle.learning.style.demo_head"}))


if __name__ == "__main__":
    main()
