"""Addresses of this room: the TV's, and the operator's phone's."""

from django.urls import path

from . import phone_views as phone
from . import tv_views as tv

app_name = "stations"
urlpatterns = [
    path("", tv.screen, name="screen"),
    path("pairing/", tv.pairing_state, name="pairing_state"),
    path("line/", tv.line, name="line"),
    path("start/", tv.start, name="start"),
    path("playing/<int:pk>/", tv.playing, name="playing"),
    path("beat/", tv.beat, name="beat"),
    path("pair/", phone.pair, name="pair"),
    path("unpair/<int:pk>/", phone.unpair, name="unpair"),
    path("roll/", phone.roll, name="roll"),
    path("roll/<int:pk>/", phone.roll_call, name="roll_call"),
]
