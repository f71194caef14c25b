"""Everything held about a person, gathered from what each model declares (exchange/privacy/declared.py)."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from exchange import clock, wings
from exchange.documents.sheets import DATE, MOMENT, NUMBER, TEXT, YES_NO, CellKind, Sheet
from exchange.history.models import HistoryEntry
from exchange.history.words import sentence, told
from exchange.outbox.mail import as_stored
from exchange.people.models import User
from exchange.privacy.declared import HISTORY, SELF, Keep
from exchange.words import hours

#: A day or a moment as frozen facts hold it.
FROZEN = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?")
#: What only the software needs.
TECHNICAL = frozenset("client_key version schema is_active seen_at search_words".split())


@dataclass(frozen=True, slots=True)
class HeldKind:
    """One kind of record that is held about somebody: its address, why it is kept, and how many rows."""

    key: str
    title: str | Promise
    kept: list[Keep]
    count: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held in one kind of record: why, for how long, and the rows."""

    title: str | Promise
    kept: list[Keep]
    columns: list[str]
    rows: list[list[Any]]

    @property
    def table(self) -> list[list[tuple[str, str, bool]]]:
        """For the page: name, text, and whether the text has lines of its own."""
        words = [[in_words(value) for value in row] for row in self.rows]
        told = [[(n, w, "\n" in w) for n, w in zip(self.columns, row, strict=True) if w] for row in words]
        return [row for row in told if row]


def declared() -> list[type[models.Model]]:
    """Our models that declare whose their rows are, in the order of the apps."""
    return [model for model in apps.get_models() if hasattr(model, "OWNER") or hasattr(model, "ADDRESS")]


def about(user: User) -> list[Holding]:
    """Everything held about somebody, without what belongs to others or is not theirs to see."""
    found = [holding for model in declared() if (holding := _held(model, user)).rows]
    return [*found, *beside(user)]


def kinds(user: User) -> list[HeldKind]:
    """Which kinds of record are held about somebody, in one query."""
    found = counted([_own(model, user) for model in declared()])
    held = ((model, found.get(model._meta.label_lower, 0)) for model in declared())
    return [HeldKind(model._meta.label_lower, title_of(model), _kept(model), count) for model, count in held if count]


def counted(many: Iterable[models.QuerySet[Any]]) -> dict[str, int]:
    """How many rows there are of each model, in one query."""
    first, *others = [
        rows.order_by()
        .annotate(of=models.Value(rows.model._meta.label_lower, models.CharField()))
        .values("of")
        .annotate(n=models.Count("pk"))
        .values_list("of", "n")
        for rows in many
    ]
    return dict(first.union(*others, all=True))


def of_kind(user: User, key: str) -> Holding | None:
    """What is held about somebody in one kind of record; None for a kind that does not exist."""
    model = next((model for model in declared() if model._meta.label_lower == key), None)
    return _held(model, user) if model else None


def trip_path(model: type[models.Model]) -> str:
    """The path from a model to its trip, along the path to the person it is about; empty when there is none."""
    steps = [step for step in getattr(model, "ABOUT", getattr(model, "OWNER", "")).split("__") if step]
    here: Any = model
    walked: list[str] = []
    for step in ["", *steps]:
        if step:
            here = here._meta.get_field(step).related_model
            walked.append(step)
        field = next((f for f in here._meta.fields if f.name == "trip" and f.many_to_one), None)
        if field:
            return "__".join([*walked, "trip"])
    return ""


def fields_of(model: type[models.Model]) -> list[Any]:
    """The fields an owner gets to see: not the keys, not other people, not what is withheld."""
    shown, withheld = getattr(model, "SHOWN", None), getattr(model, "WITHHELD", ())
    explained = getattr(model, "EXPLAINED_BY", ())
    found = []
    for field in [*model._meta.fields, *model._meta.many_to_many]:
        if (
            field.primary_key
            or field.name in TECHNICAL
            or field.name in withheld
            or (shown is not None and field.name not in shown)
        ):
            continue
        if field.is_relation and field.name not in explained and hasattr(field.related_model, "OWNER"):
            continue
        found.append(field)
    return found


def _own(model: type[models.Model], user: User) -> models.QuerySet[Any]:
    if hasattr(model, "ADDRESS"):
        theirs = EmailAddress.objects.filter(user=user, verified=True)
        return model._base_manager.filter(models.Exists(theirs.filter(email__iexact=models.OuterRef(model.ADDRESS))))
    owner = model.OWNER
    rows = model._base_manager.filter(**{owner or "pk": user.pk if owner == SELF else user})
    where = getattr(model, "SHOWN_WHERE", None)
    return rows.filter(where) if where else rows


def title_of(model: type[models.Model]) -> str | Promise:
    return wings.named(lambda wing: wing.own_titles).get(model._meta.label) or capfirst(model._meta.verbose_name_plural)


def _kept(model: type[models.Model]) -> list[Keep]:
    return list({keep.name: keep for keep in model.PERSONAL.values()}.values())


def _held(model: type[models.Model], user: User) -> Holding:
    rows = _own(model, user)
    fields = fields_of(model)
    trip = trip_path(model)
    joined = [f.name for f in fields if f.many_to_one or f.one_to_one] + ([trip] if trip else [])
    rows = rows.select_related(*joined) if joined else rows
    many = [f.name for f in fields if f.many_to_many]
    rows = rows.prefetch_related(*many) if many else rows
    through = trip if trip and trip != "trip" else ""
    columns = ([_("trip")] if through else []) + [_label(f) for f in fields]
    cells = [([str(_walk(row, through))] if through else []) + [_value(row, f) for f in fields] for row in rows]
    return Holding(title_of(model), _kept(model), columns, cells)


