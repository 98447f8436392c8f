"""The library of lectures: what is published, narrowed by subject and audience, a page at a time."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from wagtail.images import get_image_model

from hours.ledger import credited_lectures
from hours.models import Subject
from lectures.models import Lecture, LectureCategory, LectureIndex
from lectures.watching.clock import year_of
from members.models import Member, MemberCategory

LECTURES_A_PAGE = 12
# As lecture_index.html asks for them; fetched with the page's lectures, not one by one.
POSTER = "fill-480x270"


def library_context(page: LectureIndex, request: HttpRequest) -> dict[str, Any]:
    """Return the lectures that the asker may open, newest first, and the filters in use.

    Takes `subject` (a code), `category` (a slug), `mine` (only what is meant for the member) and `page` from
    the address; what is not known is ignored, so that an old link still shows lectures.
    """
    viewer = request.user
    subjects, categories = list(Subject.objects.all()), list(MemberCategory.objects.all())
    subject = next((one for one in subjects if one.code == request.GET.get("subject")), None)
    category = next((one for one in categories if one.slug == request.GET.get("category")), None)
    own = viewer.categories.values_list("pk", flat=True) if isinstance(viewer, Member) else None
    mine = own is not None and bool(request.GET.get("mine"))

    lectures = Lecture.objects.viewable_by(viewer)
    if subject:
        lectures = lectures.filter(subject=subject)
    if category:
        lectures = lectures.filter(category_tags__tag=category)
    if mine:
        meant = LectureCategory.objects.filter(tag__in=own).values("content_object")
        lectures = lectures.filter(pk__in=meant)
    posters = Prefetch("video__poster", get_image_model().objects.prefetch_renditions(POSTER))
    tags = Prefetch(
        "category_tags", LectureCategory.objects.select_related("tag").order_by("tag__sort_order", "pk")
    )
    lectures = (
        lectures.select_related("video", "subject")
        .prefetch_related(posters, tags)
        .order_by("-first_published_at", "-pk")
    )
    return {
        "page_obj": Paginator(lectures, LECTURES_A_PAGE).get_page(request.GET.get("page")),
        "subjects": subjects,
        "categories": categories,
        "subject": subject,
        "category": category,
        "mine": mine,
        "credited": _credited(request),
        "filters": _address_of(subject, category, mine),
    }


def _credited(request: HttpRequest) -> set[UUID]:
    """Return the keys of what the asker is credited with this year."""
    if not request.user.is_authenticated:
        return set()
    return credited_lectures(request.user, year_of(timezone.now()))


def _address_of(subject: Subject | None, category: MemberCategory | None, mine: bool) -> dict[str, str]:
    """Return the filters in use as they stand in the address, for the links to further pages."""
    used = {
        "subject": subject.code if subject else "",
        "category": category.slug if category else "",
        "mine": "1" if mine else "",
    }
    return {name: value for name, value in used.items() if value}
