"""Why nothing was saved: one exception for all who take a roll, whatever refused it below."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from hours.closed_years import NamesMemberError, YearClosedError
from hours.ledger import ReversalRefusedError
from hours.ledger.credit_rules import NoCreditRuleError


class RollRefusedError(Exception):
    """Nothing was saved; the text says why, in the reader's language.

    `field` names what has to be changed, for a form that asks for it: "day", "late_reason", "reason" or "".
    """

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@contextmanager
def told_as_refusals() -> Iterator[None]:
    """Raise `RollRefusedError` for whatever the ledger refuses. To be put around the transaction."""
    try:
        yield
    except NoCreditRuleError as fault:
        raise RollRefusedError(
            _("No credit rule is laid down for this day. The administrator can add one."), "day"
        ) from fault
    except NamesMemberError as fault:
        raise RollRefusedError(str(fault)) from fault  # it does not say which of the texts names somebody
    except YearClosedError as fault:
        raise RollRefusedError(str(fault), "late_reason") from fault
    except ReversalRefusedError as fault:
        raise RollRefusedError(str(fault), "reason") from fault
