"""Addresses of this room."""

from django.urls import path

from . import views

app_name = "lectures"
urlpatterns = [path("beat/", views.beat, name="beat")]
