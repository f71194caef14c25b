"""Sign-in mail goes through the outbox: first in line, sealed, purged on delivery or when it has had its day.
Sign-in at the school follows docs/decisions/0014."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from requests import RequestException

from exchange import clock
from exchange.history.actions import how_often, record, record_often
from exchange.outbox.actions import queue
from exchange.outbox.sealing import Unreadable, seal, unseal
from exchange.people import devices, surfconext
from exchange.people.actions import account_changed, follow_school_account
from exchange.people.models import User

#: Longer than any code or link in such a mail is valid, but for the link to a new password.
SEALED_FOR = timedelta(hours=1)
#: What history calls the change of which such a mail tells, by the beginning of its name.
CHANGES = (
    ("account/email/password", "account.password"),
    ("account/email/email", "account.address"),
    ("mfa/", "account.factor"),
    ("socialaccount/", "account.school"),
)


class AccountAdapter(DefaultAccountAdapter):
    """allauth, with our outbox, our clock and our school rules."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue what allauth would send, in the language of the account it is for."""
        # Never the address as typed: two addresses can look alike to a database and not to a mail server.
        recipient = User.objects.filter(emailaddress__email__iexact=email).first()
        language = recipient.language if recipient else translation.get_language() or settings.LANGUAGE_CODE
        words = {**context, "email": email, "alliance": settings.ALLIANCE_NAME, "base_url": settings.BASE_URL}
        words["school_account"] = surfconext.configured()
        with translation.override(language):
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
            body = render_to_string(f"{template_prefix}_message.txt", words).strip()
        queue(
            key=f"sign-in:{uuid.uuid4()}",
            kind="people/sign_in",
            to=email,
            recipient=recipient,
            language=language,
            context={"subject": subject, "body": body},
            sealed=True,
            priority=0,
            expires_at=clock.now() + SEALED_FOR,
        )

    def new_user(self, request: HttpRequest) -> User:
        """An account that began now, in the language of the page."""
        return User(joined_at=clock.now(), language=(translation.get_language() or settings.LANGUAGE_CODE)[:2])

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """What the sign-up form asked. A known mail domain sets the school, whatever was chosen."""
        user.name = form.cleaned_data["name"]
        user.institution = form.cleaned_data.get("institution", user.institution)
        user.email = form.cleaned_data["email"]
        user.follow_domain()
        return super().save_user(request, user, form, commit)

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """An address for which the school answers needs no code; who made the account before lost the password."""
        login = (hooks.get("signal_kwargs") or {}).get("sociallogin")
        theirs = [address.email for address in login.email_addresses if address.verified] if login else []
        for address in user.emailaddress_set.filter(email__in=theirs, verified=False):
            address.set_verified()
        # Which addresses are confirmed may be new: of an account that began, or that a school or a code vouches for.
        account_changed(user)
        return super().pre_login(request, user, **hooks)

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """Whoever came by the school works where it says; one that is not in the alliance is told so, once."""
        if (hooks.get("signal_kwargs") or {}).get("sociallogin"):
            follow_school_account(user=user, by=user)
            if hooks.get("signup") and user.home_organisation and not user.membership_by_domain:
                messages.info(request, _unknown(user.home_organisation))
        return devices.remember(request, user, super().post_login(request, user, **hooks))

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Whoever was invited at this address is this person from now on."""
        confirmed = super().confirm_email(request, email_address)
        account_changed(email_address.user)
        return confirmed

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **more: Any) -> None:
        """Every change of a password, an address, a factor or a school account is followed by such a mail."""
        account_changed(user)
        verb = next((verb for start, verb in CHANGES if template_prefix.startswith(start)), "account.change")
        record(about=user, verb=verb, by=user, concerns=user.pk)
        super().send_notification_mail(template_prefix, user, *args, **more)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Whose account it is reads that somebody tried; an address of nobody is counted as long, and kept nowhere."""
        typed = self._get_login_attempts_cache_key(request, **credentials)
        whose = User.objects.filter(emailaddress__email__iexact=credentials.get("email", "")).first()
        if whose:
            record_often(about=whose, verb="sign_in.fail", concerns=whose.pk)
        else:
            how_often("sign_in.fail", typed)
        super().authentication_failed(request, **credentials)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count per account, whichever host, port or look-alike letters a request names; its own devices apart."""
        email = credentials.get("email", "")
        return f"login:{devices.letters(email)}{devices.KNOWN if devices.knows(request, email) else ''}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link to a new password; built from our own address, never from what a request says."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL}{path}"

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """After confirming the address: home."""
        return reverse("home")


class SecondStepAdapter(DefaultMFAAdapter):
    """allauth, with secrets sealed, and what a passkey belongs to taken from our own address, never from a request."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "That was not right. The code of an app changes every half minute, a recovery code works once."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed. When its key is gone, a secret that nobody knows: no code is right, and nothing fails."""
        try:
            return unseal(encrypted_text)
        except Unreadable:
            return generate_totp_secret()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": settings.MFA_TOTP_ISSUER}


