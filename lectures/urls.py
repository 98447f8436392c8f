"""Addresses of this room."""

from django.urls import path

from .watching import views

app_name = "lectures"
urlpatterns = [path("beat/", views.beat, name="beat")]
