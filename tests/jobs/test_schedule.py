import pytest

from deepstyle.errors import UsageError
from deepstyle.jobs.schedule import next_run_s, parse_interval, wait_s


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86400), (" 5M ", 300)])
def test_intervals(text: str, seconds: float) -> None:
    assert parse_interval(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "0s", "-5m", "1.5h", "٣m", "15 m", "1000000000s"])
def test_what_is_no_interval(text: str) -> None:
    with pytest.raises(UsageError, match="interval"):
        parse_interval(text)


def test_failures_are_tried_again_later_and_later() -> None:
    assert [next_run_s(0, 900, failures) for failures in (0, 1, 2, 3, 20, 5000)] == [900, 30, 60, 120, 3600, 3600]
    assert next_run_s(0, 86400, 50) == 86400


def test_waiting() -> None:
    assert wait_s(0, 1000, 60) == 0
    assert wait_s(1030, 1000, 60) == 30
    assert wait_s(10**9, 1000, 60) == 3600  # the clock was set back
