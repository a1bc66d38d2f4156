"""deepstyle: visual search and outfit compatibility for a fashion catalogue."""

import os

from deepstyle.telemetry import opt_out

# NumPy's BLAS threads spin while they wait: they slowed the encoder 1.4 times. Read when NumPy loads, so set here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

opt_out()  # here, because every process of ours imports this before anything that reports its use

__version__ = "0.1.0"
