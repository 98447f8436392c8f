"""Django's entry to this room."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class ExemplarsConfig(AppConfig):
    name = "exemplars"
    verbose_name = _("Exemplars")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for films that become playable and for captions that change."""
        from local_videos.models import Caption  # noqa: PLC0415  models are ready only now
        from local_videos.signals import video_ready  # noqa: PLC0415  as above

        from . import indexing  # noqa: PLC0415  as above

        video_ready.connect(indexing.film_ready, dispatch_uid="exemplars.film_ready")
        for signal in (post_save, post_delete):
            signal.connect(indexing.captions_changed, sender=Caption, dispatch_uid="exemplars.captions")
