"""The addresses of members. Included before the admin's own, some of which they replace."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path

from .accounts import login_code_views, second_factor_views, views

app_name = "members"


def closed(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Answer as if there were nothing: Wagtail's bulk actions on users know no limits of one's unit."""
    raise Http404


urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-in/code/", second_factor_views.SecondStepView.as_view(), name="second_step"),
    path("sign-out/", views.SignOutView.as_view(), name="sign_out"),
    path("first-sign-in/", login_code_views.FirstSignInView.as_view(), name="first_sign_in"),
    path("new-password/", login_code_views.NewPasswordView.as_view(), name="new_password"),
    path("login-codes/", login_code_views.CodesView.as_view(), name="login_codes"),
    path(
        "login-codes/second-factor/<int:pk>/",
        second_factor_views.ResetView.as_view(),
        name="second_factor_reset",
    ),
    path("second-factor/", second_factor_views.StateView.as_view(), name="second_factor"),
    path("second-factor/set-up/", second_factor_views.SetUpView.as_view(), name="second_factor_set_up"),
    path("second-factor/new-codes/", second_factor_views.NewCodesView.as_view(), name="second_factor_codes"),
    path("second-factor/off/", second_factor_views.DisableView.as_view(), name="second_factor_off"),
    path("my-data/", views.my_data, name="my_data"),
    path("change-password/", views.ChangePasswordView.as_view(), name="change_password"),
    path("admin/login/", views.sign_in_instead),
    path("_util/login/", views.sign_in_instead),
    path("admin/account/", views.account_settings),
    path("admin/reports/site-history/", views.site_history),
    path("admin/reports/site-history/results/", views.site_history_results),
    re_path(r"^admin/password_reset/", closed),
    re_path(r"^admin/bulk/members/member/", closed),
]
