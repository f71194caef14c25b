"""Lists of people, and what they can be narrowed by."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from exchange.addresses import row_address
from exchange.people.lifecycle import JobRole, Role, role_of
from exchange.people.models import Institution, User, UserQuerySet
from exchange.signs import badge
from exchange.tables import Table


class PeopleFilter(django_filters.FilterSet):
    """Search by name or address; school, role, and who still waits for a coordinator."""

    q = django_filters.CharFilter(label=_("Search in name or e-mail address"), method="search", max_length=100)
    institution = django_filters.ModelChoiceFilter(
        label=_("School"), queryset=lambda request: Institution.objects.all(), empty_label=_("All")
    )
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices, method="holding", empty_label=_("All"))
    job_role = django_filters.ChoiceFilter(label=_("Job role"), choices=JobRole.choices, empty_label=_("All"))
    waiting = django_filters.ChoiceFilter(
        label=_("Membership"), choices=[("on", _("unconfirmed"))], method="unconfirmed", empty_label=_("All")
    )

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, people: UserQuerySet, name: str, value: str) -> UserQuerySet:
        """Parts of a name or an address."""
        return people.named(value)

    def holding(self, people: QuerySet, name: str, value: str) -> QuerySet:
        """Those who hold a role now."""
        return people.filter(role_assignments__role=value, role_assignments__ended_at=None).distinct()

    def unconfirmed(self, people: QuerySet, name: str, value: str) -> QuerySet:
        """Those whose school nobody confirmed."""
        return people.filter(pk__in=User.objects.waiting().values("pk"))


class PeopleTable(Table):
    """People of the alliance, or of one school."""

    name = tables.Column(verbose_name=_("Name"), empty_values=())
    email = tables.Column(verbose_name=_("E-mail address"))
    institution = tables.Column(verbose_name=_("School"), order_by=("institution__short_name", "name"))
    job_role = tables.Column(verbose_name=_("Job role"), empty_values=())
    roles_held = tables.Column(verbose_name=_("Roles"), empty_values=(), orderable=False)
    membership = tables.Column(
        verbose_name=_("Membership"), empty_values=(), order_by=("membership_by_domain", "membership_confirmed_at")
    )

    class Meta:
        model = User
        fields = ("name", "email", "institution", "job_role", "roles_held", "membership")
        empty_text = _("Nobody fits this. People appear here when they make an account.")

    def render_name(self, record: User) -> str:
        closed = badge("off", _("closed")) if record.deactivated_at else ""
        return format_html('<a href="{}">{}</a> {}', row_address("people:person", record.pk), str(record), closed)

    def render_institution(self, value: Institution) -> str:
        return value.short_name

    def render_job_role(self, record: User) -> str:
        return role_of(record.job_role) or "–"

    def render_roles_held(self, record: Any) -> str:
        return ", ".join(str(role.get_role_display()) for role in record.held) or "–"

    def render_membership(self, record: User) -> str:
        return membership_badge(record)


def membership_badge(person: User) -> str:
    """How sure it is that somebody works at the school they chose."""
    if not person.institution_id:
        return badge("off", _("no school"))
    if person.membership_confirmed:
        return badge("ok", _("confirmed"))
    return badge("wait", _("unconfirmed"))
