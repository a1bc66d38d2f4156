"""Some of the forged requests of ``bench.accounts``: none is answered as if it were real."""

from bench.accounts import forgeries
from tests.api.members import World


def test_none_is_accepted(world: World) -> None:
    browser = world.browser()
    for name, request in forgeries(world.accounts):
        for _ in range(5):
            browser.cookies.clear()
            assert 400 <= request(browser) < 500, name
