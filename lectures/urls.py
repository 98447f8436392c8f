"""Addresses of this app."""

from django.urls import path

from .watching import views

app_name = "lectures"
urlpatterns = [
    path("begin/", views.begin_session, name="begin"),
    path("heartbeat/", views.heartbeat, name="heartbeat"),
]
