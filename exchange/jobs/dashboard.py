"""What work has to say on somebody's home page: what could not be made, and that nobody is at work."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.dashboard import Section, Todo
from exchange.jobs.lifecycle import FAILED
from exchange.jobs.models import Job
from exchange.signed_in import User


def troubles(user: User, now: datetime) -> Section | None:
    """Documents that could not be made, for administrators and for leads of the trips; a missing worker."""
    if not (user.is_administrator or user.leads):
        return None
    todos = []
    failed = Job.objects.visible_to(user).filter(status=FAILED).count()
    if failed:
        title = ngettext("%(n)s document could not be made", "%(n)s documents could not be made", failed)
        todos.append(_todo(title % {"n": failed}, _("See why, and try again."), _("not made")))
    if user.is_administrator and Job.objects.unattended():
        text = _("No worker has been seen for minutes. Start one: manage.py work --watch.")
        todos.append(_todo(_("Documents wait and nobody makes them"), text, _("no worker")))
    return Section(todos=todos) if todos else None


def _todo(title: str, text: str, status: str) -> Todo:
    url = reverse("jobs:list")
    return Todo(title=title, text=text, url=url, action=_("To the documents"), urgency=30, status=status, shape="err")
