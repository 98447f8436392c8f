"""Addresses of this room. Included before the admin's own, some of which it takes over."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path

from . import views

app_name = "members"


def closed(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Answer as if there were nothing: Wagtail's bulk actions on users know no limits of one's unit."""
    raise Http404


urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-out/", views.SignOutView.as_view(), name="sign_out"),
    path("change-password/", views.ChangePasswordView.as_view(), name="change_password"),
    path("admin/login/", views.sign_in_instead),
    path("_util/login/", views.sign_in_instead),
    path("admin/account/", views.account_settings),
    re_path(r"^admin/password_reset/", closed),
    re_path(r"^admin/bulk/members/member/", closed),
]
