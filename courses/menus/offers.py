"""What a menu or a list offers: published, unrestricted pages with the lectures and hours they hold.

Everything is read in bulk: the number of queries does not depend on how much is on offer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from wagtail.models import Page

from courses.models import Course, SectionLecture
from exemplars.models import Exemplar
from lectures.models import Lecture


@dataclass(frozen=True)
class Offer:
    """A page that can be chosen, and the lectures by which it earns hours.

    `lectures` is the lecture itself, a course's lectures in their order, or nothing for an exemplar.
    """

    page: Course | Lecture | Exemplar
    lectures: tuple[Lecture, ...] = ()

    @property
    def key(self) -> UUID:
        """The stable content id; it survives an editor's delete-and-add."""
        return self.page.translation_key

    @property
    def kind(self) -> str:
        """ "course", "lecture" or "exemplar"."""
        return self.page.search_kind

    @property
    def summary(self) -> str:
        """One line on what one gets from it; may be empty."""
        return self.page.summary

    @property
    def hours(self) -> Decimal:
        """Credit hours of all lectures together; each lecture is rounded by itself, as the ledger does."""
        return sum((lecture.hours for lecture in self.lectures), Decimal(0))

    @property
    def minutes(self) -> int:
        """Minutes that count, of all lectures together."""
        return sum(lecture.minutes_that_count for lecture in self.lectures)


def offers_of(page_ids: Collection[int]) -> dict[int, Offer]:
    """Return the offers among the pages, by page id. What is unpublished or restricted is absent."""
    courses = Course.objects.live().public().filter(pk__in=page_ids)
    lectures = Lecture.objects.live().public().filter(pk__in=page_ids).select_related("video")
    exemplars = Exemplar.objects.live().public().filter(pk__in=page_ids).select_related("video")
    content = lectures_in([course.pk for course in courses])
    offers = {course.pk: Offer(course, tuple(content[course.pk])) for course in courses}
    offers |= {lecture.pk: Offer(lecture, (lecture,)) for lecture in lectures}
    offers |= {exemplar.pk: Offer(exemplar) for exemplar in exemplars}
    return offers


def lectures_in(course_ids: Collection[int]) -> defaultdict[int, list[Lecture]]:
    """Return the published lectures of each course in their order; a lecture named twice stands once."""
    rows = (
        SectionLecture.objects.filter(section__course__in=course_ids, lecture__in=open_lectures())
        .select_related("lecture__video", "section")
        .order_by("section__course_id", "section__sort_order", "section_id", "sort_order", "pk")
    )
    content: defaultdict[int, list[Lecture]] = defaultdict(list)
    for row in rows:
        if row.lecture not in content[row.section.course_id]:
            content[row.section.course_id].append(row.lecture)
    return content


def open_lectures() -> Iterable[Lecture]:
    """Return the lectures that everybody may open, as a queryset."""
    return Lecture.objects.live().public()


def is_open(page: Page) -> bool:
    """Return whether everybody may open the page: published, and not in a restricted part of the site."""
    return Page.objects.live().public().filter(pk=page.pk).exists()
