"""Whether int8 is fast here: by the CPU's flags, else by what OpenVINO reports, else no."""

from pathlib import Path

import pytest

from deepstyle import platform
from deepstyle.style import precision

MODERN = "flags : fpu sse2 avx2 avx512f avx512_vnni\n"
OLD = "flags : fpu sse2 avx2\n"


@pytest.mark.parametrize(
    ("flags", "capabilities", "fast"),
    [
        (MODERN, set(), True),
        ("Features : fp asimd asimddp\n", set(), True),
        (OLD, {"FP32", "INT8"}, False),  # OpenVINO runs int8 everywhere, fast or not
        (None, {"FP32", "BF16", "INT8"}, True),
        (None, {"FP32", "INT8"}, False),
        (None, set(), False),
    ],
)
def test_int8_is_fast_where_the_cpu_has_instructions_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: str | None, capabilities: set[str], fast: bool
) -> None:
    if flags is not None:
        (tmp_path / "cpuinfo").write_text(flags)
    monkeypatch.setattr(platform, "CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(precision, "_capabilities", lambda: capabilities)
    assert precision.int8_is_fast.__wrapped__() is fast


def test_this_cpu_is_judged_without_an_error() -> None:
    assert precision.int8_is_fast() in {True, False}
    assert "FP32" in precision._capabilities()
