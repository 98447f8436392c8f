"""What is stored of stations, their TVs, what they showed and who was there."""

from .roll import RollEntry
from .screenings import Screening, ScreeningPlan
from .stations import Station, StationDevice

__all__ = ["RollEntry", "Screening", "ScreeningPlan", "Station", "StationDevice"]
