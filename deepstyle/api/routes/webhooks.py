"""Webhooks of shop systems: the signature is checked, the delivery queued, and the answer sent at once.

The job process applies it (``deepstyle.jobs.webhooks``). The id of a delivery is remembered, so that one that comes
again changes nothing.
"""

import hashlib
import re
import time
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.signatures import check_signature
from deepstyle.files import parse_json
from deepstyle.jobs.webhooks import shopify as shopify_payloads
from deepstyle.jobs.webhooks import woocommerce as woocommerce_payloads
from deepstyle.jobs.webhooks.change import seconds_of

router = APIRouter(tags=["webhooks"])
_PING: Final = re.compile(rb"webhook_id=[0-9]{1,20}")
PROBLEMS: Final = ("webhooks-disabled", "bad-signature", "malformed-request", "body-too-large")
BODY: Final = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


class Receipt(BaseModel):
    """What became of a delivery."""

    queued: bool = Field(description="Whether it will be applied; else it came before, or concerns no product.")


@router.post(
    "/v1/webhooks/shopify",
    operation_id="shopifyWebhook",
    summary="A webhook of Shopify",
    responses=documented(*PROBLEMS),
    openapi_extra=BODY,
)
async def shopify(request: Request, resources: Open) -> Receipt:
    """For `products/create`, `products/update` and `products/delete`; other topics are acknowledged.

    `X-Shopify-Hmac-Sha256` is checked with the secret in `DEEPSTYLE_SHOPIFY_SECRET`.
    """
    headers, body = request.headers, await request.body()
    _check(body, resources.settings.shopify_secret, headers.get("x-shopify-hmac-sha256", ""), "SHOPIFY")
    topic = headers.get("x-shopify-topic", "")
    if topic not in shopify_payloads.TOPICS:
        return Receipt(queued=False)
    now_s = time.time()
    occurred_s = min(now_s, seconds_of(headers.get("x-shopify-triggered-at"), now_s))
    delivery_id = headers.get("x-shopify-webhook-id", "")
    return await _queue(resources, shopify_payloads.NAME, topic, delivery_id, body, occurred_s)


@router.post(
    "/v1/webhooks/woocommerce",
    operation_id="woocommerceWebhook",
    summary="A webhook of WooCommerce",
    responses=documented(*PROBLEMS),
    openapi_extra=BODY,
)
async def woocommerce(request: Request, resources: Open) -> Receipt:
    """For `product.created`, `product.updated`, `product.restored` and `product.deleted`; others are acknowledged.

    `X-WC-Webhook-Signature` is checked with the secret in `DEEPSTYLE_WOOCOMMERCE_SECRET`. The ping that is sent when a
    webhook is created has no signature and is answered without one.
    """
    headers, body = request.headers, await request.body()
    secret, signature = resources.settings.woocommerce_secret, headers.get("x-wc-webhook-signature", "")
    if secret and not signature and _PING.fullmatch(body):
        return Receipt(queued=False)
    _check(body, secret, signature, "WOOCOMMERCE")
    topic = headers.get("x-wc-webhook-topic", "")
    if topic not in woocommerce_payloads.TOPICS:
        return Receipt(queued=False)
    delivery_id = headers.get("x-wc-webhook-delivery-id", "")
    return await _queue(resources, woocommerce_payloads.NAME, topic, delivery_id, body, time.time())


def _check(body: bytes, secret: str, signature: str, system: str) -> None:
    if not secret:
        variable = f"DEEPSTYLE_{system}_SECRET"
        raise ProblemError("webhooks-disabled", f"{variable} is not set.", remedy=f"Set {variable} on the server.")
    check_signature(body, secret, signature)


async def _queue(
    resources: Resources, system: str, topic: str, delivery_id: str, body: bytes, occurred_s: float
) -> Receipt:
    """Queue a delivery whose signature is right; raises ``ProblemError`` where its body is no product's."""
    try:
        payload = parse_json(body.decode())
    except ValueError as error:
        raise ProblemError("malformed-request", f"the body is not JSON: {error}.", remedy="Send JSON.") from error
    if not isinstance(payload, dict) or not isinstance(payload.get("id"), int):
        raise ProblemError("malformed-request", "the body has no product's id.", remedy="Send the product's JSON.")
    # A delivery without an id is known by its content.
    known_by = hashlib.sha256(delivery_id.encode("utf-8", "replace") or topic.encode() + body).hexdigest()
    deliver = partial(resources.journal.deliver, system, topic, known_by, body, occurred_s=occurred_s)
    return Receipt(queued=await run_in_threadpool(deliver))
