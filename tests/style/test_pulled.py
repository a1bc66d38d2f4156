"""``weights pull`` of published models from a hub on the loopback: licence, lock file, breaks, changes."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from deepstyle.errors import ModelError, UnknownModelError
from deepstyle.style.lock import LOCK_FILE, Pulled, read_lock, record
from deepstyle.style.model import ensure_model
from deepstyle.style.published import PUBLISHED
from deepstyle.style.pulled import describe, locate_published
from tests.style.hub_server import local_hub

MODEL = PUBLISHED["efficientnet-b0"]
CONFIG = {
    "architecture": "efficientnet_b0",
    "num_features": 1280,
    "pretrained_cfg": {
        "input_size": [3, 224, 224],
        "interpolation": "bicubic",
        "crop_pct": 0.875,
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
    },
}
WEIGHTS = os.urandom(300_000)


def repository(repository=MODEL.repository, config=CONFIG, weights=WEIGHTS):
    return {f"{repository}/config.json": json.dumps(config).encode(), f"{repository}/model.safetensors": weights}


@pytest.fixture
def hub():
    with local_hub(repository()) as hub:
        yield hub


def weights(folder, hub, *arguments):
    """Run ``deepstyle weights``: the hub's client reads its environment when it is imported."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment |= {
        "HF_HOME": str(folder / "home"),
        "HF_ENDPOINT": hub.endpoint,
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "127.0.0.1",
        "DEEPSTYLE_CACHE_DIR": str(folder / "cache"),
    }
    command = [sys.executable, "-m", "deepstyle", "weights", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )


def pull(folder, hub, name="efficientnet-b0"):
    return weights(folder, hub, "pull", name, "--yes")


def forget_downloads(folder):
    shutil.rmtree(folder / "home")


def test_nothing_is_downloaded_before_the_licence_is_accepted(tmp_path, hub):
    done = weights(tmp_path, hub, "pull", "efficientnet-b0")
    assert done.returncode != 0
    assert "Apache-2.0" in done.stderr
    assert "--yes" in done.stderr
    assert hub.asked == []


def test_the_first_pull_records_the_hashes_and_the_second_downloads_nothing(tmp_path, hub):
    first = pull(tmp_path, hub)
    assert first.returncode == 0, first.stderr
    recorded = json.loads((tmp_path / "cache" / LOCK_FILE).read_text())["efficientnet-b0"]
    assert recorded["repository"] == "timm/efficientnet_b0.ra_in1k"
    assert recorded["revision"] == "a" * 40
    assert recorded["files"]["model.safetensors"] == hashlib.sha256(WEIGHTS).hexdigest()
    hub.asked.clear()
    assert pull(tmp_path, hub).returncode == 0
    assert hub.asked == []


def test_a_download_that_breaks_off_resumes_where_it_broke(tmp_path, hub):
    name = f"{MODEL.repository}/model.safetensors"
    hub.files[name] = large = os.urandom(24_000_000)  # the client writes pieces of 10 MB
    hub.breaks[name] = 1
    done = pull(tmp_path, hub)
    assert done.returncode == 0, done.stderr
    whole, rest = hub.gets(name)
    assert whole == ""
    assert 0 < int(rest.removeprefix("bytes=").removesuffix("-")) <= len(large) // 2
    recorded = read_lock(tmp_path / "cache")["efficientnet-b0"].files["model.safetensors"]
    assert recorded == hashlib.sha256(large).hexdigest()


def test_a_file_that_changed_on_the_hub_is_refused(tmp_path, hub):
    assert pull(tmp_path, hub).returncode == 0
    forget_downloads(tmp_path)
    hub.files |= repository(weights=b"other")
    done = pull(tmp_path, hub)
    assert done.returncode != 0
    message = " ".join(done.stderr.split())
    assert "model.safetensors of timm/efficientnet_b0.ra_in1k has changed" in message
    assert LOCK_FILE in message
    assert 'remove "efficientnet-b0"' in message


def test_a_file_that_is_missing_is_named(tmp_path, hub):
    del hub.files[f"{MODEL.repository}/model.safetensors"]
    done = pull(tmp_path, hub)
    assert done.returncode != 0
    assert "model.safetensors could not be downloaded" in " ".join(done.stderr.split())
    assert not (tmp_path / "cache" / LOCK_FILE).exists()


def test_a_repository_that_asks_for_another_preprocessing_is_refused(tmp_path, hub):
    changed = {**CONFIG, "pretrained_cfg": {**CONFIG["pretrained_cfg"], "crop_pct": 1.0}}
    hub.files |= repository(config=changed)
    done = pull(tmp_path, hub)
    assert done.returncode != 0
    assert "resize_px 224, not 256" in " ".join(done.stderr.split())


def test_any_model_of_timm_is_described_by_its_configuration(tmp_path):
    with local_hub(repository("timm/mobilenetv3.x", {**CONFIG, "architecture": "mobilenetv3_small"})) as hub:
        done = pull(tmp_path, hub, "hf-hub:timm/mobilenetv3.x")
    assert done.returncode == 0, done.stderr
    found = locate_published("hf-hub:timm/mobilenetv3.x", tmp_path / "cache")
    assert found is not None
    assert (found.architecture, found.preprocessing.resize_px, found.is_published) == ("mobilenetv3_small", 256, True)


def test_a_model_that_was_never_pulled_says_how_to_pull_it(tmp_path):
    with pytest.raises(ModelError, match="fashion-clip was never pulled") as caught:
        ensure_model("fashion-clip", tmp_path)
    assert caught.value.remedy == "Run: deepstyle weights pull fashion-clip"


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownModelError) as caught:
        describe("fashionclip")
    assert "fashion-clip" in caught.value.remedy


def test_the_digest_of_a_pull_follows_its_files(tmp_path):
    record(tmp_path / "a", "resnet50", Pulled("timm/resnet50.a1_in1k", "", {"model.safetensors": "1" * 64}))
    record(tmp_path / "b", "resnet50", Pulled("timm/resnet50.a1_in1k", "", {"model.safetensors": "2" * 64}))
    first, second = (locate_published("resnet50", tmp_path / name) for name in "ab")
    assert first is not None
    assert second is not None
    assert first.sha256 != second.sha256
    assert len(first.sha256) == 64


@pytest.mark.parametrize("text", ["", "[]", '{"resnet50": {}}', '{"resnet50": 1}'])
def test_a_damaged_lock_file_is_an_error_that_names_it(tmp_path, text):
    (tmp_path / LOCK_FILE).write_text(text)
    with pytest.raises(ModelError, match=r"weights\.lock\.json cannot be read"):
        read_lock(tmp_path)
