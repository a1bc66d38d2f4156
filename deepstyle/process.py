"""What a process of deepstyle's own sets before it imports anything large; ``import deepstyle`` sets none of it."""

import os

from deepstyle.telemetry import opt_out


def prepare_process() -> None:
    """Turn off the libraries' reports, and the threads of NumPy's BLAS; child processes inherit both.

    OpenBLAS reads its variable when NumPy loads. Its threads spin while they wait, beside OpenVINO's on the same cores.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    opt_out()
