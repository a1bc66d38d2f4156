"""What a shop is deployed with is valid: the load balancer's file, the Compose file and the chart."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deepstyle.index.open import open_index
from deepstyle.settings import Settings
from tests.deploy import helm

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "deepstyle"
HAPROXY = ROOT / "deploy" / "compose" / "haproxy.cfg"
EVERYTHING = {
    "ingress": {"enabled": True, "host": "shop.example", "className": "nginx", "tlsSecret": "shop-tls"},
    "autoscaling": {"enabled": True},
    "vectorIndex": {"url": "milvus://milvus:19530/shop"},
    "networkPolicy": {"from": [{"podSelector": {"matchLabels": {"app": "ingress"}}}]},
}


def rendered(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each object of the chart by its kind."""
    texts = helm.run("render", CHART, values)
    found = [yaml.safe_load(text) for name, text in texts.items() if name.endswith(".yaml")]
    return {one["kind"]: one for one in found if one}


def test_the_load_balancers_file_is_valid() -> None:
    haproxy = shutil.which("haproxy")
    if haproxy is None:
        pytest.skip("haproxy is not installed")
    places = {"DEEPSTYLE_BIND": "127.0.0.1:1", "DEEPSTYLE_API_1": "127.0.0.1:2", "DEEPSTYLE_API_2": "127.0.0.1:3"}
    done = subprocess.run(
        [haproxy, "-c", "-f", HAPROXY], env=os.environ | places, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_compose_starts_two_servers_behind_the_load_balancer() -> None:
    services = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))["services"]
    proxy = services["proxy"]["environment"]
    for number in ("1", "2"):
        server = services[f"api-{number}"]
        assert proxy[f"DEEPSTYLE_API_{number}"] == f"api-{number}:8000"
        names = [name.removeprefix("DEEPSTYLE_").lower() for name in server["environment"]]
        assert set(names) <= Settings.model_fields.keys()
        drain_s = float(server["environment"]["DEEPSTYLE_DRAIN_S"])
        assert int(server["stop_grace_period"].removesuffix("s")) > drain_s + 20
        assert drain_s > 3, "the load balancer notices within three seconds"


def env_file(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_compose_starts_milvus_for_its_servers_only_where_that_is_wanted() -> None:
    compose = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))
    services = compose["services"]
    milvus = services["milvus"]
    assert milvus["profiles"] == ["milvus"]
    assert milvus["volumes"][0].split(":")[0] in compose["volumes"]
    settings, config = milvus["environment"], milvus["volumes"][1].split(":")
    assert settings["ETCD_CONFIG_PATH"] == config[1]
    etcd = yaml.safe_load((ROOT / config[0]).read_text("utf-8"))
    assert {etcd["listen-client-urls"], etcd["advertise-client-urls"]} == {"http://127.0.0.1:2379"}

    wanted = env_file(ROOT / "deploy" / "compose" / "milvus.env")
    for name in ("api", "api-1", "api-2", "job"):
        assert services[name]["environment"]["DEEPSTYLE_VECTOR_INDEX"] == "${DEEPSTYLE_VECTOR_INDEX:-}"
        (default,) = re.findall(r"^\$\{SERVING:-(.+)\}$", services[name]["build"]["args"]["SERVING"])
        assert "pymilvus" not in (ROOT / "requirements" / f"{default}.txt").read_text("utf-8")
    assert "\npymilvus==" in (ROOT / "requirements" / f"{wanted['SERVING']}.txt").read_text("utf-8")
    assert "//milvus:19530/" in wanted["DEEPSTYLE_VECTOR_INDEX"]
    open_index(wanted["DEEPSTYLE_VECTOR_INDEX"])


def test_compose_starts_the_version_of_milvus_that_the_tests_run() -> None:
    (tested,) = re.findall(r"milvus==([0-9.]+)", (ROOT / "Makefile").read_text("utf-8"))
    image = env_file(ROOT / "docker" / "images.env")["MILVUS_IMAGE"]
    assert image.partition("@")[0] == f"milvusdb/milvus:v{tested}"


@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["default", "everything"])
def test_the_chart_renders_valid_objects(values: dict[str, Any]) -> None:
    kubernetes = pytest.importorskip("kubernetes_validate", reason="the extra deploy is not installed")
    objects = rendered(values)
    always = {"Deployment", "ConfigMap", "Service", "ServiceAccount", "PodDisruptionBudget", "NetworkPolicy"}
    assert objects.keys() == always | ({"Ingress", "HorizontalPodAutoscaler"} if values else set())
    for one in objects.values():
        kubernetes.validate(one, kubernetes.latest_version(), strict=True)
    assert ("replicas" in objects["Deployment"]["spec"]) is (not values)
    assert ("DEEPSTYLE_VECTOR_INDEX" in objects["ConfigMap"]["data"]) is bool(values)


def test_the_chart_passes_lint() -> None:
    report = helm.run("lint", CHART, {})
    assert [one for one in report["messages"] if one["severity"] >= 2] == []
    assert report["errors"] == []


def test_servers_are_replaced_without_a_gap_and_have_no_rights() -> None:
    objects = rendered({"drainSeconds": 15, "formerModel": "packaged:lite2"})
    deployment = objects["Deployment"]["spec"]
    assert (deployment["replicas"], deployment["strategy"]["rollingUpdate"]["maxUnavailable"]) == (2, 0)
    pod = deployment["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["terminationGracePeriodSeconds"] > 15 + 20
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["automountServiceAccountToken"] is False
    data = objects["ConfigMap"]["data"]
    assert (data["DEEPSTYLE_DRAIN_S"], data["DEEPSTYLE_FORMER_MODEL"]) == ("15", "packaged:lite2")
    assert {name.removeprefix("DEEPSTYLE_").lower() for name in data} <= Settings.model_fields.keys()


REFUSED: list[dict[str, Any]] = [
    {"replicas": 0},
    {"settings": {"STORE": "x"}},
    {"unknown": 1},
    {"vectorIndex": {"url": "milvus"}},
    {"vectorIndex": {"url": "milvus://me:secret@milvus:19530/shop"}},
    {"vectorIndex": {"url": "milvus://milvus:19530/two-words"}},
]


@pytest.mark.parametrize("values", REFUSED)
def test_values_that_are_none_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="refused"):
        helm.run("check", CHART, values)
