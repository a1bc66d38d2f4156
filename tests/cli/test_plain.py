"""Nothing that a catalogue, a file's name or an argument says controls the terminal, be it one or a pipe."""

import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.cli import main
from deepstyle.images.pixels import read_image
from deepstyle.plain import plain
from deepstyle.store import Entry, open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from tests.compatibility.shop import map_shop
from tests.conftest import Shop

EVIL = (
    "T\x1b]0;PWNED\x07\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\\x1b[2J\x1b[31mRED\x9b31m\u202egpj.exe\u2066"
    "\x1b]52;c;ZXZpbA==\x07\r\x85\u2028\U000e0041"
)
MARKUP = "[red]m[/red] [link=http://evil.example]x[/link] [/] [bold \\[b] \\"
ITEMS = ("item-000", "item-001", "item-002", "item-003")
# What rich itself sends to a terminal: colours, the cursor, erasing a line.
OWN = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\x1b\[[12]?K|\x1b\[[0-9]*[AGF]|\r")


@pytest.fixture
def evil(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop, four items of which say what they should not; put into the store directly."""
    with open_store(shop.store_url) as store:
        store.put([Entry(bad(shop, number), read_image(shop.picture(number))) for number in range(4)])
        encode_store(store, Encoder.open(shop.model))
    monkeypatch.setenv("DEEPSTYLE_STORE", shop.store_url)
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(shop.model))
    monkeypatch.setenv("DEEPSTYLE_COMPAT", str(map_shop(shop, tmp_path / "head")))
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / f"pho{EVIL.replace('/', '')[:40]}to.jpg").write_bytes(shop.picture(1))
    return tmp_path


def bad(shop: Shop, number: int) -> Item:
    text = EVIL if number % 2 else MARKUP
    return replace(
        shop.item(number), title=text, description=text, brand=text, colour=text, url=text, attributes={text: text}
    )


def commands(folder: Path) -> list[list[str]]:
    photo = next(str(path) for path in folder.iterdir() if path.suffix == ".jpg")
    found = [[*command, item] for command in (["similar"], ["compatible"], ["item", "show"]) for item in ITEMS[:2]]
    found += [["similar", "item-001", "--json"], ["item", "show", "item-001", "--json"], ["search", photo, "-k", "40"]]
    found += [["outfit", "score", *ITEMS[:3]], ["outfit", "complete", "item-001"], ["info"], ["item", "show", EVIL]]
    found += [["outfit", "analyse", *ITEMS[:3]]]
    found += [["import", f"{EVIL}.csv"], ["search", f"{EVIL}.jpg"], ["item", "show", MARKUP], [EVIL], [f"--{EVIL}"]]
    found += [["similar", "a", EVIL], ["encode", "--shard-size", EVIL], ["info", "--store", f"{EVIL}://x"]]
    return [*found, ["similar", "item-001", "--semantic-category", EVIL], ["report", "--publish", EVIL]]


def test_to_a_pipe(evil: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for command in commands(evil):
        monkeypatch.setattr(sys, "argv", ["deepstyle", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        text = "".join(capsys.readouterr())
        assert ended.value.code in {0, 2}, text
        assert text == plain(text), command


def test_json_reads_as_the_catalogue_says(
    evil: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["deepstyle", "item", "show", "item-001", "--json"])
    with pytest.raises(SystemExit):
        main()
    assert json.loads(capsys.readouterr().out)["title"] == EVIL


def test_to_a_terminal(evil: Path) -> None:
    for command in (["similar", "item-000", "-k", "40"], ["item", "show", "item-001"], ["item", "show", EVIL]):
        text = on_a_terminal(command)
        assert "PWNED" in text
        left = OWN.sub("", text)
        assert left == plain(left), command


def on_a_terminal(command: list[str]) -> str:
    """What ``deepstyle`` sends to a pseudo-terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    code = [sys.executable, "-c", "from deepstyle.cli import main; main()", *command]
    with subprocess.Popen(code, env=environment, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        sent = b""
        while chunk := read(ours):
            sent += chunk
    os.close(ours)
    return sent.decode()


def read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end was closed
        return b""
