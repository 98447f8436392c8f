"""What a password must be: long enough, or a phrase; not one's own number."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Six Chinese characters are harder to guess than eight Latin letters.
LEAST_CHARACTERS = 8
LEAST_CHINESE = 6
_CHINESE = re.compile(r"[\u3400-\u9fff]")


class LongEnough:
    """At least eight characters, or a phrase of at least six Chinese ones."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for what is shorter."""
        if len(password) < LEAST_CHARACTERS and len(_CHINESE.findall(password)) < LEAST_CHINESE:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("At least 8 letters or digits, or a phrase of at least 6 Chinese characters.")


class NotOnesOwnNumber:
    """Neither the member number nor the phone nor the name, with or without something around it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if the password is little more than what everybody knows of the person."""
        plain = re.sub(r"\W", "", unicodedata.normalize("NFKC", password)).lower()
        for known in (getattr(user, "number", ""), getattr(user, "phone", ""), getattr(user, "name", "")):
            # Two signs more than the number are still the number.
            if known and known.lower() in plain and len(plain) - len(known) <= 2:  # noqa: PLR2004  see above
                raise ValidationError(self.get_help_text(), code="password_is_number")

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("Not your mobile number, member number or name.")
