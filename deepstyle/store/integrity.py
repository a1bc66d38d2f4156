"""What the checks of all stores have in common, and the stored result of the last check."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from deepstyle.errors import ImageBrokenError, ImageFormatError, ImageTooLargeError, StoreError
from deepstyle.images.header import read_header
from deepstyle.store.base import INSTANCE_FACTS, CheckReport, Finding, Progress, Store

LAST_CHECK: Final = f"{INSTANCE_FACTS}last_check"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When the store was last checked (ISO 8601, UTC), how much was damaged, and whether that was repaired."""

    checked_at: str
    findings: int
    repaired: bool


def check_recorded(store: Store, *, repair: bool, on_progress: Progress | None) -> CheckReport:
    """Check the store, and remember the result in it where it can be written."""
    report = store.check(repair=repair, on_progress=on_progress)
    try:
        record_check(store, report)
    except StoreError as error:
        log.warning("the store cannot keep the result of the check: %s", error.message)
    return report


def record_check(store: Store, report: CheckReport) -> None:
    """Remember the result in the store."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    result = {"checked_at": now, "findings": len(report.findings), "repaired": report.repaired}
    store.set_meta(LAST_CHECK, json.dumps(result))


def last_check(store: Store) -> LastCheck | None:
    """The result of the last check, ``None`` where there was none, or none that can be read."""
    try:
        fields = json.loads(store.meta(LAST_CHECK) or "")
        return LastCheck(str(fields["checked_at"]), int(fields["findings"]), bool(fields["repaired"]))
    except (ValueError, LookupError, TypeError):
        return None


def picture_fault(data: bytes) -> str:
    """What is wrong with the header of a stored picture, ``""`` where nothing is; its size is not judged again."""
    try:
        read_header(data)
    except (ImageBrokenError, ImageFormatError) as error:
        return error.message
    except ImageTooLargeError:
        pass
    return ""


def items_to_import(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The items that lose their row or their picture when these findings are repaired, in order."""
    return tuple(sorted({finding.item_id for finding in findings if finding.kind in ("item", "picture")} - {""}))
