"""Converted models give the vectors of the libraries that they come from: small networks of the same architectures."""

import dataclasses
import importlib.util
import json

import pytest
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.errors import ModelError
from deepstyle.learning.style.convert import convert
from deepstyle.style.model import verify_model
from deepstyle.style.published import PUBLISHED
from deepstyle.style.text import TEXT_FOLDER, TextEncoder

MISSING = [name for name in ("timm", "open_clip", "transformers", "torchvision") if not importlib.util.find_spec(name)]
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"pip install 'deepstyle[models]': no {', '.join(MISSING)}"),
    pytest.mark.filterwarnings("ignore"),  # the libraries deprecate parts of each other
]


def smaller_open_clip(fields):
    fields["embed_dim"] = 32
    fields["vision_cfg"] |= {"layers": 2, "width": 64, "head_width": 32}
    fields["text_cfg"] |= {"layers": 2, "width": 64, "heads": 2}


def smaller_clip(fields):
    tower = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2}
    fields["vision_config"] |= tower
    fields["text_config"] |= tower
    fields["projection_dim"] = 32


SMALLER = {"openclip-vit-b-32": smaller_open_clip, "fashion-clip": smaller_clip}


@pytest.fixture(scope="module", params=SMALLER)
def converted(request, tmp_path_factory):
    """(parity, folder): the model folder is ``folder / "model"``, the repository ``folder / "repository"``."""
    from research.model_parity import measure

    folder = tmp_path_factory.mktemp(request.param)
    return measure(PUBLISHED[request.param], folder, SMALLER[request.param]), folder


def test_pictures_and_texts_get_the_librarys_vectors(converted):
    parity, _ = converted
    assert parity.levels < 0.01
    assert min(parity.features, parity.embedding, parity.centred, parity.text) >= 0.9999
    assert parity.spread < 0.99  # or the cosines would say nothing


def test_the_folder_passes_the_check(converted):
    _, folder = converted
    output = CliRunner().invoke(app, ["weights", "check", str(folder / "model"), "--json"])
    assert output.exit_code == 0, output.exception
    report = json.loads(output.stdout)
    assert (report["embedding_dim"], report["context_length"]) == (32, 77)


def test_an_altered_text_tower_is_refused(converted, tmp_path):
    import shutil

    _, folder = converted
    shutil.copytree(folder / "model", tmp_path / "model")
    with (tmp_path / "model" / TEXT_FOLDER / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelError, match=r"tokenizer\.json was altered"):
        TextEncoder.open(tmp_path / "model")
    verify_model(tmp_path / "model")  # the image tower is whole


def test_weights_of_another_network_are_refused_by_name(converted, tmp_path):
    parity, folder = converted
    repository = folder / "repository"
    files = {path.name: path for path in repository.iterdir()}
    from safetensors.torch import load_file, save_file

    state = load_file(files["model.safetensors"])
    state.pop(next(key for key in state if key.endswith("proj.weight")))
    save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
    if PUBLISHED[parity.name].library == "transformers":  # it reads the folder
        (tmp_path / "config.json").write_bytes(files["config.json"].read_bytes())
        files["config.json"] = tmp_path / "config.json"
    files["model.safetensors"] = tmp_path / "model.safetensors"
    with pytest.raises(ModelError, match=r"do not fit .*proj\.weight is missing"):
        convert(PUBLISHED[parity.name], files, tmp_path / "converted", "")


def test_the_table_agrees_with_the_libraries_own_registries():
    from deepstyle.learning.style.originals import import_library
    from deepstyle.style.hub_config import open_clip_preprocessing, timm_preprocessing
    from research.model_parity import open_clip_cfg

    timm = import_library("timm")
    for model in PUBLISHED.values():
        if model.library == "timm":
            cfg = timm.get_pretrained_cfg(model.repository.removeprefix("timm/")).to_dict()
            assert timm_preprocessing({"pretrained_cfg": cfg}) == model.preprocessing, model.name
            assert cfg["license"].split("-")[0] == model.licence.lower().split()[0].split("-")[0], model.name
        if model.library == "open_clip":
            assert open_clip_preprocessing({"preprocess_cfg": open_clip_cfg(model)}) == model.preprocessing, model.name


def test_an_entry_says_where_its_licence_is():
    for model in PUBLISHED.values():
        assert dataclasses.asdict(model)["licence_url"].startswith("https://"), model.name
