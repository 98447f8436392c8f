"""Django's entry to this room."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class LecturesConfig(AppConfig):
    name = "lectures"
    verbose_name = _("Lectures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for films that become playable and for captions and documents that change."""
        from wagtail.documents.models import Document  # noqa: PLC0415  models are ready only now
        from wagtail.models import CollectionViewRestriction  # noqa: PLC0415  as above

        from local_videos.models import Caption  # noqa: PLC0415  as above
        from local_videos.signals import video_ready  # noqa: PLC0415  as above

        from . import handouts, indexing  # noqa: PLC0415  as above

        post_save.connect(handouts.document_saved, sender=Document, dispatch_uid="lectures.documents")
        video_ready.connect(indexing.film_ready, dispatch_uid="lectures.film_ready")
        for signal in (post_save, post_delete):
            signal.connect(
                handouts.restriction_changed,
                sender=CollectionViewRestriction,
                dispatch_uid="lectures.documents",
            )
            signal.connect(indexing.captions_changed, sender=Caption, dispatch_uid="lectures.captions")
