"""What follows every `migrate`."""

from typing import Any

from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.dispatch import receiver


@receiver(post_migrate)
def make_cache_table(sender: Any, using: str, **kwargs: Any) -> None:
    """Make the table of the shared cache if it is missing and the cache is kept in the database."""
    if sender.label == "site_config":
        call_command("createcachetable", database=using, verbosity=0)
