"""The Django app of what several apps share."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "foundation"
