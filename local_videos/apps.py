"""Django's configuration of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocalVideosConfig(AppConfig):
    name = "local_videos"
    verbose_name = _("Local videos")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks, signals, and who may do what with films."""
        # Models can be imported only now; checks register themselves.
        from wagtail.permissions import register_permission_policy  # noqa: PLC0415

        from . import checks, signal_handlers  # noqa: F401, PLC0415
        from .models import LocalVideo  # noqa: PLC0415
        from .permissions import policy  # noqa: PLC0415

        register_permission_policy(LocalVideo, policy)
