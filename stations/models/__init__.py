"""What is stored of stations, their TVs and what they showed."""

from .screenings import RollEntry, Screening, ScreeningPlan
from .stations import Station, StationDevice

__all__ = ["RollEntry", "Screening", "ScreeningPlan", "Station", "StationDevice"]
