"""The addresses of the search page."""

from django.urls import path

from .page import views

app_name = "search"
urlpatterns = [
    path("", views.search, name="search"),
    path("results/", views.results, name="results"),
    path("log/", views.log, name="log"),
    path("suggestions/", views.suggestions, name="suggestions"),
]
