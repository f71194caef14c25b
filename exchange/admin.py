"""The admin site looks; the pages of the house act. Before what people wrote or how they did is shown, it asks why."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from exchange.forms import sent
from exchange.history.actions import record_often
from exchange.privacy import declared as personal

#: Kept to select people, to run their trip, to give them what they need: whoever looks says why.
SENSITIVE = frozenset({personal.SELECTION, personal.TRIP, personal.NEED})
#: Reasons by kind of record, until signing out.
REASONS = "admin_reasons"


class WhyForm(forms.Form):
    """Why somebody looks at a record of the administration."""

    reason = forms.CharField(
        label=_("Why do you need to see this?"),
        max_length=500,
        min_length=10,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Your reason is kept with every record of this kind that you open until you sign out."),
    )


def asks_why(model: type[models.Model]) -> bool:
    """Whether a record is about somebody and holds what is not for everybody: by the one declaration."""
    return bool(SENSITIVE & set(getattr(model, "PERSONAL", {}).values()))


def concerned(record: models.Model) -> UUID | None:
    """Whose record it is, if that person may know of it: what is not theirs to see yet is not told this way either."""
    model = type(record)
    owner, where = getattr(model, "OWNER", None), getattr(model, "SHOWN_WHERE", None)
    if owner is None or (where and not model._base_manager.filter(where, pk=record.pk).exists()):
        return None
    return model._base_manager.filter(pk=record.pk).values_list(f"{owner}__pk" if owner else "pk", flat=True).first()


class ReadOnlyAdmin(admin.ModelAdmin):
    """For every model with a life, a snapshot or personal text: search and read, nothing else."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only what the list offers to narrow by; by any other column it would tell what stands there unseen."""
        offered = {*self.list_filter, self.date_hierarchy}
        return lookup.partition("__")[0] in offered and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list: after saying why, where that is asked."""
        if self.asks(request):
            return self.why(request)
        self.looked(request, request.user)
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One record: the same; each is written down with the reason."""
        if self.asks(request):
            return self.why(request)
        if found := self.get_object(request, object_id):
            self.looked(request, found)
        return super().change_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the administration changed of it, which is nothing; its heading tells of the record all the same."""
        if self.asks(request):
            return self.why(request)
        if found := self.get_object(request, object_id):
            self.looked(request, found)
        return super().history_view(request, object_id, extra_context)

    def asks(self, request: HttpRequest) -> bool:
        """Whether the reason is still to be given; sent once more, it leads on."""
        return asks_why(self.model) and ("reason" in request.POST or not self.reason(request))

    def reason(self, request: HttpRequest) -> str:
        """Why they look at records of this kind, said since they signed in."""
        return request.session.get(REASONS, {}).get(self.opts.label_lower, "")

    def looked(self, request: Any, at: Any) -> None:
        """Write down that somebody looked at a record, or (at themselves) down the list of them."""
        if asks_why(self.model):
            whose = concerned(at) if isinstance(at, self.model) else None
            reason, kind = self.reason(request), self.opts.label_lower
            record_often(about=at, verb="record.look", by=request.user, detail=kind, concerns=whose, reason=reason)

    def why(self, request: HttpRequest) -> HttpResponse:
        """The page that asks."""
        form = WhyForm(sent(request))
        if form.is_valid():
            given = {self.opts.label_lower: form.cleaned_data["reason"]}
            request.session[REASONS] = request.session.get(REASONS, {}) | given
            return HttpResponseRedirect(request.get_full_path())
        context = {**self.admin_site.each_context(request), "form": form, "opts": self.opts, "title": _("Say why")}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/why.html", context, status=status)
