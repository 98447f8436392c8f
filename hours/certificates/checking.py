"""Whether a certificate still holds, and what its code and name are as somebody types them.

Whoever asks learns whether the certificate is valid, its year and its hours; a name only by typing it.
"""

import enum
import unicodedata
from collections.abc import Collection
from uuid import UUID

from hours.ledger.names import is_same_name
from hours.models import Certificate, CreditEntry


class Validity(enum.Enum):
    """What can be said of a certificate today; the first that is true, from the last up."""

    VALID = "valid"
    CORRECTED = "corrected"
    REPLACED = "replaced"
    REVOKED = "revoked"


def validity(certificate: Certificate) -> Validity:
    """Return whether the certificate still holds, and if not, why."""
    return validities([certificate])[certificate.pk]


def validities(certificates: Collection[Certificate]) -> dict[UUID, Validity]:
    """Return the validity of each certificate by primary key. One query."""
    entries = {pk for one in certificates for pk in one.entries}
    taken_back = set(CreditEntry.objects.filter(reverses__in=entries).values_list("reverses_id", flat=True))
    return {one.pk: _validity(one, taken_back) for one in certificates}


def _validity(certificate: Certificate, taken_back: set[int]) -> Validity:
    if certificate.revoked_at is not None:
        return Validity.REVOKED
    if certificate.replaced_at is not None:
        return Validity.REPLACED
    return Validity.VALID if taken_back.isdisjoint(certificate.entries) else Validity.CORRECTED


def normalise_code(typed: str) -> str:
    """Return what somebody typed as a code is stored: full-width letters, hyphens and spaces are the same."""
    return "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isalnum())


def is_name_on(certificate: Certificate, typed: str) -> bool:
    """Return whether `typed` is the name as it is printed; only letters and characters count.

    Of one that was issued before names were kept it is the member's name of today. False where the member
    has left.
    """
    if certificate.is_forgotten:
        return False
    printed = certificate.facts["name"] if certificate.facts else certificate.member.name
    return is_same_name(printed, typed)
