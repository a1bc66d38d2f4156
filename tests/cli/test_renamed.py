"""Names from before a renaming exit with 2 and say the new name; other unknown names are answered as ever."""

import sys

import pytest

from deepstyle.cli import main


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["deepstyle", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert exit_.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "old", "new"),
    [
        (["map", "--store", "sqlite:///x.db"], "deepstyle map", "deepstyle suggest"),
        (["map", "--help"], "deepstyle map", "deepstyle suggest"),
        (["import", "x", "--map", "title=Name"], "--map", "--column"),
        (["data", "check", "x", "--map=title=Name"], "--map", "--column"),
        (["encode", "--views"], "--views", "--augmented-views"),
        (["encode", "--no-views"], "--no-views", "--no-augmented-views"),
        (["calibrate", "bands", "--strangers", "x"], "--strangers", "--negatives"),
    ],
)
def test_an_old_name_says_the_new_one(capsys, monkeypatch, arguments: list[str], old: str, new: str) -> None:
    error, remedy = refused(capsys, monkeypatch, *arguments).splitlines()
    assert error.startswith("error: ")
    assert old in error
    assert new in error
    assert new in remedy


@pytest.mark.parametrize("arguments", [["encode", "--viewz"], ["maps"], ["similar", "a", "--map", "x"]])
def test_an_unknown_name_is_only_unknown(capsys, monkeypatch, arguments: list[str]) -> None:
    assert "No such" in refused(capsys, monkeypatch, *arguments)
