import pytest

from deepstyle.store.url import without_password


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///var/x.db", "sqlite:///var/x.db"),
        ("mongodb://host/db?replicaSet=rs0", "mongodb://host/db"),
        ("mongodb+srv://me:se:c@ret@cluster.example/db?w=1", "mongodb+srv://me:***@cluster.example/db"),
        ("mongodb://me@host", "mongodb://me:***@host"),
    ],
)
def test_nothing_secret_is_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown
