"""Random operations on the real ledger agree with an independent model of its rules."""

import pytest
from django.db import transaction

from tests.ledger_model.run import DifferenceError, Run

OPERATIONS, BETWEEN_COMPARISONS = 700, 350


@pytest.mark.slow
@pytest.mark.django_db
def test_the_ledger_comes_to_what_an_independent_model_says() -> None:
    run = Run(seed=1, pace=60)
    run.begin()
    for _batch in range(OPERATIONS // BETWEEN_COMPARISONS):
        with transaction.atomic():
            for _ in range(BETWEEN_COMPARISONS):
                run.step()
        run.compare()
    assert len(run.model.closed) >= 2


def test_a_model_that_lives_through_it_again_comes_to_the_same() -> None:
    first, again = Run(seed=2, pace=50), None
    for _ in range(300):
        first.replay_one()
    again = Run(seed=2, pace=50)
    for _ in range(300):
        again.replay_one()
    assert first.model.sums() == again.model.sums() != {}


@pytest.mark.django_db
def test_a_sum_that_is_wrong_is_found() -> None:
    run = Run(seed=1, pace=150)
    run.begin()
    for _ in range(30):
        run.step()
    run.compare()
    run.model.people[0].unit = (run.model.people[0].unit + 1) % 8 + 4
    with pytest.raises(DifferenceError, match="operation 30"):
        run.compare()
