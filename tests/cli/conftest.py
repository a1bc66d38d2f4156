"""What the tests of the command line share."""

from collections.abc import Iterator

import pytest

from tests.short_tsne import shorten_tsne


@pytest.fixture(autouse=True, scope="module")
def short_tsne() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        shorten_tsne(patch)
        yield
