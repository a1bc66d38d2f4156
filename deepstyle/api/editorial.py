"""The looks that merchandisers arranged, as looks of the catalogue."""

from deepstyle.api.resources import Resources
from deepstyle.people.merchandising.desk import listed
from deepstyle.people.merchandising.looks import apply_looks


def show_looks(resources: Resources) -> None:
    """Write the arranged looks into the catalogue, and delete those that are no longer arranged."""
    apply_looks(resources.writer, listed(resources.people, "editorial"))
