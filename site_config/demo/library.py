"""The demo's pages: lectures, courses, exemplars, the year's menus, the home page."""

import uuid
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from wagtail.models import Page

from courses.models import Course, CourseIndex, CourseSection, Menu, MenuIndex, MenuItem, SectionLecture
from exemplars.models import Exemplar, ExemplarIndex, RelatedLesson
from hours.models import Subject
from lectures.models import Lecture, LectureIndex
from members.models import MemberCategory
from site_config.models import HomePage

from . import content
from .stored_images import landscape_image

FEATURED = "canal-keeper"
_INTRODUCTION = "青禾区党员的学习课堂：选课、看课、记学时，在手机上、在站点里都可以。"
_NAMESPACE = uuid.UUID("5f1d3c52-6a0b-4d0e-9b7a-2f6d0f7a9c11")


def stable_key(name: str) -> uuid.UUID:
    """Return the same key for the same name in every demo, so that records survive loading anew."""
    return uuid.uuid5(_NAMESPACE, name)


def load_lectures() -> int:
    """Publish the lectures that are not there yet; return how many."""
    index = LectureIndex.objects.get()
    created = 0
    for slug, text in content.read_all("lectures").items():
        if not Lecture.objects.filter(slug=slug).exists():
            page = Lecture(
                title=text["title"],
                slug=slug,
                translation_key=stable_key(f"lectures/{slug}"),
                summary=text["summary"],
                body=_blocks(text["body"]),
                credit_minutes=text["credit_minutes"],
                subject=Subject.objects.get(code=text["subject"]),
            )
            _publish(index, page, text["categories"])
            created += 1
    return created


def load_courses() -> int:
    """Publish the courses that are not there yet; return how many. Lectures come first."""
    index = CourseIndex.objects.get()
    created = 0
    for text in content.read("courses")["courses"]:
        slug = text["slug"]
        if Course.objects.filter(slug=slug).exists():
            continue
        page = Course(
            title=text["title"],
            slug=slug,
            translation_key=stable_key(f"courses/{slug}"),
            summary=text["summary"],
            introduction=_paragraphs([text["introduction"]]),
            cover=landscape_image(text["scene"], slug, text["title"]),
        )
        subjects = set()
        for place, part in enumerate(text["sections"]):
            lectures = [Lecture.objects.get(slug=name) for name in part["lectures"]]
            section = CourseSection(title=part["title"], sort_order=place)
            section.items = [SectionLecture(lecture=one, sort_order=at) for at, one in enumerate(lectures)]
            page.sections.add(section)
            subjects |= {lecture.subject for lecture in lectures if lecture.subject}
        page.subjects.set(subjects)
        _publish(index, page, text["categories"])
        created += 1
    return created


def load_exemplars() -> int:
    """Publish the exemplars that are not there yet; return how many. Lectures come first."""
    index = ExemplarIndex.objects.get()
    created = 0
    for slug, text in content.read_all("exemplars").items():
        if Exemplar.objects.filter(slug=slug).exists():
            continue
        page = Exemplar(
            title=text["title"],
            slug=slug,
            translation_key=stable_key(f"exemplars/{slug}"),
            of=text["of"],
            name=text["name"],
            place=text["place"],
            year=timezone.localdate().year,
            summary=text["summary"],
            story=_blocks(text["story"]),
            to_learn=text["to_learn"].strip(),
            portrait=landscape_image(text["scene"], slug, text["name"]),
        )
        for place, name in enumerate(text["lessons"]):
            page.related_lessons.add(RelatedLesson(lesson=Lecture.objects.get(slug=name), sort_order=place))
        _publish(index, page)
        created += 1
    return created


def load_menus(year: int) -> int:
    """Publish the menus of `year` that are not there yet; return how many. All other pages come first."""
    index = MenuIndex.objects.get()
    created = 0
    for text in content.read("menus")["menus"]:
        slug = f"{year}-{text['category'].replace('_', '-')}"
        if Menu.objects.filter(slug=slug).exists():
            continue
        page = Menu(
            title=text["title"].format(year=year),
            slug=slug,
            translation_key=stable_key(f"menus/{slug}"),
            summary=text["summary"],
            year=year,
            choose_at_least=text["choose_at_least"],
            opens_at=timezone.make_aware(datetime(year, 1, 1)),
            closes_at=timezone.make_aware(datetime.combine(datetime(year, 12, 31), time(23, 59))),
        )
        entries = [(section, *line) for section in MenuItem.Section.values for line in text[section]]
        for place, (section, path, note) in enumerate(entries):
            page.items.add(MenuItem(section=section, page=offer(path), note=note, sort_order=place))
        _publish(index, page, [text["category"]])
        created += 1
    return created


def fill_home() -> bool:
    """Give the home page its sentence and the exemplar of the week; return whether that was to do."""
    home = HomePage.objects.get()
    if home.featured_exemplar_id is not None:
        return False
    home.featured_exemplar = Exemplar.objects.get(slug=FEATURED)
    home.introduction = _INTRODUCTION
    home.save_revision().publish()
    return True


def offer(path: str) -> Page:
    """Return the page that a menu names as kind/slug."""
    kind, _, slug = path.partition("/")
    return Page.objects.child_of(Page.objects.get(depth=3, slug=kind)).get(slug=slug)


def _publish(index: Page, page: Any, categories: list[str] | None = None) -> None:
    """Add `page` below `index`, mark whom it is meant for, and publish it with a first revision."""
    if categories:
        page.categories.add(*MemberCategory.objects.filter(slug__in=categories))
    index.add_child(instance=page)
    page.save_revision().publish()


def _blocks(entries: list[list[str]]) -> list[tuple[str, Any]]:
    """Return stream blocks for entries of the form [kind, text, text, …]."""
    return [(kind, _block(kind, texts)) for kind, *texts in entries]


def _block(kind: str, texts: list[str]) -> Any:
    if kind == "text":
        return _paragraphs(texts)
    return texts if kind == "steps" else texts[0]


def _paragraphs(texts: list[str]) -> str:
    return format_html("{}", format_html_join("", "<p>{}</p>", ((text,) for text in texts)))
