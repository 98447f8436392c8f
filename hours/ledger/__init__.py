"""The append-only ledger of study hours: crediting, reversing, and the rules by which minutes become hours.

Every hour enters through `credit`, wherever it was earned; corrections are reversals.
Every app above and every other package of this one may call it.
"""

from .crediting import (
    ALREADY,
    CREDITED,
    ELSEWHERE,
    TOO_SHORT,
    Credit,
    Outcome,
    ReversalRefusedError,
    credit,
    credited_lectures,
    reverse,
)

__all__ = [
    "ALREADY",
    "CREDITED",
    "ELSEWHERE",
    "TOO_SHORT",
    "Credit",
    "Outcome",
    "ReversalRefusedError",
    "credit",
    "credited_lectures",
    "reverse",
]
