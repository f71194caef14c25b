"""Every component on one page, for those who build."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def show(request: HttpRequest) -> HttpResponse:
    """The gallery."""
    return render(request, "gallery.html", {"dark": request.GET.get("theme") == "dark"})
