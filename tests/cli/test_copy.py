import json
from pathlib import Path

from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.store.open import open_store
from tests.store.contract import fill


def test_copy_reports_what_it_sent_and_that_both_are_equal(tmp_path: Path) -> None:
    one, other = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
    with open_store(one) as store:
        fill(store)
    report = json.loads(CliRunner().invoke(app, ["copy", one, other, "--json"]).stdout)
    assert (report["items_sent"], report["vectors_sent"], report["digest"]["items"]) == (5, 5, 5)
    again = CliRunner().invoke(app, ["copy", one, other])
    assert again.exit_code == 0
    assert "0 items and 0 vectors sent" in " ".join(again.stdout.split())
