"""Sign-in, password and second factor: allauth's own pages, without sign-up."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.totp import views as codes
from django.urls import include, path, re_path

from puntual.staff.accounts import told

urlpatterns = [
    path("login/", told(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", told(account.reauthenticate), name="account_reauthenticate"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", told(account.password_change), name="account_change_password"),
    path("password/set/", told(account.password_set), name="account_set_password"),
    path("password/reset/", told(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    # By pattern, as allauth's own: the key has hyphens, the user does not.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        told(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/authenticate/", told(second_factor.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", told(second_factor.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", told(codes.activate_totp), name="mfa_activate_totp"),
    path("2fa/", include("allauth.mfa.urls")),
]
