"""Limits that cannot be read stop `deepstyle serve` before it starts."""

import pytest

from deepstyle.cli.serve import run_server
from deepstyle.errors import UsageError
from deepstyle.settings import Settings
from tests.conftest import Shop


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("setting", "value"), [("rate_limit", "often"), ("upload_rate_limit", "1/eon"), ("trusted_proxies", "proxy")]
)
def test_a_limit_that_cannot_be_read(shop: Shop, setting: str, value: str, workers: int) -> None:
    settings = Settings(store=shop.store_url, model=str(shop.model), workers=workers)
    with pytest.raises(UsageError, match=setting) as error:
        run_server(settings.model_copy(update={setting: value}))
    assert f"DEEPSTYLE_{setting.upper()}" in error.value.remedy
