"""Addresses of stations: the TV's, and the operator's phone's."""

from django.urls import path

from . import phone_views as phone
from . import tv_views as tv
from .screen_language import in_screen_language

app_name = "stations"
urlpatterns = [
    path("", in_screen_language(tv.screen), name="screen"),
    path("pairing/", in_screen_language(tv.pairing_state), name="pairing_state"),
    path("line/", in_screen_language(tv.line), name="line"),
    path("start/", in_screen_language(tv.start), name="start"),
    path("playing/<int:pk>/", in_screen_language(tv.playing), name="playing"),
    path("heartbeat/", in_screen_language(tv.heartbeat), name="heartbeat"),
    path("pair/", phone.pair, name="pair"),
    path("unpair/<int:pk>/", phone.unpair, name="unpair"),
    path("roll/", phone.roll, name="roll"),
    path("roll/<int:pk>/", phone.roll_call, name="roll_call"),
]
