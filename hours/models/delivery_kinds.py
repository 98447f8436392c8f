"""The kinds of delivery, and what each may be used for: the one place to change when a kind is added."""

import enum
from collections.abc import Collection
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Use(enum.Flag):
    """What hours of a delivery kind may come from."""

    NONE = 0
    ONLINE = enum.auto()
    """A film that the member watches alone."""
    MEETING = enum.auto()
    """A meeting that a unit enters."""
    SCREENING = enum.auto()
    """A session that a station's screen opens."""
    CLAIM = enum.auto()
    """Training elsewhere that a member asks hours for, with evidence."""


class DeliveryKind(models.TextChoices):
    """How the teaching reached the member: code, use, name.

    A kind is added by one line here (and `makemigrations`); forms, lists and statistics follow. The order is
    that of every list. A code is never renamed: entries of the ledger hold it.
    """

    use: Use

    ONLINE = "online", Use.ONLINE, _("online")
    CENTRALIZED = "centralized", Use.MEETING, _("centralized training")
    GROUP_STUDY = "group_study", Use.MEETING, _("group study")
    STATION = "station", Use.SCREENING, _("station screening")
    FIELD = "field", Use.MEETING, _("field teaching")
    HOME_DELIVERY = "home_delivery", Use.MEETING, _("home delivery")
    EXTERNAL = "external", Use.CLAIM, _("external")

    def __new__(cls, code: str, use: Use = Use.NONE) -> Self:
        """Make a kind of its code and use; the label is taken off by `TextChoices`."""
        kind = str.__new__(cls, code)
        kind._value_ = code
        kind.use = use
        return kind

    @property
    def is_online(self) -> bool:
        """Whether the member watched alone."""
        return Use.ONLINE in self.use

    @classmethod
    def names_of(cls, codes: Collection[str]) -> list[str]:
        """Return the names of the kinds with these codes, in the order of the kinds."""
        return [str(kind.label) for kind in cls if kind in codes]

    @classmethod
    def usable_for(cls, use: Use) -> "list[DeliveryKind]":
        """Return the kinds whose hours may come from `use`, in their order."""
        return [kind for kind in cls if use in kind.use]
