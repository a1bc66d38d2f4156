"""Which number format a model computes in, and whether this machine computes 8-bit integers fast."""

from functools import lru_cache
from typing import Final

from deepstyle.platform import cpu_flags
from deepstyle.style import runtime as ov

_INT8_FLAGS: Final = frozenset({"avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm"})
"""Instructions that multiply and add four 8-bit integers in one step, as Linux names them on x86 and Arm."""
_INT8_IMPLIED_BY: Final = frozenset({"BF16"})
"""OpenVINO capabilities that only CPUs with such instructions have; it names none for the instructions themselves."""


@lru_cache(maxsize=1)
def int8_is_fast() -> bool:
    """Whether the CPU has instructions for 8-bit products (VNNI, AMX, Arm dot products); ``False`` if unknown."""
    return bool(cpu_flags() & _INT8_FLAGS) or bool(_capabilities() & _INT8_IMPLIED_BY)


def _capabilities() -> set[str]:
    try:
        return set(ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    except RuntimeError:  # a build without the CPU plugin, or one that does not know this property
        return set()
