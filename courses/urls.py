"""Addresses of this app."""

from django.urls import path

from courses.pages.views import choose_item

app_name = "courses"
urlpatterns = [path("<int:menu_id>/<int:item_id>/", choose_item, name="choose")]
