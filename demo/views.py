"""The demonstration's mailbox."""

import re
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from demo import mailbox

ADDRESS = re.compile(r"(https?://[^\s<>\"']+)")


@login_not_required
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Everything delivered, newest first."""
    to = request.GET.get("to", "")[:120]
    page = Paginator(mailbox.delivered(to), 30).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page": page, "to": to})


@login_not_required
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One message as its recipient reads it, with its links alive."""
    found = mailbox.mail(name)
    if not found:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found, "body": _with_links(found.body)})


def _with_links(text: str) -> SafeString:
    """The text with its addresses made into links."""
    parts: list[Any] = ADDRESS.split(text)
    return format_html_join(
        "", "{}", ((format_html('<a href="{}">{}</a>', p, p) if n % 2 else escape(p),) for n, p in enumerate(parts))
    )
