"""Whether a certificate still holds, and what its code and name are as somebody types them.

Whoever asks learns whether the certificate is valid, its year and its hours; a name only by typing it.
"""

import enum
import unicodedata

from hours.models import Certificate, CreditEntry


class Validity(enum.Enum):
    """What can be said of a certificate today."""

    VALID = "valid"
    CORRECTED = "corrected"
    REPLACED = "replaced"


def validity(certificate: Certificate) -> Validity:
    """Return whether the hours that the certificate rests on still stand."""
    if not CreditEntry.objects.filter(reverses__in=certificate.entries).exists():
        return Validity.VALID
    newer = Certificate.objects.filter(
        member_id=certificate.member_id,
        year=certificate.year,
        kind=certificate.kind,
        issued_at__gt=certificate.issued_at,
    )
    return Validity.REPLACED if newer.exists() else Validity.CORRECTED


def normalise_code(typed: str) -> str:
    """Return what somebody typed as a code is stored: full-width letters, hyphens and spaces are the same."""
    return "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isalnum())


def is_name_on(certificate: Certificate, typed: str) -> bool:
    """Return whether `typed` is the name on the certificate; spaces do not matter."""
    name = "".join(certificate.member.name.split())
    return "".join(unicodedata.normalize("NFKC", typed).split()) == name
