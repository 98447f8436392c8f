"""Addresses of this room."""

from django.urls import path

from .page import views

app_name = "search"
urlpatterns = [
    path("", views.search, name="search"),
    path("answer/", views.answer, name="answer"),
    path("asked/", views.asked, name="asked"),
    path("suggestions/", views.suggestions, name="suggestions"),
]
