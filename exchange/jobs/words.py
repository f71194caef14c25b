"""What kinds of jobs are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange import wings


def kind_label(kind: str) -> str | Promise:
    """What a kind of job is called; each wing declares its own."""
    return wings.named(lambda wing: wing.job_names).get(kind, _("Document"))
