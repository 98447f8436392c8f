"""Intervals of film: what comes out does not depend on how often or in which order it went in."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectures.watching.intervals import (
    MOST_CLAIMS,
    clip_to_budget,
    longest,
    merge,
    normalise,
    subtract,
    total,
    unseen,
)

NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.integers() | st.floats(-10, 700)
ANYTHING = NUMBERS | st.none() | st.booleans() | st.text(max_size=3) | st.lists(NUMBERS, max_size=3)
CLAIMS = st.lists(st.lists(ANYTHING, max_size=3) | ANYTHING, max_size=30)
DURATIONS = st.floats(0.5, 20_000)
INTERVALS = st.lists(st.tuples(st.floats(0, 600), st.floats(0, 600)).map(sorted), max_size=20).map(
    lambda pairs: merge([], pairs)
)


def in_order(intervals: list[list[float]]) -> bool:
    flat = [moment for interval in intervals for moment in interval]
    return all(a < b for a, b in itertools.pairwise(flat))


@given(CLAIMS, DURATIONS)
def test_whatever_is_claimed_stays_within_the_film(raw: list, duration: float) -> None:
    found = normalise(raw, duration)
    assert in_order(found)
    assert total(found) <= duration + 0.002
    assert all(0 <= start < end <= duration + 0.001 for start, end in found)


@given(CLAIMS, DURATIONS, st.randoms())
def test_order_and_repetition_of_claims_do_not_matter(
    raw: list, duration: float, chance: random.Random
) -> None:
    shuffled = [*raw, *raw]
    chance.shuffle(shuffled)
    assert normalise(shuffled, duration) == normalise(raw, duration)


@given(INTERVALS, INTERVALS, INTERVALS)
def test_merging_is_a_union(a: list, b: list, c: list) -> None:
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, a) == a
    assert total(merge(a, b)) >= max(total(a), total(b))


@given(INTERVALS, INTERVALS)
def test_a_part_and_the_rest_make_the_whole(whole: list, part: list) -> None:
    rest = subtract(whole, part)
    assert in_order(rest)
    assert merge(whole, part) == merge(rest, part)
    assert total(merge(whole, part)) == pytest.approx(total(rest) + total(part), abs=0.01)


@given(INTERVALS, st.floats(-100, 700))
def test_clipping_keeps_the_budget_and_invents_nothing(intervals: list, budget: float) -> None:
    kept = clip_to_budget(intervals, budget)
    assert total(kept) <= max(0, budget) + 1e-9
    assert subtract(kept, intervals) == []
    assert total(kept) == pytest.approx(min(total(intervals), max(0, budget)), abs=0.01)


@given(INTERVALS, st.integers(0, 5))
def test_the_longest_are_kept(intervals: list, count: int) -> None:
    kept = longest(intervals, count)
    assert len(kept) == min(count, len(intervals))
    assert subtract(kept, intervals) == []


@pytest.mark.parametrize(
    "raw",
    [
        None,
        3,
        "0-9",
        {},
        [[1]],
        [[1, 2, 3]],
        [["1", "2"]],
        [[True, 9]],
        [[-1, 5]],
        [[9, 3]],
        [[4, 4]],
        [[math.nan, 5]],
        [[1, math.inf]],
        [[-math.inf, 5]],
        [[10**400, 10**401]],
        [[700, 800]],
        [None],
    ],
)
def test_nonsense_is_dropped(raw: object) -> None:
    assert normalise(raw, 600) == []


def test_what_runs_past_the_end_is_clipped() -> None:
    assert normalise([[590, 10_000], [595, 600]], 600) == [[590, 600]]


def test_a_film_without_length_has_nothing_to_see() -> None:
    assert normalise([[0, 5]], 0) == []
    assert normalise([[0, 5]], math.nan) == []


def test_claims_beyond_the_limit_are_not_read() -> None:
    raw = [[2 * n, 2 * n + 1] for n in range(MOST_CLAIMS + 5)]
    assert len(normalise(raw, 10_000)) == MOST_CLAIMS


def test_what_is_unseen() -> None:
    assert unseen([[10, 20], [30, 60]], 60) == [[0, 10], [20, 30]]
    assert unseen([], 60) == [[0, 60]]
    assert unseen([[0, 60]], 60) == []
