"""Where members belonged and who hosted them, from which day to which: the roll of a past day asks for it."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.calendar import today

from .organizations import Organization

if TYPE_CHECKING:
    from .people import Member


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Rows of the history."""

    def on(self, day: date) -> "MembershipQuerySet":
        """Rows that hold for `day`. Whoever moved on that day belonged to both places."""
        return self.filter(
            Q(began_on__isnull=True) | Q(began_on__lte=day), Q(ended_on__isnull=True) | Q(ended_on__gte=day)
        )


class MembershipManager(models.Manager["Membership"]):
    """Writes the history. Nothing else does."""

    def get_queryset(self) -> MembershipQuerySet:
        """Return rows as a queryset that knows `on`."""
        return MembershipQuerySet(self.model, using=self._db)

    def on(self, day: date) -> MembershipQuerySet:
        """See `MembershipQuerySet.on`."""
        return self.get_queryset().on(day)

    def begin(self, members: Iterable["Member"]) -> None:
        """Open the history of `members`, whose accounts have just been made. One insert.

        Since when they belong there nobody has said: an account is made long after somebody joined.
        """
        self.bulk_create(
            [
                Membership(member_id=one.pk, organization_id=unit, is_host=is_host)
                for one in members
                for is_host, unit in _places(one.organization_id, one.host_organization_id, one.is_active)
            ],
            batch_size=500,
        )

    def follow(self, ids: Iterable[int]) -> None:
        """Bring the history of the members with these primary keys in line with what is stored of them.

        What they no longer are ends today, what they have become begins today. A closed account belongs
        nowhere. Called in the transaction that changed them; four queries at most for any number.
        """
        ids, day = list(ids), today()
        people: Any = Membership._meta.get_field("member").related_model
        stored = people._base_manager.filter(pk__in=ids).values_list(
            "pk", "organization_id", "host_organization_id", "is_active"
        )
        now = {
            (pk, is_host): unit
            for pk, home, host, is_active in stored
            for is_host, unit in _places(home, host, is_active)
        }
        over, kept = [], set()
        for row in self.filter(member__in=ids, ended_on__isnull=True):
            key = (row.member_id, row.is_host)
            if now.get(key) == row.organization_id:
                kept.add(key)
            else:
                over.append(row.pk)
        if over:
            self.filter(pk__in=over).update(ended_on=day)
        self.bulk_create(
            [
                Membership(member_id=key[0], organization_id=unit, is_host=key[1], began_on=day)
                for key, unit in now.items()
                if key not in kept
            ],
            batch_size=500,
        )


def _places(home: int | None, host: int | None, is_active: bool) -> list[tuple[bool, int]]:
    """Return (whether as a guest, primary key of the organization) for each place that is one."""
    if not is_active:
        return []
    return [(is_host, unit) for is_host, unit in ((False, home), (True, host)) if unit is not None]


class Membership(models.Model):
    """That a member belonged to an organization, or was hosted by it, from one day to another.

    Both days count. `began_on` is empty where nobody knows since when, `ended_on` while it is so. Holds no
    name: the row of somebody who has left stays.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.CASCADE, related_name="memberships"
    )
    is_host = models.BooleanField(_("as a guest"), default=False)
    began_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipManager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "is_host"],
                condition=Q(ended_on__isnull=True),
                name="membership_one_place_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(began_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=models.F("began_on")),
                name="membership_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.organization_id}"
