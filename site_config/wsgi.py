"""The entry point for application servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.local")

# What is imported stays: to look for garbage meanwhile takes a sixth of the start.
gc.disable()
application = get_wsgi_application()
gc.freeze()
gc.enable()
