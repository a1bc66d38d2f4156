"""Every route of a real server, fuzzed against the OpenAPI document: what is answered is what is described.

``DEEPSTYLE_FUZZ_EXAMPLES`` asks for more random requests a route than the few of every run (``bench/fuzz.py``).
"""

import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.keys import create_key
from tests.compatibility.shop import map_shop
from tests.conftest import Shop, make_shop
from tests.store.mongod import free_ports

EXAMPLES = int(os.environ.get("DEEPSTYLE_FUZZ_EXAMPLES", "12"))
CHECKS = [
    allow_header_conformance,
    unsupported_method,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
COUNTED: Counter[int] = Counter()
KNOWN = ["item-003", "item-001", "bare"]
PICTURES = [Shop.picture(3), b"", b"GIF89a", b"\xff\xd8\xff\xe0", Shop.picture(4)[:500]]

FEW = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)

schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
schemathesis.openapi.format("binary", st.sampled_from(PICTURES))


@schemathesis.serializer("application/jsonl", "application/x-ndjson", "application/x-jsonlines")
def json_lines(context: Any, value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")


@schema.hook
def map_path_parameters(context: schemathesis.HookContext, path_parameters: dict[str, Any] | None) -> Any:
    """An item that is there, for every other id that was made up."""
    return with_known(path_parameters, lambda item_id: KNOWN[len(str(item_id)) % 3])


@schema.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    return with_known(body, lambda item_ids: KNOWN[: max(2, len(str(item_ids)) % 4)])


def with_known(fields: Any, known: Callable[[Any], Any]) -> Any:
    if isinstance(fields, dict) and "item_id" in fields and len(str(fields["item_id"])) % 2:
        return {**fields, "item_id": known(fields["item_id"])}
    return fields


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """``deepstyle serve`` over a store that is encoded and mapped: its address, and the header of an admin key."""
    folder = tmp_path_factory.mktemp("fuzz")
    shop = make_shop(folder, tiny_model)
    with open_store(shop.store_url) as store:
        key = {"Authorization": f"Bearer {create_key(store, 'operator', 'admin')[1]}"}
    (port,) = free_ports(1)
    environment = {
        **os.environ,
        "DEEPSTYLE_STORE": shop.store_url,
        "DEEPSTYLE_MODEL": str(shop.model),
        "DEEPSTYLE_COMPAT": str(map_shop(shop, folder / "head")),
        "DEEPSTYLE_REPORTS_DIR": str(folder / "reports"),
    }
    command = [sys.executable, "-c", "from deepstyle.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment) as process:
        try:
            yield wait_until_ready(f"http://127.0.0.1:{port}", process), key
        finally:
            process.kill()
    failed = sum(count for status, count in COUNTED.items() if status >= 500 and status != 503)
    print(
        f"\n{sum(COUNTED.values()):,} requests, {failed} with a 5xx but 503; by status: {dict(sorted(COUNTED.items()))}"
    )


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=10).close()
            return address
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
def test_every_answer_is_as_described(case: schemathesis.Case, server: tuple[str, dict[str, str]]) -> None:
    """What reads has the key; what writes is refused."""
    address, key = server
    response = case.call(base_url=address, headers=key if case.method.upper() == "GET" else None)
    COUNTED[response.status_code] += 1
    assert response.status_code < 500 or (response.status_code == 503 and "retry-after" in response.headers)
    case.validate_response(response, checks=CHECKS)
