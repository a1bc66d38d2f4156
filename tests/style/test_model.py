"""From a name to a verified model folder: built once, whatever is killed, altered or missing."""

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from deepstyle.errors import FileError, MissingDependencyError, ModelError
from deepstyle.learning.style import build
from deepstyle.learning.style.backbones import create_backbone, init_random
from deepstyle.style import model, recipe
from deepstyle.style.model import (
    INT8_FOLDER,
    LITE2_MODEL,
    ensure_model,
    float_model,
    served_model,
    upgrade_notice,
    verify_model,
)
from deepstyle.style.spec import MODEL_FILE, SPEC_FILE, read_spec, write_spec
from deepstyle.style.weights import locate_weights
from tests.style.tiny import write_tiny_model


@pytest.fixture(scope="module")
def building(tmp_path_factory):
    """A cache, and what a process printed that built packaged:lite0 in it."""
    folder = tmp_path_factory.mktemp("cache")
    code = (
        "import sys; from pathlib import Path; from deepstyle.style.model import ensure_model;"
        f"print(ensure_model('packaged:lite0', Path({str(folder)!r}), 'fp32').name, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return folder, done.stdout


@pytest.fixture
def cache(building):
    """A cache with packaged:lite0 in it."""
    return building[0]


@pytest.fixture
def tiny_build(monkeypatch):
    """Count builds, and let the tiny model stand for what torch would export."""
    built = []

    def build_tiny(weights, folder):
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        write_tiny_model(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        built.append(weights.name)

    monkeypatch.setattr(model, "_build", build_tiny)
    return built


def test_the_build_keeps_torch_out_of_the_process_that_asks_for_it(building):
    name, has_torch = building[1].split()
    assert has_torch == "False"
    key = recipe.recipe_key(locate_weights("packaged:lite0"))
    assert name == f"tf_efficientnet_lite0-{key}"


def test_a_built_model_says_what_it_is(cache):
    spec = verify_model(ensure_model("packaged:lite0", cache, "fp32"))
    assert (spec.architecture, spec.weights, spec.head) == ("tf_efficientnet_lite0", "packaged:lite0", "clothing-512")
    assert spec.weights_sha256.startswith("57934424")
    assert (spec.features_dim, spec.embedding_dim, spec.precision) == (1280, 512, "fp32")


def test_the_same_weights_export_the_same_bytes(cache, tmp_path):
    cached = verify_model(ensure_model("packaged:lite0", cache, "fp32"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        again = build.build_model(locate_weights("packaged:lite0"), tmp_path)
    finally:
        torch.set_num_threads(threads)
    assert again == cached


def test_it_is_built_once_and_found_afterwards(tmp_path, tiny_build):
    first = ensure_model("packaged:lite1", tmp_path)
    assert ensure_model("packaged:lite1", tmp_path) == first
    assert tiny_build == ["packaged:lite1"]


@pytest.mark.parametrize("damage", ["flip", "truncate", "no graph", "no spec", "bad spec", "stale part"])
def test_a_damaged_cache_is_built_again(tmp_path, tiny_build, damage):
    folder = ensure_model("packaged:lite1", tmp_path)
    graph, spec = folder / MODEL_FILE, folder / SPEC_FILE
    data = graph.read_bytes()
    if damage == "flip":
        graph.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "truncate":
        graph.write_bytes(data[: len(data) // 2])
    elif damage == "no graph":
        graph.unlink()
    elif damage == "no spec":
        spec.unlink()
    elif damage == "bad spec":
        spec.write_text("{")
    else:  # what a build that was killed leaves
        shutil.rmtree(folder)
        (folder.with_suffix(".part")).mkdir()
        (folder.with_suffix(".part") / MODEL_FILE).write_bytes(b"half")
    assert ensure_model("packaged:lite1", tmp_path) == folder
    assert graph.read_bytes() == data
    verify_model(folder)
    assert len(tiny_build) == 2


def test_threads_that_ask_at_once_build_once(tmp_path, tiny_build):
    threads = [threading.Thread(target=ensure_model, args=("packaged:lite1", tmp_path)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tiny_build) == 1


def test_a_model_folder_is_taken_as_it_is_and_never_rebuilt(tmp_path, tiny_build):
    write_tiny_model(tmp_path / "mine")
    assert ensure_model(str(tmp_path / "mine"), tmp_path / "cache") == tmp_path / "mine"
    (tmp_path / "mine" / MODEL_FILE).write_bytes(b"other")
    with pytest.raises(ModelError, match=r"model\.onnx was altered"):
        ensure_model(str(tmp_path / "mine"), tmp_path / "cache")
    assert tiny_build == []


@pytest.fixture
def fast_int8(monkeypatch):
    """Set whether this CPU has instructions for int8."""

    def set_to(value):
        monkeypatch.setattr(model, "int8_is_fast", lambda: value)

    set_to(True)
    return set_to


def test_precision_chooses_the_int8_folder(tmp_path, fast_int8):
    folder = tmp_path / "mine"
    write_tiny_model(folder)
    assert ensure_model(str(folder), tmp_path, "auto") == folder
    with pytest.raises(ModelError, match="has no int8 model") as caught:
        ensure_model(str(folder), tmp_path, "int8")
    assert "deepstyle quantise" in caught.value.remedy
    write_tiny_model(folder / INT8_FOLDER, seed=1)
    assert ensure_model(str(folder), tmp_path, "auto") == folder / INT8_FOLDER
    assert ensure_model(str(folder), tmp_path, "int8") == folder / INT8_FOLDER
    assert ensure_model(str(folder), tmp_path, "fp32") == folder
    assert float_model(str(folder), tmp_path) == folder
    with pytest.raises(ModelError, match="has no fp16 model"):
        ensure_model(str(folder), tmp_path, "fp16")
    fast_int8(False)
    assert ensure_model(str(folder), tmp_path, "auto") == folder
    assert ensure_model(str(folder), tmp_path, "int8") == folder / INT8_FOLDER


@pytest.mark.parametrize("fast", [True, False])
def test_auto_keeps_to_the_space_that_a_store_serves_on_every_cpu(tmp_path, fast_int8, fast):
    folder = tmp_path / "mine"
    own = write_tiny_model(folder).fingerprint
    quantised = write_tiny_model(folder / INT8_FOLDER, seed=1).fingerprint
    fast_int8(fast)
    assert ensure_model(str(folder), tmp_path, "auto", serving=own) == folder
    assert ensure_model(str(folder), tmp_path, "auto", serving=quantised) == folder / INT8_FOLDER
    expected = folder / INT8_FOLDER if fast else folder
    assert ensure_model(str(folder), tmp_path, "auto", serving="of another model") == expected
    assert ensure_model(str(folder), tmp_path, "int8", serving=own) == folder / INT8_FOLDER


def test_the_packaged_models_are_ready_and_nothing_is_converted(tmp_path, tiny_build, fast_int8):
    fast_int8(False)
    assert ensure_model("packaged", tmp_path) == ensure_model(model.DEFAULT_MODEL, tmp_path)
    folder = ensure_model("packaged:lite2", tmp_path)
    assert folder == LITE2_MODEL == ensure_model("packaged:lite2", tmp_path, "fp16")
    spec = verify_model(folder)
    assert (spec.architecture, spec.head, spec.precision) == ("tf_efficientnet_lite2", "demo-512", "fp16")
    assert list(tmp_path.iterdir()) == tiny_build == []
    fast_int8(True)
    quantised = verify_model(ensure_model("packaged:lite2", tmp_path))
    assert quantised.precision == "int8"
    assert quantised.features_fingerprint == spec.features_fingerprint
    assert ensure_model("packaged:lite2", tmp_path, serving=spec.fingerprint) == folder


def test_a_store_of_the_converted_fp32_model_is_served_while_the_cache_has_it(
    tmp_path, tiny_build, fast_int8, monkeypatch
):
    converted = ensure_model("packaged:lite2", tmp_path, "fp32")
    assert tiny_build == ["packaged:lite2"]
    serving = verify_model(converted).fingerprint
    assert ensure_model("packaged:lite2", tmp_path, serving=serving) == converted
    write_tiny_model(tmp_path / "fashion", seed=2)
    monkeypatch.setattr(model, "FASHION_MODEL", tmp_path / "fashion")
    monkeypatch.setattr(model, "DEFAULT_MODEL", "packaged:fashion")
    assert served_model(serving, "packaged", tmp_path) == converted
    assert ensure_model("packaged", tmp_path, serving=serving) == tmp_path / "fashion"
    assert "deepstyle encode" in upgrade_notice(serving, "packaged", tmp_path)
    assert upgrade_notice(serving, "packaged:lite2", tmp_path) == ""
    shutil.rmtree(converted)
    assert ensure_model("packaged:lite2", tmp_path, serving=serving).is_relative_to(LITE2_MODEL)
    assert served_model(serving, "packaged", tmp_path) == tmp_path / "fashion"


def test_a_missing_extra_is_named_with_its_remedy(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\")")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with pytest.raises(
        MissingDependencyError, match="packaged:lite1 has to be converted once, and No module"
    ) as caught:
        ensure_model("packaged:lite1", tmp_path / "cache")
    assert "deepstyle[train]" in caught.value.remedy


def test_the_recipes_key_follows_the_weights_and_the_preprocessing():
    names = ["packaged:lite0", "packaged:lite1", "packaged:lite2", "none"]
    assert len({recipe.recipe_key(locate_weights(name)) for name in names}) == len(names)


def write_weights(path, architecture, change):
    backbone = create_backbone(architecture)
    init_random(backbone, 3)
    state = {key: value for key, value in backbone.state_dict().items() if not key.endswith("num_batches_tracked")}
    change(state)
    save_file(state, path, metadata={"architecture": architecture})
    return locate_weights(str(path))


def test_a_safetensors_file_loads_by_name(tmp_path):
    weights = write_weights(tmp_path / "w.safetensors", "tf_efficientnet_lite0", lambda state: None)
    expected = create_backbone("tf_efficientnet_lite0")
    init_random(expected, 3)
    assert torch.equal(build.load_backbone(weights).conv_head.weight, expected.conv_head.weight)


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (lambda state: state.pop("conv_stem.weight"), "conv_stem.weight is missing"),
        (lambda state: state.update({"extra.weight": torch.zeros(1)}), "extra.weight is unknown"),
        (
            lambda state: state.update({"conv_stem.weight": torch.zeros(32, 1, 3, 3)}),
            r"conv_stem.weight is \(32, 1, 3, 3\), not \(32, 3, 3, 3\)",
        ),
    ],
)
def test_weights_that_do_not_fit_name_the_keys(tmp_path, change, result):
    weights = write_weights(tmp_path / "w.safetensors", "tf_efficientnet_lite0", change)
    with pytest.raises(ModelError, match=result):
        build.load_backbone(weights)


def test_an_error_of_the_build_process_arrives_whole(tmp_path):
    path = tmp_path / "w.safetensors"
    write_weights(path, "tf_efficientnet_lite0", lambda state: state.pop("classifier.bias"))
    with pytest.raises(ModelError, match=r"classifier\.bias is missing") as caught:
        ensure_model(str(path), tmp_path / "cache")
    assert "timm's key names" in caught.value.remedy
    assert [entry.suffix for entry in (tmp_path / "cache" / "models").iterdir()] == [".lock"]


def test_altered_packaged_weights_are_refused(tmp_path, monkeypatch):
    weights = locate_weights("packaged:lite0")
    altered = tmp_path / "altered.pth"
    altered.write_bytes(b"pickle")
    import dataclasses

    with pytest.raises(ModelError, match="was altered"):
        build.load_backbone(dataclasses.replace(weights, path=altered))
    with pytest.raises(MissingDependencyError, match="packaged:lite0 is not installed"):
        build.load_backbone(dataclasses.replace(weights, path=None))


def test_a_spec_survives_being_written_and_read(tmp_path):
    spec = write_tiny_model(tmp_path)
    write_spec(spec, tmp_path)
    assert read_spec(tmp_path) == spec
    assert json.loads((tmp_path / SPEC_FILE).read_text())["version"] == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda spec: [],
        lambda spec: {**spec, "embedding_dim": "16"},
        lambda spec: {**spec, "embedding_dim": 0},
        lambda spec: {**spec, "unknown": 1},
        lambda spec: {**spec, "preprocessing": {**spec["preprocessing"], "height_px": 10**9}},
        lambda spec: {**spec, "preprocessing": {**spec["preprocessing"], "std": [0.0, 1.0, 1.0]}},
        lambda spec: {**spec, "preprocessing": {**spec["preprocessing"], "mean": [float("nan"), 1.0, 1.0]}},
        lambda spec: {**spec, "weights": "x" * 2_000_000},
        lambda spec: {name: value for name, value in spec.items() if name != "onnx_sha256"},
    ],
)
def test_a_spec_that_does_not_fit_is_refused(tmp_path, damage):
    write_tiny_model(tmp_path)
    spec = json.loads((tmp_path / SPEC_FILE).read_text())
    (tmp_path / SPEC_FILE).write_text(json.dumps(damage(spec)))
    with pytest.raises(ModelError, match="cannot be read") as caught:
        read_spec(tmp_path)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["[" * 100_000, "{", '{"architecture": ' + "1" * 5000 + "}", "\ud800"])
def test_a_spec_that_is_no_json_is_refused(tmp_path, text):
    (tmp_path / SPEC_FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ModelError, match="cannot be read"):
        read_spec(tmp_path)


def test_a_cache_that_has_the_model_is_only_read(tmp_path, tiny_build, monkeypatch):
    folder = ensure_model("none", tmp_path)

    def refused(*arguments, **options):
        raise PermissionError(13, "Permission denied", "cache")

    monkeypatch.setattr(model, "locked", refused)
    assert ensure_model("none", tmp_path) == folder
    (folder / MODEL_FILE).write_bytes(b"damaged")
    with pytest.raises(FileError, match="DEEPSTYLE_CACHE_DIR"):
        ensure_model("none", tmp_path)


def test_a_cache_that_is_a_file_is_an_error_with_a_remedy(tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(FileError, match="has to be converted once") as caught:
        ensure_model("none", tmp_path / "cache")
    assert "DEEPSTYLE_CACHE_DIR" in caught.value.remedy


def test_optional_fields_of_the_preprocessing_are_written_only_where_they_are_set(tmp_path):
    spec = write_tiny_model(tmp_path)
    assert "resize_px" not in (tmp_path / SPEC_FILE).read_text()
    cropped = replace(spec.preprocessing, fit="crop", resize_px=32, interpolation="bilinear")
    write_spec(replace(spec, preprocessing=cropped), tmp_path)
    assert read_spec(tmp_path).preprocessing == cropped
    assert read_spec(tmp_path).fingerprint != spec.fingerprint
    with pytest.raises(ValueError, match="less than the crop's longer side"):
        replace(cropped, resize_px=12)
