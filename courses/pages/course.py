"""What the pages of courses show: a course's outline with the member's state, and the library of courses."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest

from courses.menus.choosing import closed_because, places_of
from courses.menus.offers import Offer, lectures_in, open_lectures
from courses.models import Course, CourseCategory, CourseIndex, CourseSection, SectionLecture
from foundation.calendar import this_year
from hours.ledger import credited_lectures
from hours.models import Subject
from lectures.models import Lecture, WatchProgress
from lectures.watching.standing import shows_film_of
from members.models import Member, MemberCategory

from .menu import reader_of

COURSES_A_PAGE = 12


@dataclass(frozen=True)
class Step:
    """A lecture in a course as a member sees it."""

    lecture: Lecture
    credited: bool = False
    seen_all: bool = False
    seconds_seen: float = 0

    @property
    def finished(self) -> bool:
        """Whether nothing of it is left to do this year."""
        return self.credited or self.seen_all

    @property
    def begun(self) -> bool:
        """Whether the member has seen some of it but not all."""
        return not self.finished and self.seconds_seen > 0


@dataclass(frozen=True)
class Outline:
    """A course's sections and steps in their order."""

    sections: list[tuple[CourseSection, list[Step]]]

    @property
    def steps(self) -> list[Step]:
        """All steps; a lesson that stands in two sections counts once."""
        return list({step.lecture.pk: step for _, steps in self.sections for step in steps}.values())

    @property
    def hours(self) -> Decimal:
        """Credit hours of all lectures together."""
        return sum((step.lecture.hours for step in self.steps), Decimal(0))

    @property
    def finished(self) -> int:
        """Number of lectures that the member has finished."""
        return sum(step.finished for step in self.steps)

    @property
    def next_step(self) -> Step | None:
        """The first unfinished lecture."""
        return next((step for step in self.steps if not step.finished), None)


def outline_of(course: Course, member: Member | None, *, as_typed: bool = False) -> Outline:
    """Return the course's outline for `member`, in the same number of queries for any length.

    `as_typed` reads the sections from the page object instead of the database, for a preview.
    """
    sections = list(course.sections.all())
    lectures = _typed_lectures(sections) if as_typed else _stored_lectures(sections)
    keys = {lecture.lesson_key for found in lectures for lecture in found}
    progress: Mapping[UUID, WatchProgress] = {}
    credited: set[UUID] = set()
    if member is not None:
        rows = WatchProgress.objects.filter(member=member, lecture_key__in=keys).defer("seen", "seen_before")
        progress = {row.lecture_key: row for row in rows}
        credited = set(credited_lectures(member, this_year()))
    return Outline(
        [
            (section, [_step(lecture, progress.get(lecture.lesson_key), credited) for lecture in found])
            for section, found in zip(sections, lectures, strict=True)
        ]
    )


def course_context(course: Course, request: HttpRequest) -> dict[str, Any]:
    """Return what the course's page shows to the asker."""
    member = reader_of(request)
    as_typed = getattr(request, "is_preview", False)
    places = places_of(course, member) if member and course.pk else []
    return {
        "outline": outline_of(course, member, as_typed=as_typed),
        "places": [(line, closed_because(line.item.menu)) for line in places],
        "audience": _audiences([course])[course.pk] if course.pk else [],
        "subjects": list(course.subjects.all()),
    }


def course_index_context(page: CourseIndex, request: HttpRequest) -> dict[str, Any]:
    """Return what the list of courses shows: published courses by category and subject, a page at a time.

    Takes `category` (a slug), `subject` (a code), `mine` and `page` from the address; what is not known is
    ignored, so that an old link still shows courses.
    """
    member = reader_of(request)
    categories = list(MemberCategory.objects.filter(course_tags__isnull=False).distinct())
    subjects = list(Subject.objects.filter(courses__isnull=False).distinct())
    category = next((one for one in categories if one.slug == request.GET.get("category")), None)
    subject = next((one for one in subjects if one.code == request.GET.get("subject")), None)
    mine = bool(member and request.GET.get("mine"))
    courses = Course.objects.live().public().select_related("cover").order_by("-first_published_at", "-pk")
    if category:
        courses = courses.filter(pk__in=CourseCategory.objects.filter(tag=category).values("content_object"))
    if member and mine:
        my_tags = member.category_tags.values("tag")
        courses = courses.filter(
            pk__in=CourseCategory.objects.filter(tag__in=my_tags).values("content_object")
        )
    if subject:
        courses = courses.filter(subjects=subject)
    page_obj = Paginator(courses, COURSES_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page_obj.object_list)
    content, audience = lectures_in([course.pk for course in shown]), _audiences(shown)
    return {
        "page_obj": page_obj,
        "cards": [(Offer(course, tuple(content[course.pk])), audience[course.pk]) for course in shown],
        "categories": categories,
        "subjects": subjects,
        "category": category,
        "subject": subject,
        "mine": mine,
    }


def _stored_lectures(sections: Collection[CourseSection]) -> list[list[Lecture]]:
    rows = SectionLecture.objects.filter(
        section__in=[section.pk for section in sections], lecture__in=open_lectures()
    ).select_related("lecture__video")
    found: dict[int, list[Lecture]] = defaultdict(list)
    for row in rows.order_by("sort_order", "pk"):
        found[row.section_id].append(row.lecture)
    return [found[section.pk] for section in sections]


def _typed_lectures(sections: Collection[CourseSection]) -> list[list[Lecture]]:
    return [[item.lecture for item in section.items.all() if item.lecture_id] for section in sections]


def _step(lecture: Lecture, progress: WatchProgress | None, credited: set[UUID]) -> Step:
    return Step(
        lecture,
        credited=lecture.lesson_key in credited,
        seen_all=bool(progress and progress.completed_at),
        seconds_seen=progress.seconds_seen if progress and shows_film_of(progress, lecture) else 0,
    )


def _audiences(courses: Collection[Course]) -> defaultdict[int, list[MemberCategory]]:
    found: defaultdict[int, list[MemberCategory]] = defaultdict(list)
    rows = CourseCategory.objects.filter(content_object__in=[course.pk for course in courses])
    for row in rows.select_related("tag").order_by("tag__sort_order", "tag__name"):
        found[row.content_object_id].append(row.tag)
    return found