def _unknown(domain: str) -> str:
    words = {"domain": domain, "alliance": settings.ALLIANCE_NAME}
    said = _("%(domain)s is no school of %(alliance)s. You can go on; choose in your profile where you work.")
    return said % words


class SchoolAccountAdapter(DefaultSocialAccountAdapter):
    """allauth, with SURFconext from the environment and our rules about whose word counts."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "no_password": gettext_lazy("Choose a password first, on the page Password; then you can still sign in."),
        "no_verified_email": gettext_lazy("Confirm your e-mail address first; then you can still sign in."),
    }

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The one connection there is, or none: the database has no say."""
        ours = [surfconext.app()] if surfconext.configured() else []
        return [
            app
            for app in ours
            if provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        ]

    def list_providers(self, request: HttpRequest) -> list[Any]:
        return [surfconext.Surfconext(request, app) for app in self.list_apps(request)]

    def get_provider(self, request: HttpRequest, provider: str, client_id: Any = None) -> Any:
        return surfconext.Surfconext(request, self.get_app(request, provider, client_id))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """A new account: name, language and school as the school tells them."""
        user = sociallogin.user
        user.email, user.name = data.get("email", ""), data["name"]
        user.language = data["language"] or user.language
        user.home_organisation = sociallogin.account.extra_data["home_organisation"]
        user.follow_domain()
        return user

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Without a name there is something to ask."""
        return bool(sociallogin.user.name)

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, str]:
        return {"email": sociallogin.user.email, "name": sociallogin.user.name}

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """An address that the school vouches for opens the account it belongs to; never one that knows a school account
        already, because then somebody else was given the address."""
        known = SocialAccount.objects.filter(user__emailaddress__email__iexact=email)
        return not known.exists()

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """An address that somebody wrote beside their own and never confirmed does not make the account another's."""
        found = super().authenticate_by_email(sociallogin)
        if found:
            user, email = found
            proven = set(user.emailaddress_set.filter(verified=True).values_list("email", flat=True))
            if proven and email not in proven:
                return None
        return found

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """The account, its address and what connects it to the school: all or nothing."""
        return super().save_user(request, sociallogin, form)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        """A page that says what to do now, and not what went wrong inside."""
        if told.get("error") == AuthError.CANCELLED:
            return
        away = isinstance(told.get("exception"), RequestException)
        context = {"away": away, "state": told.get("extra_context", {}).get("state")}
        page = render(request, "socialaccount/authentication_error.html", context, status=503 if away else 400)
        raise ImmediateHttpResponse(page)

    def send_notification_mail(self, template: str, user: User, context: Any = None, **more: Any) -> None:
        """A school account was connected or taken off: what it says counts from now on, or no more."""
        follow_school_account(user=user, by=user)
        super().send_notification_mail(template, user, context, **more)
