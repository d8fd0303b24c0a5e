"""When announcements may leave: the hours of the day in the village. Replies and tallies leave at any time."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Daytime:
    """Half-open: at `ends` nothing leaves any more."""

    starts: time
    ends: time
    zone: tzinfo

    def holds(self, at: datetime) -> bool:
        """Is it daytime there?"""
        return self.starts <= at.astimezone(self.zone).time() < self.ends


def daytime_of(settings: Settings) -> Daytime:
    """As the settings say."""
    hours = settings.announcements
    return Daytime(time.fromisoformat(hours.day_starts), time.fromisoformat(hours.day_ends), settings.gateway.zone)
