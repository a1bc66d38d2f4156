"""A demo catalogue that the project draws itself, with outfits whose rules are known (see ``rules``)."""

from deepstyle.demo.write import render_demo

__all__ = ["render_demo"]
