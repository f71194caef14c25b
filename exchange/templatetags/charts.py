"""The tags that print charts; each takes a chart of exchange.documents.charts and nothing else.

`{% chart figure %}` draws any of them with a table behind it, `{% goal_history figure %}` a goal with its words beside
it; `{% meter m %}` and `{% cloud words %}` are running HTML. In a PDF (`paper` in the context) the phone's drawing is
left out; there `width` tells how much room the drawing has, in CSS pixels.
"""

from typing import Any

from django import template
from django.template.context import Context

from exchange.documents.charts import Chart, Cloud, GoalHistory, Meter

register = template.Library()


@register.inclusion_tag("charts/figure.html", takes_context=True)
def chart(context: Context, figure: Chart, width: int | None = None) -> dict[str, Any]:
    """The drawing with its accessible name, its source line and the same figures as a table."""
    return {"chart": figure, "id": number(context, figure), "drawings": drawings(context, figure, width)}


@register.inclusion_tag("charts/history.html", takes_context=True)
def goal_history(context: Context, figure: GoalHistory) -> dict[str, Any]:
    """A goal's life on five staves, the owner's words for each level beside it."""
    return chart(context, figure)


@register.inclusion_tag("charts/cloud.html")
def cloud(figure: Cloud) -> dict[str, Any]:
    """The one words in running lines."""
    return {"cloud": figure}


@register.inclusion_tag("charts/meter.html")
def meter(figure: Meter) -> dict[str, Any]:
    """A count with its bounds in words, and the same as a line."""
    return {"meter": figure, "drawing": figure.draw()}


def drawings(context: Context, figure: Chart, width: int | None) -> list[dict[str, Any]]:
    """What to draw, each with the class that shows it on a wide or a narrow screen."""
    if context.get("paper"):
        return [{"pen": figure.draw(width) if width else figure.paper, "when": "", "width": width}]
    return [{"pen": figure.wide, "when": "wide"}, {"pen": figure.narrow, "when": "narrow"}]


def number(context: Context, figure: Chart) -> str:
    """An id that no other chart of this page has, and that is the same whenever the page is made."""
    page: Any = context.render_context.dicts[0]
    counts = page.setdefault("charts", {})
    counts[figure.kind] = counts.get(figure.kind, 0) + 1
    return f"{figure.kind}-{counts[figure.kind]}"
