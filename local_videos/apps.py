"""Django's entry to this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocalVideosConfig(AppConfig):
    name = "local_videos"
    verbose_name = _("Local videos")
    default_auto_field = "django.db.models.BigAutoField"
