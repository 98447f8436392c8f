"""The demo's stations and their programmes, which always begin today."""

from datetime import time, timedelta

from django.utils import timezone

from lectures.models import Lecture
from members.models import Organization
from stations.models import ScreeningPlan, Station

from . import content


def load_stations() -> int:
    """Create stations that are not there yet and give each a programme from today; return what was added."""
    today = timezone.localdate()
    added = 0
    for text in content.read("stations")["stations"]:
        station, created = Station.objects.get_or_create(
            code=text["code"],
            defaults={
                "name": text["name"],
                "organization": Organization.objects.get(code=text["branch"]),
            },
        )
        added += created
        for days, starts_at, slug in text["plans"]:
            _, created = ScreeningPlan.objects.get_or_create(
                station=station,
                day=today + timedelta(days=days),
                starts_at=time.fromisoformat(starts_at),
                defaults={"lecture": Lecture.objects.get(slug=slug)},
            )
            added += created
    return added


def shown_today() -> set[str]:
    """Return the slugs of the lectures that a station's programme names for the day the demo is loaded."""
    plans = (plan for station in content.read("stations")["stations"] for plan in station["plans"])
    return {slug for days, _, slug in plans if days == 0}
