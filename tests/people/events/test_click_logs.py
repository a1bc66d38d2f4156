from pathlib import Path

import pytest

from deepstyle.errors import DataError
from deepstyle.learning.ranking.log import log_of
from deepstyle.people.events.click_logs import read_click_log

QUERIES = """queryId;sessionId;userId;timeframe;duration;eventdate;searchstring.tokens;categoryId;items;is.test
1;11;NA;16327074;311;2016-05-09;16655,244087;0;7518,71,30311;FALSE
2;12;900;1000;311;2016-05-10;;5;71,7518;FALSE
"""
CLICKS = "queryId;timeframe;itemId\n1;16330000;71\n"
PURCHASES = "sessionId;userId;timeframe;eventdate;ordernumber;itemId\n12;900;2000;2016-05-10;5;7518\n"


def test_diginetica_has_lists_with_places_clicks_and_purchases(tmp_path: Path) -> None:
    (tmp_path / "train-queries.csv").write_text(QUERIES)
    (tmp_path / "train-clicks.csv").write_text(CLICKS)
    (tmp_path / "train-purchases.csv").write_text(PURCHASES)

    events = list(read_click_log(tmp_path))
    log = log_of(events)

    assert [(one.action_name, one.object_id, one.ordinal) for one in events[:4]] == [
        ("search", "", 0),
        ("impression", "7518", 1),
        ("impression", "71", 2),
        ("impression", "30311", 3),
    ]
    first, second = log.lists
    assert (first.client_id, first.text, first.clicked) == ("session-11", "16655 244087", frozenset({"71"}))
    assert (second.client_id, second.text, second.clicked) == ("900", "", frozenset())
    assert [(deed.item_id, deed.is_purchase) for deed in log.deeds] == [("71", False), ("7518", True)]
    assert len({one.event_id for one in events}) == len(events)


def test_retailrocket_has_deeds_without_lists(tmp_path: Path) -> None:
    lines = ["timestamp,visitorid,event,itemid,transactionid", "1433221332117,257597,view,355908,"]
    (tmp_path / "events.csv").write_text("\n".join([*lines, "1433224214164,992329,transaction,248676,4000"]))

    events = list(read_click_log(tmp_path))

    assert [(one.action_name, one.client_id, one.object_id) for one in events] == [
        ("click", "257597", "355908"),
        ("purchase", "992329", "248676"),
    ]
    assert events[0].timestamp_us == 1433221332117000
    assert log_of(events).lists == ()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("events.csv", "timestamp,visitorid,event,itemid\nx,1,view,2\n", "line 2: timestamp is 'x'"),
        ("events.csv", "timestamp,visitorid,event,itemid\n1,1,look,2\n", "line 2: event is 'look'"),
        ("events.csv", "timestamp,event,itemid\n1,view,2\n", "visitorid is missing"),
        ("train-queries.csv", QUERIES.replace("2016-05-09", "yesterday"), "eventdate is 'yesterday'"),
        ("other.csv", "", "has neither"),
    ],
)
def test_what_is_damaged_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(DataError, match=said):
        list(read_click_log(tmp_path))
