"""The names of Guben's own apps."""

from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OWN_APPS = sorted(Path(app.path).name for app in apps.get_app_configs() if Path(app.path).parent == ROOT)
