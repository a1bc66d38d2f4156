"""A catalogue to measure with where none is given: the demo."""

from pathlib import Path

from bench.measure.command import run_deepstyle
from deepstyle.settings import Settings


def demo_store(model: str = "packaged") -> str:
    """The URL of the whole demo catalogue's store, imported and encoded where it is missing."""
    run_deepstyle("demo", "--no-serve", "--model", model)
    return f"sqlite:///{Path('var/demo.db').resolve()}"


def absolute_url(store: str) -> str:
    """The URL for a process that starts in another folder."""
    scheme, _, path = store.partition(":///")
    return f"sqlite:///{Path(path).resolve()}" if scheme == "sqlite" else store


def demo_environment(store: str, photo: Path | None) -> tuple[dict[str, str], Path]:
    """Settings that serve ``store``, and a photo to search with; those of the demo catalogue where they are missing."""
    url = absolute_url(store) if store else demo_store()
    return {"DEEPSTYLE_STORE": url}, photo or min(demo_photos().rglob("*.jpg"))


def demo_photos() -> Path:
    """The folder of the demo catalogue's pictures."""
    return Settings().cache_dir / "demo" / "images"


def small_demo_store(folder: Path, model: str) -> str:
    """The URL of a new store in ``folder``, filled by ``fill_small_demo``."""
    store = f"sqlite:///{folder / 'bench.db'}"
    fill_small_demo(store, folder, model)
    return store


def fill_small_demo(store: str, folder: Path, model: str) -> None:
    """Import 330 items into ``store`` and encode them; their pictures are below ``folder/demo``."""
    run_deepstyle("data", "demo", str(folder / "demo"), "--items", "330", "--outfits", "60")
    run_deepstyle("import", str(folder / "demo"), "--store", store)
    run_deepstyle("encode", "--store", store, "--model", model)
