"""A set of people holds its bars or says which one it misses; made-up people are the same ones every time."""

from msgspec.structs import replace

from benchmarks.identity.metrics import GroupQuality, PairQuality, Share
from benchmarks.identity.people import make_query, make_records
from benchmarks.identity.quality import MatchQuality
from benchmarks.identity.table import SETS, SetResult, missed_bars, table_line

GERMAN = next(one for one in SETS if one.name == "german_a")
QUALITY = MatchQuality(
    pairs=PairQuality(
        f1_at_50=0.96,
        precision_at_50=0.96,
        recall_at_50=0.96,
        precision_at_95=0.99,
        recall_at_95=0.8,
        best_f1=0.97,
        best_at=0.7,
    ),
    groups=GroupQuality(f1=0.98, precision=0.99, recall=0.97, largest=9),
    strong=Share(precision=0.99, recall=0.7, found=100),
    household=None,
    seconds=12.0,
    records=5000,
)


def test_a_set_of_good_matches_holds_its_bars():
    assert missed_bars(GERMAN, QUALITY, splink=0.88) == []


def test_a_german_set_has_to_be_clearly_ahead_of_splink():
    assert missed_bars(GERMAN, QUALITY, splink=0.93) == ["F1 next to Splink 0.9600 < 0.9800"]


def test_each_bar_that_is_missed_is_named():
    poor = replace(QUALITY, groups=replace(QUALITY.groups, f1=0.9), pairs=replace(QUALITY.pairs, precision_at_95=0.97))
    assert missed_bars(GERMAN, poor, splink=None) == [
        "precision at .95 0.9700 < 0.9800",
        "F1 of groups 0.9000 < 0.9700",
    ]


def test_a_line_of_the_table_says_what_was_measured_and_missed():
    result = SetResult(name="german_a", quality=QUALITY, splink_best_f1=0.8894, missed=[])
    assert table_line(result) == (
        "| german_a | 5,000 | 0.9600 | 0.9900 | 0.9700 | 0.9800 | 0.9900 | 9 | 0.889 | held |"
    )


def test_made_up_people_are_the_same_every_time_and_a_query_is_one_more_record_of_its_person():
    made = list(make_records(3, each=2))
    assert made == list(make_records(3, each=2))
    assert [one.person for one in made] == [0, 0, 1, 1, 2, 2]
    assert make_query(1, 2)["record_id"] == "1-2"
