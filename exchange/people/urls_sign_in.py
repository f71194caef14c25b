"""Addresses of the sign-in, under the names by which allauth knows them."""

from allauth.account.views import password_reset_from_key as new_password
from django.urls import include, path

from exchange.people import school_account

urlpatterns = [
    # allauth's own, as an address that says what in it is secret.
    path("password/reset/key/<base36:uidb36>-<secret:key>/", new_password, name="account_reset_password_from_key"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("oidc/<str:provider_id>/login/", school_account.sign_in, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", school_account.callback, name="openid_connect_callback"),
    path("school/", school_account.connections, name="socialaccount_connections"),
    path("school/signup/", school_account.sign_up, name="socialaccount_signup"),
    path("school/cancelled/", school_account.cancelled, name="socialaccount_login_cancelled"),
]
