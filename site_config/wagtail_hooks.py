"""What only the whole site can add to pages of single apps."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks

from lectures.models import Lecture
from site_config.pages.without_hours import without_hours


@hooks.register("lecture_context")
def why_without_hours(lecture: Lecture, request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Say on a lecture's page why it earned the member nothing, and lead to objecting."""
    member, watching = request.user, context["watching"]
    if not member.is_authenticated or (lecture.has_film and watching is None):
        return {}
    return {"without_hours": without_hours(member, lecture, watching, timezone.now())}
