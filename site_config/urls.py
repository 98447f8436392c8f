"""Every address of the site. The apps' own come first; Wagtail's page tree answers the rest."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from hours.certificates.views import check
from site_config.pages.my_learning import my_learning
from site_config.pages.text_size import text_size

urlpatterns = [
    path("", include("members.urls")),
    path("my-learning/", my_learning, name="my_learning"),
    path("text-size/", text_size, name="text_size"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("watch/", include("lectures.urls")),
    path("sessions/", include("meetings.urls")),
    path("hours/", include("hours.urls")),
    path("certificates/", check, name="check_certificate"),
    path("certificates/<slug:code>/", check, name="check_certificate_code"),
    path("choose/", include("courses.urls")),
    path("search/", include("search.urls")),
    path("station/", include("stations.urls")),
    path("", include(wagtail_urls)),
]
