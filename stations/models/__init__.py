"""What is stored of stations, their screens, and what they plan to show and showed."""

from .screenings import Screening, ScreeningPlan
from .stations import Station, StationDevice

__all__ = ["Screening", "ScreeningPlan", "Station", "StationDevice"]
