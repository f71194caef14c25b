"""What is being made, for administrators and leads; and once more for what failed."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from exchange.jobs import actions
from exchange.jobs.models import Job
from exchange.jobs.permissions import can_see_work
from exchange.jobs.tables import JobTable, failures_first
from exchange.privacy import declared as personal
from exchange.signed_in import SignedInRequest
from exchange.verdicts import require


@require_safe
def jobs(request: SignedInRequest) -> HttpResponse:
    """What failed, what waits, what was made."""
    require(can_see_work(request.user))
    found = failures_first(Job.objects.visible_to(request.user)).select_related("asked_by")
    table = RequestConfig(request, paginate={"per_page": 30}).configure(JobTable(found))
    # Work lies below trips and cannot import them; it only needs their names.
    table.trips = apps.get_model("trips", "Trip").objects.in_bulk({row.record.trip for row in table.paginated_rows})
    context = {"table": table, "unattended": Job.objects.unattended(), "keep": personal.WORK}
    return render(request, "jobs/list.html", context)


@require_POST
def again(request: SignedInRequest, pk: Any) -> HttpResponseRedirect:
    """Put back in line what failed."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    actions.ask_again(job=job, by=request.user)
    messages.success(request, _("It is in line again."))
    return redirect("jobs:list")
