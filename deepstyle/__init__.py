"""deepstyle: visual search and outfit compatibility for a fashion catalogue."""

__version__ = "0.1.0"
