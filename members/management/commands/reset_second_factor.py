"""`manage.py reset_second_factor NUMBER`: let somebody in again whom no administrator can help."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.accounts import second_factor
from members.models import Member


class Command(BaseCommand):
    """For the district's last administrator, whose phone and recovery codes are lost."""

    help = "Take two-step sign-in away from the member with this number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the member number."""
        parser.add_argument("number")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it away, and say so."""
        member = Member.objects.filter(number__iexact=options["number"]).first()
        if member is None or member.second_factor_at is None:
            msg = "There is no member with this number whose two-step sign-in is on."
            raise CommandError(msg)
        second_factor.reset(member, by=None)
        self.stdout.write("Two-step sign-in is off for this member.")
