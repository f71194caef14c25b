"""The rows of every list: `Table.body` writes what django-tables2 fills in, letter for letter, in both languages.

`THEIRS` is the loop that stood in our template before there was a body: it asks django-tables2 for each cell.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

import django_tables2
import pytest
from django.template import engines
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django_tables2 import Column
from django_tables2.rows import BoundRow

from exchange import clock
from exchange.gallery import SampleTable, people
from exchange.tables import Table
from tests.consistency.alliance import Alliance, mail
from tests.consistency.test_access import NOW, address
from tests.consistency.test_bad_input import PAGES, got, who
from tests.consistency.test_queries import FEW, LISTS, crowd

pytestmark = pytest.mark.django_db

THEIRS = (
    "{% for row in table.paginated_rows %}<tr>{% for column, cell in row.items %}"
    '{% if forloop.first %}<th scope="row">{{ cell }}</th>{% else %}<td data-l="{{ column.header|capfirst }}"'
    '{% if "num" in column.attrs.td.class %} class="num"{% endif %}>{{ cell }}</td>{% endif %}'
    "{% endfor %}</tr>{% endfor %}"
)


def theirs(table: Table) -> str:
    return engines["django"].from_string(THEIRS).render({"table": table})


def heirs(kind: type = django_tables2.Table) -> Iterator[type]:
    """Every table of the house, also one that was written today."""
    for one in kind.__subclasses__():
        if one.__module__.split(".")[0] in ("exchange", "applications", "evaluations") and one is not Table:
            yield one
        yield from heirs(one)


def named(kind: type) -> str:
    return f"{kind.__module__}.{kind.__name__}"


class Seen(NamedTuple):
    """Of each table what pages showed of it, our rows beside theirs; and the columns that were filled in their way."""

    rows: dict[type, list[tuple[str, str]]]
    slow: set[str]


@pytest.fixture(scope="module")
def seen(house: Alliance) -> Seen:
    """Every page with a list, in both languages."""
    crowd(house, FEW)
    mail(house.scenes["going"].trip, house.people["stranger"], "sent")
    found, body, get_cell = Seen(defaultdict(list), set()), Table.body, BoundRow.get_cell

    def noted_cell(row: BoundRow, name: str) -> Any:
        found.slow.add(f"{named(type(row.table))}.{name}")
        return get_cell(row, name)

    def noted(table: Table) -> str:
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(BoundRow, "get_cell", noted_cell)
            ours = body(table)
        found.rows[type(table)].append((ours, theirs(table)))
        return ours

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "body", noted)
        for name, _verb, scene, letters, given in PAGES:
            if name in LISTS:
                visit(house, who(letters), address(house, name, scene, given), given.get("now", "selection"))
        noted(SampleTable(people()))
    return found


def visit(house: Alliance, persona: str, url: str, now: str) -> None:
    for language in ("nl", "en"):
        house.clients[persona].cookies["language"] = language
        with clock.at(NOW[now]):
            got(house, persona, url)
    del house.clients[persona].cookies["language"]


@pytest.mark.parametrize("kind", sorted(heirs(), key=named), ids=named)
def test_the_rows_are_those_of_django_tables2(seen: Seen, kind: type) -> None:
    assert issubclass(kind, Table), "derive it from exchange.tables.Table"
    pages = seen.rows[kind]
    assert any("<td" in ours for ours, _theirs in pages), "no page of LISTS shows a row of it"
    for ours, wanted in pages:
        assert ours == wanted


def test_no_column_is_filled_the_slow_way(seen: Seen) -> None:
    """But the gallery's link, which nobody waits for."""
    assert seen.slow == {"exchange.gallery.SampleTable.name", "exchange.jobs.tables.JobTable.again"}


# --- what no list of the house does yet -----------------------------------------------------------


class Odd(Table):
    """Everything a column can ask of django-tables2."""

    text = Column(verbose_name="<b>")
    figure = Column(verbose_name=gettext_lazy("Score"), attrs={"td": {"class": "wide num"}}, default=0.5)
    where__name = Column(verbose_name="x", empty_values=("nowhere",))
    nowhere = Column(default=lambda: "<nothing>")
    table_of = Column(accessor="text", empty_values=())
    link = Column(accessor="text", linkify=lambda value: f"/?q={value}")
    everything = Column(accessor="figure")
    hidden = Column(visible=False)
    own = django_tables2.TemplateColumn("{{ record.text }}{{ value }}", accessor="figure")

    def render_table_of(self, table: Any, value: Any) -> str:
        return f"{type(table).__name__} {value}"

    def render_everything(self, **given: Any) -> str:
        return " ".join(sorted(given))


MOMENT = datetime(2026, 7, 1, tzinfo=UTC)
TEXTS = ("<script>", SafeString("<i>safe</i>"), "", None, gettext_lazy("Name"), "—", ["<", 1], MOMENT)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_a_column_can_ask_is_answered_as_by_django_tables2(language: str) -> None:
    rows = [
        SimpleNamespace(text=text, figure=figure, where=where)
        for text in TEXTS
        for figure, where in ((1234.5, None), (None, SimpleNamespace(name="nowhere")), (7, SimpleNamespace(name="&")))
    ]
    with translation.override(language):
        table = Odd([*rows, {"text": "of a dict", "figure": 0, "where__name": "named"}])
        ours = table.body()
        assert ours == theirs(table)
    assert "&lt;script&gt;" in ours
    assert "<script>" not in ours
    assert '<th scope="row"><i>safe</i></th>' in ours
    assert f'class="num">{"1234,5" if language == "nl" else "1234.5"}</td>' in ours
    assert "&lt;nothing&gt;" in ours


def test_choices_are_said_in_words(house: Alliance) -> None:
    class Plain(Table):
        name = Column()
        job_role = Column()
        institution__name = Column()
        initials = Column()

    table = Plain([house.people["applicant"], SimpleNamespace(name="x", job_role="caretaker", initials=str)])
    ours = table.body()
    assert ours == theirs(table)
    assert '<td data-l="Job role">conciërge</td>' in ours
    assert '<td data-l="Job role">caretaker</td>' in ours


def test_what_would_be_passed_over_is_refused() -> None:
    with pytest.raises(TypeError, match="ByRow"):
        type("ByRow", (Table,), {"name": Column(attrs={"td": {"class": lambda record: record.name}})})
    for attrs in ("row_attrs", "pinned_row_attrs"):
        with pytest.raises(TypeError, match="Marked"):
            type("Marked", (Table,), {"Meta": type("Meta", (), {attrs: {"id": "x"}})})


def test_nothing_is_a_short_dash() -> None:
    class Own(Table):
        name = Column()

        class Meta:
            default = "?"

    assert '<th scope="row">?</th>' in Own([{"name": None}]).body()
    assert '<th scope="row">–</th>' in Odd([{"text": None}]).body()