def _walk(row: Any, path: str) -> Any:
    for step in path.split("__"):
        row = getattr(row, step)
    return row


def _label(field: Any) -> str:
    names = wings.named(lambda wing: wing.own_fields)
    if field.name in names and field.verbose_name == field.name.replace("_", " "):
        return str(names[field.name])
    return str(field.verbose_name)


def _value(row: Any, field: Any) -> Any:
    """What a field holds, in words where it is a choice or a relation."""
    if field.many_to_many:
        return ", ".join(str(one) for one in getattr(row, field.name).all())
    if field.is_relation:
        found = getattr(row, field.name)
        return str(found) if found is not None else ""
    if field.name == "verb" and row._meta.label == "history.HistoryEntry":
        return str(sentence(row.verb))
    if field.name == "body" and row._meta.label == "outbox.OutboxMessage":
        return as_stored(row)
    value = getattr(row, field.name)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")() or "")
    return value


def beside(user: User) -> list[Holding]:
    """What stands about somebody outside the models that declare it: what others did, and the sign-in."""
    done = [one for held in wings.each(lambda wing: wing.held_beside) for one in held(user)]
    return [*done, *concerning(user), *sign_in(user)]


def concerning(user: User) -> Iterator[Holding]:
    """What others did with somebody's account or looked at of theirs; what they did themselves is told as such."""
    found = HistoryEntry.objects.filter(concerns=user.pk).exclude(by=user).select_related("by").order_by("-at")
    rows = [[one.at, told(one.verb, one.facts), str(one.by or ""), one.reason] for one in found]
    if rows:
        columns = [_("when"), _("what"), _("who"), _("why")]
        yield Holding(_("What happened to your account, and who looked"), [HISTORY], columns, rows)


def sign_in(user: User) -> Iterator[Holding]:
    """What the sign-in keeps: addresses, where somebody is signed in, second steps."""
    addresses = [[a.email, a.verified, a.primary] for a in user.emailaddress_set.all()]
    if addresses:
        yield Holding(_("E-mail addresses"), [], [_("address"), _("confirmed"), _("main address")], addresses)
    sessions = [[s.ip, s.user_agent, s.created_at] for s in user.usersession_set.all()]
    if sessions:
        yield Holding(_("Where you are signed in"), [], [_("network address"), _("browser"), _("since")], sessions)
    at_school = [
        [a.extra_data.get("home_organisation"), a.extra_data.get("email"), a.uid, a.date_joined, a.last_login]
        for a in user.socialaccount_set.all()
    ]
    if at_school:
        columns = [_("school"), _("address"), _("fingerprint"), _("since"), _("last used")]
        yield Holding(_("School account (SURFconext)"), [], columns, at_school)
    steps = [[a.get_type_display(), a.created_at, a.last_used_at] for a in user.authenticator_set.all()]
    if steps:
        yield Holding(_("Second steps of signing in"), [], [_("kind"), _("since"), _("last used")], steps)


# --- as files -------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def as_json(user: User, holdings: Iterable[Holding]) -> bytes:
    """A file that another program can read."""
    content = {
        "person": str(user.pk),
        "made_at": clock.now().isoformat(),
        "holdings": [
            {
                "title": str(holding.title),
                "purpose": sorted({str(keep.purpose) for keep in holding.kept}),
                "rows": [dict(zip(holding.columns, map(_plain, row), strict=True)) for row in holding.rows],
            }
            for holding in holdings
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def as_sheets(holdings: Iterable[Holding]) -> Iterator[Sheet]:
    """A sheet for each kind of record: days, moments and numbers as such, all else as it reads."""
    for holding in holdings:
        kinds = [kind_of([row[place] for row in holding.rows]) for place in range(len(holding.columns))]
        rows = (
            [in_words(value) if kind is TEXT else value for value, kind in zip(row, kinds, strict=True)]
            for row in holding.rows
        )
        yield Sheet(holding.title, list(zip(holding.columns, kinds, strict=True)), rows)


def kind_of(values: list[Any]) -> CellKind:
    """What a column holds, if all of it is of one kind; else text."""
    types = {type(value) for value in values if value is not None and value != ""}
    return next((kind for of, kind in KINDS if types and types <= of), TEXT)


KINDS: tuple[tuple[set[type], CellKind], ...] = (
    ({bool}, YES_NO),
    ({datetime}, MOMENT),
    ({date}, DATE),
    ({int, float, Decimal}, NUMBER),
)


def in_words(value: Any) -> str:
    """A value as it reads on a page or in a cell."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        there = value.astimezone(clock.HOME)
        return f"{date_format(there.date(), 'j F Y')}, {hours(there)}"
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, list | dict):
        return "\n".join(_lines(value))
    return str(value)


def _lines(value: Any, name: str = "") -> Iterator[str]:
    """A nested value as lines of "name: text"."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{name} {key}".strip())
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, name)
    else:
        told = in_words(as_day(value))
        yield f"{name}: {told}" if name else told


def as_day(value: Any) -> Any:
    """The day or moment that a frozen value holds as text; any other as it is."""
    if isinstance(value, str) and FROZEN.fullmatch(value):
        with suppress(ValueError):  # somebody may have typed the thirtieth of February
            return parse_datetime(value) if "T" in value else parse_date(value)
    return value
