"""Settings of the site that browser tests look at: those of any one machine, with films quickly prepared."""

from site_config.settings.local import *  # noqa: F403  settings are layered by Django's own convention

LOCAL_VIDEOS_LADDER = [(360, 600_000, "veryfast"), (180, 300_000, "veryfast")]
