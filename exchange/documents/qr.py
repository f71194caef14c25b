"""The only door to QR codes."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

QUIET = 4


def svg(address: str, *, title: str, size: int = 120) -> SafeString:
    """The code of `address` as SVG for a page or a PDF, dark on white in dark mode too, with its quiet zone."""
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    side = len(rows) + 2 * QUIET
    path = "".join(run for y, row in enumerate(rows) for run in runs(row, y))
    return format_html(
        '<svg class="qr" width="{size}" height="{size}" viewBox="0 0 {side} {side}" role="img" aria-label="{title}"'
        ' shape-rendering="crispEdges"><title>{title}</title><path fill="#ffffff" d="M0 0h{side}v{side}H0z"/>'
        '<path fill="#000000" d="{path}"/></svg>',
        size=size,
        side=side,
        title=title,
        path=mark_safe(path),  # noqa: S308 -- digits and letters of our own
    )


def runs(row: list[int], y: int) -> list[str]:
    """The dark stretches of one row; one rectangle each keeps the drawing small and without hairlines."""
    drawn, start = [], None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            drawn.append(f"M{start + QUIET} {y + QUIET}h{x - start}v1H{start + QUIET}z")
            start = None
    return drawn
