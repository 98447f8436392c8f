"""Addresses of meetings and their rolls."""

from django.urls import path

from .sessions import correction_views, views

app_name = "sessions"
urlpatterns = [
    path("", views.sessions, name="sessions"),
    path("new/<int:unit>/", views.new_session, name="new"),
    path("lectures/", views.lectures_offered, name="lectures"),
    path("<uuid:pk>/", views.session, name="session"),
    path("correct/<int:pk>/", correction_views.correct, name="correct"),
    path("<uuid:pk>/correct/", correction_views.correct_meeting, name="correct_meeting"),
    path("<uuid:pk>/withdraw/", correction_views.withdraw_meeting, name="withdraw_meeting"),
]
