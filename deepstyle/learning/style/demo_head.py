"""Make the default's head from the demo catalogue, which the project draws itself: no shop's pictures are in it.

python -m deepstyle.learning.style.demo_head --to demo-512.safetensors   # a few minutes

``python -m deepstyle.learning.style.package --head demo-512.safetensors …`` then builds the packaged model with it.
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

CONFIG = StyleConfig(
    # A drawn catalogue is trusted less than a shop's own: twice the shrinkage that training has.
    model=ModelPart(shrinkage=2.0, category_gain=2.0),
    data=Data(valid_share=0.05, test_share=0.0),
)


def demo_head(data: str, cache_dir: Path) -> torch.Tensor:
    """The closed-form head (512, F) float16 of the catalogue ``data``, with nothing trained by gradients."""
    cache_dir.mkdir(parents=True, exist_ok=True)
    with open_store(f"sqlite:///{(cache_dir / 'demo-head.db').resolve()}") as store:
        import_catalogue(open_catalogue(data), store)
        prepared = prepare(store, CONFIG, cache_dir, lambda what, done, total: print(f"{what}: {done} of {total}"))  # noqa: T201
    return prepared.network.head.weight.detach().to(torch.float16).contiguous()


def main() -> None:
    """Write the head's file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="drawn", help="drawn, or the demo catalogue's folder")
    parser.add_argument("--to", type=Path, required=True, help="the safetensors file to write")
    options = parser.parse_args()
    made = demo_head(options.data, Settings().cache_dir)
    write_atomic(options.to, save({"weight": made}, {"made by": "deepstyle.learning.style.demo_head"}))


if __name__ == "__main__":
    main()
