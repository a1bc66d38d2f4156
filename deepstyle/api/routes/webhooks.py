"""Webhooks of shop systems."""

from fastapi import APIRouter

router = APIRouter(tags=["webhooks"])
