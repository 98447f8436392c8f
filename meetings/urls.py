"""Addresses of meetings and their rolls."""

from django.urls import path

from .sessions import views

app_name = "sessions"
urlpatterns = [
    path("", views.sessions, name="sessions"),
    path("new/<int:unit>/", views.new_session, name="new"),
    path("lectures/", views.lectures_offered, name="lectures"),
    path("<uuid:pk>/", views.session, name="session"),
    path("correct/<int:pk>/", views.correct, name="correct"),
]
