#!/usr/bin/env python
"""Django's command line for Guben."""

import gc
import os
import sys

from django.core.management import BaseCommand, ManagementUtility


class CommandLine(ManagementUtility):
    """Looks for garbage only once everything is imported: what is imported stays, and to look takes time."""

    def execute(self) -> None:
        """Import the site and run the command."""
        gc.disable()
        super().execute()

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return the command; by now the site is imported."""
        gc.freeze()
        gc.enable()
        return super().fetch_command(subcommand)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.local")
    CommandLine(sys.argv).execute()
