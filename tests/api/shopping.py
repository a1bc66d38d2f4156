"""A shopper at a browser: what she agrees to."""

from typing import Any

import httpx2
from fastapi.testclient import TestClient

OWN = {"Origin": "http://testserver"}
YES = {"measure": True, "personalise": True}
NO = {"measure": False, "personalise": False}


def put(browser: TestClient, choice: dict[str, Any], **headers: str) -> httpx2.Response:
    return browser.put("/v1/consent", json=choice, headers=OWN | headers)
