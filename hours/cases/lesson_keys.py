"""Keys of lessons that are none of ours, made of what they were.

Who hands the same in twice arrives at the same key, so that the ledger's "once a year" holds for training
elsewhere as for any lesson. Blanks, punctuation, capitals and full-width letters make no difference.
"""

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from foundation.chinese_text import normalise


def plain(text: str) -> str:
    """Return the letters, characters and digits of `text` as they are compared."""
    return "".join(one for one in normalise(text).casefold() if one.isalnum())


def key_of_training(*, title: str, organizer: str, began_on: date, earned_on: date) -> UUID:
    """Return the key of a training that `organizer` held from `began_on` to `earned_on`."""
    return _key("training", plain(title), plain(organizer), str(began_on), str(earned_on))


def key_of_lesson(*, title: str, day: date) -> UUID:
    """Return the key of a lesson that an objection names and the site does not know."""
    return _key("lesson", plain(title), str(day))


def _key(*parts: str) -> UUID:
    return uuid5(NAMESPACE_URL, ":".join(["guben", *parts]))
