"""What participants and the team fill in. Everything typed comes back on a page that needs another look."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.actions.evenings import Answers
from evaluations.actions.goals import COLUMNS
from evaluations.actions.planning import EVIDENCE, Plan, Told
from evaluations.lifecycle import ACTION, Agreement, Means, Mood, Moment, Rung, Verdict, steps
from evaluations.models import Action, DailyEvaluation, FollowUp, GoalLevel, OneWord, Presentation, ReturnEvaluation
from exchange.forms import ClockField, DayField, LevelField, LevelScale, OwnWords
from exchange.people.lifecycle import JobRole
from exchange.trips.models import LearningGoal, Participation, Tag, Trip

NO_STUDENT = _("Write nothing that identifies a student.")
UNKNOWN = "unknown"
DONT_KNOW = _("I don't know")
NEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def words(label: Any, *, max_length: int, rows: int = 3, required: bool = False, help_text: Any = "") -> forms.CharField:
    """A text in somebody's own words."""
    return forms.CharField(
        label=label, max_length=max_length, required=required, help_text=help_text, widget=OwnWords(rows=rows)
    )


def agreement(label: Any) -> forms.TypedChoiceField:
    """Five steps of agreement, or not known."""
    return forms.TypedChoiceField(
        label=label,
        choices=[*((str(value), text) for value, text in Agreement.choices), (UNKNOWN, DONT_KNOW)],
        coerce=lambda value: None if value == UNKNOWN else int(value),
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


def agreed(value: int | None, answered: bool) -> str:
    """What to preselect: a step, "I don't know" once that was said, else nothing."""
    return str(value) if value else UNKNOWN if answered else "none"


class EveningLevelField(LevelField):
    """A level, "I don't know yet", or nothing at all: whether a goal was touched is told apart from not knowing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.choices = [*self.choices, (UNKNOWN, _("I don't know yet"))]
        self.coerce = lambda value: value if value == UNKNOWN else int(value)
        self.widget = Scale(self.widget.words, self.widget.lang)
        self.widget.choices = self.choices

    def prepare_value(self, value: Any) -> Any:
        """Nothing preselected before a first answer."""
        return "none" if value is None else value


class Scale(LevelScale):
    """The level scale with "I don't know yet" as an answer of its own."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = context["widget"]["levels"]
        context["widget"]["levels"] = [option for option in options if option["value"] != UNKNOWN]
        context["widget"]["unknown"] = [option for option in options if option["value"] == UNKNOWN]
        return context


def scale(goal: LearningGoal) -> EveningLevelField:
    """The scale of one goal, with its owner's words."""
    return EveningLevelField(label=_("Where are you now?"), words=[text for _level, text in goal.levels], lang=goal.language)


def initial_level(row: GoalLevel | None) -> int | str | None:
    """What to preselect for a stored level."""
    if row is None:
        return None
    return UNKNOWN if row.level is None else row.level


# --- goals ----------------------------------------------------------------------------------------


class SharpenForm(forms.Form):
    """A goal with five levels. `later` saves an unfinished one; a stale page is told apart by `version`."""

    LABELS = (
        _("−2: much less than expected"),
        _("−1: somewhat less than expected"),
        _("0: as expected"),
        _("+1: somewhat more than expected"),
        _("+2: much more than expected"),
    )
    text = words(_("What do you want to be able to do?"), max_length=300, rows=2)
    level_m2 = words(LABELS[0], max_length=200, rows=2)
    level_m1 = words(LABELS[1], max_length=200, rows=2)
    level_0 = words(LABELS[2], max_length=200, rows=2, help_text=_("Realistic: you expect to stand here after the trip."))
    level_p1 = words(LABELS[3], max_length=200, rows=2)
    level_p2 = words(LABELS[4], max_length=200, rows=2)
    baseline = LevelField(label=_("Where do you stand now?"), required=False)
    weight = forms.TypedChoiceField(
        label=_("How much does this goal weigh?"),
        choices=[("1", _("normal")), ("2", _("more")), ("3", _("most"))],
        coerce=int,
        initial="1",
        widget=forms.RadioSelect,
        help_text=_("Only if one of your goals matters more to you than the others."),
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    NEEDED = ("text", *COLUMNS, "baseline")

    def __init__(self, *args: Any, goal: LearningGoal, baseline: GoalLevel | None, **kwargs: Any) -> None:
        self.goal, self.stored = goal, baseline
        start = {column: getattr(goal, column) for column in COLUMNS}
        start |= {"text": goal.words, "weight": str(goal.weight), "version": self.version_of(goal, baseline)}
        super().__init__(*args, initial=start | {"baseline": self._start(baseline)}, **kwargs)
        for name in ("text", *COLUMNS):
            self.fields[name].widget.attrs["lang"] = goal.language

    @staticmethod
    def _start(baseline: GoalLevel | None) -> int | str:
        return "none" if baseline is None or baseline.level is None else baseline.level

    @staticmethod
    def version_of(goal: LearningGoal, baseline: GoalLevel | None) -> str:
        """A short mark of what is stored."""
        parts = [goal.text, *(getattr(goal, column) for column in COLUMNS), goal.weight, goal.sharpened_at]
        parts.append(baseline.level if baseline else None)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    @property
    def stale(self) -> bool:
        """Whether somebody else saved this goal since the page was opened."""
        return self.data.get("version", "") != self.version_of(self.goal, self.stored)

    @property
    def later(self) -> bool:
        """Whether to save it unfinished."""
        return "later" in self.data and not self.goal.sharpened

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.later:
            for name in self.NEEDED:
                if name not in self.errors and cleaned.get(name) in (None, ""):
                    self.add_error(name, _("A goal that anybody can measure needs this."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """For the actions."""
        cleaned = self.cleaned_data
        return {
            "text": cleaned["text"],
            "levels": [cleaned[column] for column in COLUMNS],
            "baseline": cleaned["baseline"],
            "weight": cleaned["weight"],
        }


class ReasonForm(forms.Form):
    """Why an administrator looks at what somebody wrote."""

    reason = forms.CharField(
        label=_("Why do you need to see this?"),
        max_length=500,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Your reason stands in the history of the trip. It holds until you sign out."),
    )


# --- evenings -------------------------------------------------------------------------------------


class EveningForm(forms.Form):
    """One evening: the own goals, one insight, how are you, what do you need."""

    insight = words(_("What do you take from today?"), max_length=400, help_text=NO_STUDENT)
    verdict = forms.ChoiceField(
        label=_("Can you use this at home?"), choices=Verdict.choices, required=False, widget=forms.RadioSelect
    )
    mood = forms.TypedChoiceField(
        label=_("How are you?"),
        choices=Mood.choices[::-1],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    need = words(
        _("What do you need for tomorrow?"),
        max_length=600,
        rows=2,
        help_text=_("The companions read this tonight. Leave it empty when all is well."),
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    all_optional = True

    def __init__(
        self,
        *args: Any,
        goals: list[LearningGoal],
        evening: DailyEvaluation | None,
        rows: dict[uuid.UUID, GoalLevel],
        yesterday: dict[uuid.UUID, GoalLevel] | None = None,
        **kwargs: Any,
    ) -> None:
        self.goals, self.yesterday = goals, yesterday or {}
        super().__init__(*args, initial=self._start(evening, rows), **kwargs)
        for goal in goals:
            if goal.sharpened:
                self.fields[f"level_{goal.pk}"] = scale(goal)
            else:
                label = _("What did you do with it today?")
                self.fields[f"words_{goal.pk}"] = words(label, max_length=600, rows=2)

    def _start(self, evening: DailyEvaluation | None, rows: dict[uuid.UUID, GoalLevel]) -> dict[str, Any]:
        if evening is None:
            return {"client_key": uuid.uuid4()}
        insight = getattr(evening, "insight", None)
        start = {
            "insight": insight.text if insight else "",
            "verdict": insight.verdict if insight else "",
            "mood": evening.mood,
            "need": evening.need,
            "client_key": evening.client_key,
            "seen": evening.changed_at.isoformat(),
        }
        for pk, row in rows.items():
            start |= {f"level_{pk}": initial_level(row), f"words_{pk}": row.outcome}
        return start

    def questions(self) -> Iterator[dict[str, Any]]:
        """Each own goal with its field and where it stood the evening before."""
        for goal in self.goals:
            name = f"level_{goal.pk}" if goal.sharpened else f"words_{goal.pk}"
            yield {"goal": goal, "field": self[name], "yesterday": self.yesterday.get(goal.pk)}

    def clean_seen(self) -> datetime | None:
        """When the page that is sent back was built; a broken value counts as a stale page."""
        try:
            seen = datetime.fromisoformat(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError:
            return NEVER
        return seen if seen is None or seen.tzinfo else NEVER

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = [value for name, value in cleaned.items() if name not in ("client_key", "seen")]
        if not self.errors and not any(value not in ("", None) for value in said):
            raise forms.ValidationError(_("Answer at least one question. “I don't know yet” is an answer too."))
        return cleaned

    def answers(self) -> Answers:
        """For the action."""
        cleaned = self.cleaned_data
        levels, texts = {}, {}
        for goal in self.goals:
            level = cleaned.get(f"level_{goal.pk}")
            if level is not None:
                levels[goal.pk] = None if level == UNKNOWN else level
            if text := cleaned.get(f"words_{goal.pk}"):
                texts[goal.pk] = text
        return Answers(
            mood=cleaned["mood"],
            need=cleaned["need"],
            insight=cleaned["insight"],
            verdict=cleaned["verdict"],
            levels=levels,
            words=texts,
        )


# --- levels at the return and after a year --------------------------------------------------------


class GoalScores(forms.Form):
    """For each goal a level (if it was sharpened) and the outcome in words. What was confirmed is not asked again."""

    def __init__(
        self, *args: Any, goals: list[LearningGoal], rows: dict[uuid.UUID, GoalLevel], moment: Moment, **kwargs: Any
    ) -> None:
        self.goals, self.rows = goals, rows
        super().__init__(*args, **kwargs)
        outcome = _("What became of it, in your own words?")
        for goal in self.open_goals():
            row = rows.get(goal.pk)
            if goal.sharpened:
                self.fields[f"level_{goal.pk}"] = scale(goal)
                self.initial[f"level_{goal.pk}"] = initial_level(row)
            self.fields[f"outcome_{goal.pk}"] = words(outcome, max_length=600, help_text=NO_STUDENT)
            self.initial[f"outcome_{goal.pk}"] = row.outcome if row else ""

    def open_goals(self) -> list[LearningGoal]:
        """Goals whose level was not confirmed yet."""
        return [goal for goal in self.goals if not (goal.pk in self.rows and self.rows[goal.pk].confirmed_at)]

    def questions(self) -> Iterator[dict[str, Any]]:
        """Each goal with its fields and what stands."""
        names = self.fields
        for goal in self.goals:
            level, outcome = f"level_{goal.pk}", f"outcome_{goal.pk}"
            yield {
                "goal": goal,
                "row": self.rows.get(goal.pk),
                "level": self[level] if level in names else None,
                "outcome": self[outcome] if outcome in names else None,
            }

    def scores(self) -> dict[uuid.UUID, tuple[int | None, str]]:
        """For the actions: what was answered about goals that can still be answered."""
        found = {}
        for goal in self.open_goals():
            level = self.cleaned_data.get(f"level_{goal.pk}")
            outcome = self.cleaned_data[f"outcome_{goal.pk}"]
            if level is not None or outcome or goal.pk in self.rows:
                found[goal.pk] = (None if level == UNKNOWN else level, outcome)
        return found


class ReturnForm(GoalScores):
    """The return page."""

    word = forms.CharField(
        label=_("The trip in one word"),
        max_length=40,
        required=False,
        help_text=_("At most 40 characters. In a year we ask you again, before you see this one."),
        widget=forms.TextInput(attrs={"class": "own-words", "autocomplete": "off"}),
    )
    consent = forms.BooleanField(
        label=_("This word may stand in the report, without my name"),
        required=False,
        help_text=_("You can take this back at any time."),
    )
    grade = forms.TypedChoiceField(
        label=_("Which grade do you give the trip?"),
        choices=[(str(n), str(n)) for n in range(1, 11)],
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "grades"}),
        help_text=_("1 is very bad, 10 is excellent."),
    )
    learned = words(_("What did you learn that you did not expect?"), max_length=600, help_text=NO_STUDENT)
    support = agreement(_("I expect my manager to help me use it"))
    opportunity = agreement(_("I expect to get the chance to use it"))

    def __init__(self, *args: Any, answered: ReturnEvaluation | None, said: OneWord | None, **kwargs: Any) -> None:
        start: dict[str, Any] = {}
        if answered:
            start = {"grade": answered.grade, "learned": answered.learned}
        if said:
            start |= {"word": said.word, "consent": said.consent}
        start["support"] = agreed(answered.support if answered else None, bool(answered))
        start["opportunity"] = agreed(answered.opportunity if answered else None, bool(answered))
        super().__init__(*args, initial=start, moment=Moment.RETURN, **kwargs)


class PresentationForm(forms.ModelForm):
    """What somebody presents."""

    link = forms.URLField(
        label=_("Link to your slides"),
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text=_("Starts with https://. Make sure the team may open it."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    text = words(_("In a few sentences"), max_length=2000, rows=5, help_text=NO_STUDENT)

    class Meta:
        model = Presentation
        fields = ["title", "text", "link"]

    def clean_link(self) -> str:
        return secure(self.cleaned_data["link"])


def secure(link: str) -> str:
    """Links are https only."""
    if link and not link.startswith("https://"):
        raise forms.ValidationError(_("Use a link that starts with https://."))
    return link


class SlotsForm(forms.Form):
    """The order of the presentations: a first moment, minutes each, and a number per person."""

    starts = ClockField(label=_("First presentation at"))
    minutes = forms.IntegerField(label=_("Minutes each"), min_value=3, max_value=120, initial=10)

    def __init__(self, *args: Any, rows: list[tuple[Participation, Presentation | None]], **kwargs: Any) -> None:
        self.people = [participation for participation, _presentation in rows]
        super().__init__(*args, **kwargs)
        for number, participation in enumerate(self.people, 1):
            self.fields[f"place_{participation.pk}"] = forms.IntegerField(
                label=_("Place of %(name)s") % {"name": participation.printed_name},
                min_value=1,
                max_value=999,
                required=False,
                initial=number,
            )

    def place(self, participation: Participation) -> forms.BoundField:
        """The number of one person."""
        return self[f"place_{participation.pk}"]

    def order(self) -> list[Participation]:
        """In the order asked for; whoever has no number gets no slot."""
        numbered = [(self.cleaned_data[f"place_{p.pk}"], index, p) for index, p in enumerate(self.people)]
        return [person for number, _index, person in sorted(n for n in numbered if n[0])]


class HandBackForm(forms.Form):
    """What the participant is asked to look at again."""

    note = forms.CharField(
        label=_("What should be looked at again?"),
        max_length=300,
        widget=OwnWords(rows=2),
        help_text=_("One sentence; the participant gets it by mail."),
    )


# --- the plan -------------------------------------------------------------------------------------


class GoalChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.words


class TagChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class ActionForm(forms.Form):
    """One action of the spread-and-use plan."""

    title = forms.CharField(label=_("What will you do?"), max_length=160, widget=forms.TextInput(attrs={"class": "own-words"}))
    due_on = DayField(label=_("When will it be done?"))
    goal = GoalChoice(label=_("From which learning goal does it come?"), queryset=LearningGoal.objects.none(), required=False)
    text = words(_("How, in a few words?"), max_length=1000, help_text=NO_STUDENT)
    audience = forms.MultipleChoiceField(
        label=_("For whom?"), choices=JobRole.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    means = forms.ChoiceField(label=_("By which means?"), choices=Means.choices, widget=forms.RadioSelect)
    partner = forms.CharField(
        label=_("Together with"),
        max_length=160,
        required=False,
        help_text=_("A colleague, a team or a partner outside the school, such as youth work or the police."),
    )
    tags = TagChoice(
        label=_("Words of the theme"), queryset=Tag.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, participation: Participation, action: Action | None = None, **kwargs: Any) -> None:
        self.trip = participation.trip
        start: dict[str, Any] = {"means": Means.TEAM_MEETING}
        if action:
            start = {name: getattr(action, name) for name in ("title", "due_on", "text", "audience", "means", "partner")}
            start |= {"goal": action.goal_id, "tags": list(action.tags.all())}
        super().__init__(*args, initial=start, **kwargs)
        self.fields["goal"].queryset = participation.goals.all()
        self.fields["goal"].empty_label = _("No goal in particular")
        tags = Tag.objects.filter(dimension__framework=self.trip.framework_id).select_related("dimension")
        self.fields["tags"].queryset = tags

    def clean_due_on(self) -> date:
        due = self.cleaned_data["due_on"]
        if due < self.trip.departs_on:
            raise forms.ValidationError(_("Choose a day after the trip has left."))
        if due > self.trip.follow_up_on + timedelta(days=365):
            raise forms.ValidationError(_("Choose a day at most a year after the follow-up day."))
        return due

    def plan(self) -> Plan:
        """For the actions."""
        cleaned = self.cleaned_data
        return Plan(
            title=cleaned["title"],
            due_on=cleaned["due_on"],
            text=cleaned["text"],
            audience=tuple(cleaned["audience"]),
            means=cleaned["means"],
            partner=cleaned["partner"],
            goal=cleaned["goal"],
            tags=tuple(cleaned["tags"]),
        )


class ReportForm(forms.Form):
    """What became of one action."""

    status = forms.ChoiceField(label=_("How does it stand?"), widget=forms.RadioSelect)
    rung = forms.TypedChoiceField(
        label=_("How deep is it anchored?"),
        choices=Rung.choices,
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "rows"}),
        help_text=_("From step 3 on, say below what shows it. Step 5 needs it: words or a link."),
    )
    evidence = words(_("What shows it?"), max_length=1000, help_text=NO_STUDENT)
    evidence_link = forms.URLField(
        label=_("Link to what shows it"),
        required=False,
        assume_scheme="https",
        max_length=200,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        self.action = action
        start = {name: getattr(action, name) for name in ("status", "rung", "evidence", "evidence_link")}
        start |= {f"reach_{row.job_role}": row.people for row in action.reach.all()}
        super().__init__(*args, initial=start | {"seen": action.status}, **kwargs)
        reachable = {action.status, *steps(action.status)}
        self.fields["status"].choices = [choice for choice in ACTION.choices() if choice[0] in reachable]
        first = list(action.audience)
        for role in sorted(JobRole, key=lambda role: role not in first):
            self.fields[f"reach_{role.value}"] = forms.IntegerField(
                label=role.label, min_value=0, max_value=100_000, required=False
            )

    def reach_fields(self) -> list[forms.BoundField]:
        """A number per staff type, those it was meant for first."""
        return [self[name] for name in self.fields if name.startswith("reach_")]

    def clean_evidence_link(self) -> str:
        return secure(self.cleaned_data["evidence_link"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        bare = not cleaned.get("evidence") and not cleaned.get("evidence_link")
        if cleaned.get("rung") == Rung.POLICY and bare and "evidence_link" not in self.errors:
            self.add_error("evidence", EVIDENCE)
        return cleaned

    def told(self) -> Told:
        """For the actions."""
        cleaned = self.cleaned_data
        reach = {role.value: cleaned.get(f"reach_{role.value}") or 0 for role in JobRole}
        return Told(
            status=cleaned["status"],
            rung=cleaned["rung"],
            evidence=cleaned["evidence"],
            evidence_link=cleaned["evidence_link"],
            reach={role: people for role, people in reach.items() if people},
        )


# --- one year on ----------------------------------------------------------------------------------


class RecallForm(forms.Form):
    """Asked before anything old is shown."""

    word = forms.CharField(
        label=_("The trip in one word, now"),
        max_length=40,
        help_text=_("At most 40 characters. After saving you see what you said a year ago."),
        widget=forms.TextInput(attrs={"class": "own-words", "autocomplete": "off"}),
    )
    consent = forms.BooleanField(
        label=_("This word may stand in the report, without my name"),
        required=False,
        help_text=_("You can take this back at any time."),
    )
    recall = words(
        _("What do you still remember and use?"), max_length=2000, rows=6, required=True, help_text=NO_STUDENT
    )


class YearForm(GoalScores):
    """What became of goals and actions after a year."""

    support = agreement(_("My manager helped me to use it"))
    opportunity = agreement(_("I was given the chance to use it"))
    students = words(_("What do students notice?"), max_length=1000, help_text=NO_STUDENT)
    moved = forms.BooleanField(label=_("I changed job or school since the trip"), required=False)

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        answered = bool(follow_up.answered_at)
        start = {
            "students": follow_up.students,
            "moved": follow_up.moved,
            "support": agreed(follow_up.support, answered),
            "opportunity": agreed(follow_up.opportunity, answered),
        }
        super().__init__(*args, initial=start, moment=Moment.ONE_YEAR, **kwargs)


def report_forms(actions: Iterable[Action], data: Any = None) -> list[ReportForm]:
    """One report form per action, each with its own prefix."""
    return [ReportForm(data, action=action, prefix=f"action-{action.pk}") for action in actions]


def day_of(trip: Trip, text: str) -> date | None:
    """A day of the trip from an address, or nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day in trip.days else None
