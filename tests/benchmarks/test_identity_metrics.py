"""How good matches are is counted by pairs of records, next to the truth."""

import pytest

from benchmarks.identity.metrics import (
    FoundPair,
    PersonTruth,
    measure_groups,
    measure_households,
    measure_pairs,
    measure_strength,
)

PERSONS = {"a1": "anna", "a2": "anna", "a3": "anna", "b1": "ben", "b2": "ben", "c1": "cleo"}
TRUTH = PersonTruth(persons=PERSONS, households={"a1": "h", "a2": "h", "b1": "h", "b2": "h"})


def test_of_four_true_pairs_two_are_found_beside_one_wrong_one():
    found = [FoundPair("a1", "a2", 0.99), FoundPair("b1", "b2", 0.6), FoundPair("a1", "c1", 0.55)]
    quality = measure_pairs(found, TRUTH)
    assert quality.precision_at_50 == pytest.approx(2 / 3)
    assert quality.recall_at_50 == pytest.approx(1 / 2)
    assert quality.f1_at_50 == pytest.approx(4 / 7)
    assert quality.precision_at_95 == 1
    assert (quality.best_f1, quality.best_at) == (pytest.approx(2 / 3), 0.6)


def test_pairs_below_the_threshold_count_for_the_best_one_alone():
    quality = measure_pairs([FoundPair("a1", "a2", 0.4), FoundPair("a2", "a3", 0.3)], TRUTH)
    assert quality.f1_at_50 == 0
    assert (quality.best_f1, quality.best_at) == (pytest.approx(2 / 3), 0.3)


def test_pairs_of_one_probability_are_never_parted_by_the_best_threshold():
    quality = measure_pairs([FoundPair("a1", "a2", 0.9), FoundPair("a1", "b1", 0.9)], TRUTH)
    assert quality.best_f1 == pytest.approx(2 / 6)


def test_nothing_found_is_never_wrong_and_finds_nothing():
    quality = measure_pairs([], TRUTH)
    assert (quality.precision_at_95, quality.recall_at_95, quality.best_f1) == (1, 0, 0)


def test_of_two_linked_files_only_pairs_across_them_count():
    truth = PersonTruth(persons={"a1": "anna", "a2": "anna", "b1": "ben"}, parts={"a1": 0, "a2": 1, "b1": 0})
    found = [FoundPair("a1", "a2", 0.9), FoundPair("a1", "b1", 0.9)]
    assert measure_pairs(found, truth).f1_at_50 == 1
    assert measure_groups([["a1", "a2"]], truth).f1 == 1


def test_a_group_counts_by_the_pairs_within_it():
    quality = measure_groups([["a1", "a2", "b1"]], TRUTH)
    assert (quality.precision, quality.recall, quality.largest) == (pytest.approx(1 / 3), pytest.approx(1 / 4), 3)
    assert quality.f1 == pytest.approx(2 / 7)


def test_records_in_no_group_stand_alone():
    quality = measure_groups([], TRUTH)
    assert (quality.precision, quality.recall, quality.largest) == (1, 0, 1)


def test_a_strength_is_measured_by_its_own_matches():
    found = [FoundPair("a1", "a2", 0.99, "strong"), FoundPair("a1", "c1", 0.7, "likely")]
    strong = measure_strength(found, TRUTH, "strong")
    assert (strong.precision, strong.recall, strong.found) == (1, pytest.approx(1 / 4), 1)


def test_a_household_is_two_persons_of_one_home():
    found = [FoundPair("a1", "b1", 0.1, "household"), FoundPair("a1", "a2", 0.2, "household")]
    expected = [("b1", "a1"), ("a2", "b2"), ("a1", "a2"), ("a3", "c1")]
    households = measure_households(found, TRUTH, expected)
    assert (households.precision, households.recall, households.found) == (
        pytest.approx(1 / 2),
        pytest.approx(1 / 2),
        2,
    )
