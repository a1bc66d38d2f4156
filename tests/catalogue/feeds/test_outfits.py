"""Outfits, compatibility and fill-in-the-blank: round trips, the traps of the shipped files, the real data."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.feeds.outfits import (
    SPLITS,
    VARIANTS,
    BlankQuestion,
    CompatibilityQuestion,
    scan_outfits,
)
from deepstyle.catalogue.feeds.polyvore import read_compatibility, read_fill_in_blank, read_outfits
from deepstyle.catalogue.item import Outfit
from deepstyle.catalogue.rows import Rejection
from deepstyle.errors import DataError, DeepstyleError

OUTFITS = [
    {"set_id": "10", "items": [{"item_id": item_id, "index": at} for at, item_id in enumerate("aba", 1)]},
    {"set_id": "20", "items": [{"item_id": "c", "index": 2}, {"item_id": "d", "index": 5}]},
]


def write(root: Path, name: str, result: object, variant: str = "disjoint") -> Path:
    path = root / variant / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(result if isinstance(result, str) else json.dumps(result))
    return root


SETS = st.lists(st.lists(st.text("abc123", min_size=1, max_size=3), min_size=1, max_size=5), max_size=5)


@given(sets=SETS)
def test_outfits_read_back_with_each_item_once(tmp_path_factory, sets):
    result = [
        {"set_id": str(at), "items": [{"item_id": item_id, "index": index} for index, item_id in enumerate(items, 1)]}
        for at, items in enumerate(sets)
    ]
    root = write(tmp_path_factory.mktemp("outfits"), "train.json", result)
    expected = [Outfit(str(at), tuple(dict.fromkeys(items))) for at, items in enumerate(sets)]
    assert read_outfits(root, "disjoint", "train") == expected


@pytest.mark.parametrize("name", ["compatibility_valid.txt", "compatibility_valid_new.txt"])
@pytest.mark.parametrize("outfits", ["valid.json", "validation.json"])
def test_compatibility_resolves_tokens_by_index(tmp_path: Path, name, outfits):
    root = write(tmp_path, outfits, OUTFITS)
    write(root, name, "1 10_1 10_2 10_3\n\n0  20_5 10_2")
    assert read_compatibility(root, "disjoint", "valid") == [
        CompatibilityQuestion(("a", "b", "a"), True, 1),
        CompatibilityQuestion(("d", "b"), False, 3),
    ]


@pytest.mark.parametrize("name", ["fill_in_blank_test.json", "fill_in_the_blank_test.json"])
def test_the_right_answer_is_the_one_of_the_question_s_outfit(tmp_path: Path, name):
    root = write(tmp_path, "test.json", OUTFITS)
    write(root, name, [{"question": ["10_1", "10_2"], "blank_position": 3, "answers": ["20_2", "10_3", "20_5"]}])
    assert read_fill_in_blank(root, "disjoint", "test") == [BlankQuestion(("a", "b"), 3, ("c", "a", "d"), 1, 1)]


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ({"question": [], "blank_position": 1, "answers": ["20_2"]}, "question is not a list"),
        ({"question": ["10_1"], "blank_position": 3, "answers": ["10_2"]}, "blank_position is 3"),
        ({"question": ["10_1"], "blank_position": None, "answers": ["10_2"]}, "blank_position is None"),
        ({"question": ["10_1"], "blank_position": 1, "answers": ["20_2"]}, "0 of the answers"),
        ({"question": ["10_1"], "blank_position": 1, "answers": ["10_2", "10_3"]}, "2 of the answers"),
        ({"question": ["10_1"], "blank_position": 1, "answers": ["10_9"]}, "No outfit of this split has '10_9'"),
        (7, "question is not a list"),
    ],
)
def test_malformed_questions_name_file_line_and_field(tmp_path: Path, result, why):
    root = write(tmp_path, "test.json", OUTFITS)
    write(root, "fill_in_blank_test.json", f"[\n{json.dumps(result)}\n]")
    with pytest.raises(DataError) as caught:
        read_fill_in_blank(root, "disjoint", "test")
    assert f"fill_in_blank_test.json, line 2: {why}" in caught.value.message


@pytest.mark.parametrize("text", ["2 10_1", "1", "x", "1 10_9", "1 10_1 nothing"])
def test_malformed_compatibility_lines(tmp_path: Path, text):
    root = write(tmp_path, "test.json", OUTFITS)
    write(root, "compatibility_test.txt", "1 10_1 10_2\n" + text)
    with pytest.raises(DataError, match=r"compatibility_test.txt, line 2: "):
        read_compatibility(root, "disjoint", "test")


@pytest.mark.parametrize(
    "result",
    [
        5,
        {},
        {"items": []},
        {"set_id": "1", "items": [5]},
        {"set_id": "", "items": [{"item_id": "a"}]},
        {"set_id": "a b", "items": [{"item_id": "a"}]},
        {"set_id": "1", "items": [{"item_id": "../x"}]},
        {"set_id": "1", "items": [{"item_id": "a", "index": 1}, {"item_id": "b", "index": 1}]},
    ],
)
def test_malformed_outfits_are_rejected_and_the_rest_is_read(tmp_path: Path, result):
    root = write(tmp_path, "train.json", [result, *OUTFITS, OUTFITS[0]])
    found = list(scan_outfits(root, "disjoint", "train"))
    assert isinstance(found[0], Rejection)
    assert [entry.set_id for entry in found[1:3] if isinstance(entry, Outfit)] == ["10", "20"]
    assert isinstance(found[3], Rejection)
    assert found[3].code == "duplicate-set"
    with pytest.raises(DataError, match=r"train.json, line 1"):
        read_outfits(root, "disjoint", "train")


def test_titles_and_the_hub_s_place(tmp_path: Path):
    write(tmp_path / "data", "train.json", OUTFITS, "nondisjoint")
    (tmp_path / "polyvore_outfit_titles.json").write_text(
        '{"10": {"url_name": "outfit 10", "title": ""}, "20": {"url_name": "x", "title": "Night out"}}'
    )
    assert [outfit.title for outfit in read_outfits(tmp_path, "nondisjoint", "train")] == ["outfit 10", "Night out"]


def test_a_missing_split_is_named(tmp_path: Path):
    with pytest.raises(DataError, match=r"has no train.json"):
        read_outfits(tmp_path, "disjoint", "train")


@given(data=st.binary(max_size=120) | st.text('{}[]":,_01 \nitemsd', max_size=80).map(str.encode))
def test_random_bytes_raise_nothing_but_our_errors(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("outfits")
    write(root, "test.json", OUTFITS)
    for name in ("compatibility_test.txt", "fill_in_blank_test.json", "train.json"):
        (root / "disjoint" / name).write_bytes(data)
    for read, split in ((read_compatibility, "test"), (read_fill_in_blank, "test"), (read_outfits, "train")):
        try:
            read(root, "disjoint", split)
        except DeepstyleError as error:
            assert error.remedy


@pytest.mark.skipif("DEEPSTYLE_DATA" not in os.environ, reason="DEEPSTYLE_DATA does not point at the real data")
def test_real_data_reads_whole():
    root = Path(os.environ["DEEPSTYLE_DATA"]) / "outfits"
    assert sum(len(read_outfits(root, variant, split)) for variant in VARIANTS for split in SPLITS) == 5888
    for variant in VARIANTS:
        for split in ("valid", "test"):
            labels = [question.compatible for question in read_compatibility(root, variant, split)]
            assert labels.count(True) == labels.count(False)
            assert all(len(question.answers) == 4 for question in read_fill_in_blank(root, variant, split))
