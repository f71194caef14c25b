"""People and schools on the admin site. What allauth keeps is only read there: its pages change it."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from exchange.admin import ReadOnlyAdmin
from exchange.history.actions import record
from exchange.people.actions import follow_domains, school_renamed
from exchange.people.models import FormerName, Institution, MailDomain, RoleAssignment, User

for model in (
    EmailAddress,
    EmailConfirmation,
    Authenticator,
    UserSession,
    SocialAccount,
    SocialApp,
    SocialToken,
    Group,
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class MailDomainInline(admin.TabularInline):
    model = MailDomain
    extra = 0


class FormerNameInline(admin.TabularInline):
    model = FormerName
    extra = 0


@admin.register(Institution)
class InstitutionAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "place", "member", "joined_on", "left_on")
    list_filter = ("member", "kind")
    search_fields = ("name", "short_name", "domains__domain")
    inlines = (MailDomainInline, FormerNameInline)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """As on the page of a school: membership follows the domains, and history knows."""
        super().save_related(request, form, formsets, change)
        follow_domains(school=form.instance)
        school_renamed(form.instance)
        record(about=form.instance, verb="school.change" if change else "school.add", by=request.user)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("name", "email", "institution", "job_role", "is_active", "joined_at")
    list_filter = ("institution", "job_role", "is_active")
    list_select_related = ("institution",)
    search_fields = ("name", "email")
    exclude = ("password", "calendar_token")


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ReadOnlyAdmin):
    list_display = ("user", "role", "institution", "given_at", "ended_at")
    list_filter = ("role", "institution")
    list_select_related = ("user", "institution")
    search_fields = ("user__name", "user__email")


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "primary", "verified")
    list_select_related = ("user",)
    search_fields = ("email", "user__name")
