"""Addresses of this room's own pages."""

from django.urls import path

from .statistics_views import statistics, statistics_excel

app_name = "hours"
urlpatterns = [
    path("statistics/", statistics, name="statistics"),
    path("statistics/excel/", statistics_excel, name="statistics_excel"),
]
