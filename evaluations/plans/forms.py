"""The plan and what became of its actions."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.fields import NO_STUDENT, secure, words
from evaluations.lifecycle import ACTION, Means, Rung, steps
from evaluations.models import Action
from evaluations.plans.actions import EVIDENCE, Plan, Told
from exchange.fields import Said
from exchange.forms import DayField
from exchange.people.lifecycle import JobRole
from exchange.trips.models import LearningGoal, Participation, Tag


class GoalChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return Said(obj.words, obj.language)


class TagChoice(forms.ModelMultipleChoiceField):
    """Tags by their number; one that no database could hold is no tag, and never reaches it."""

    def clean(self, value: Any) -> Any:
        wrong = next((one for one in value or [] if not re.fullmatch(r"[0-9]{1,15}", str(one))), None)
        if wrong is not None:
            raise forms.ValidationError(
                self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": str(wrong)[:40]}
            )
        return super().clean(value)

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class ActionForm(forms.Form):
    """One action of the spread-and-use plan."""

    title = forms.CharField(
        label=_("What will you do?"), max_length=160, widget=forms.TextInput(attrs={"class": "own-words"})
    )
    due_on = DayField(label=_("When will it be done?"))
    goal = GoalChoice(
        label=_("From which learning goal does it come?"), queryset=LearningGoal.objects.none(), required=False
    )
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
            start = {
                name: getattr(action, name) for name in ("title", "due_on", "text", "audience", "means", "partner")
            }
            start |= {"goal": action.goal_id, "tags": list(action.tags.all())}
        super().__init__(*args, **{"initial": start, **kwargs})
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
        super().__init__(*args, **{"initial": start | {"seen": action.status}, **kwargs})
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


def report_forms(actions: Iterable[Action], data: Any = None) -> list[ReportForm]:
    """One report form per action, each with its own prefix."""
    return [ReportForm(data, action=action, prefix=f"action-{action.pk}") for action in actions]
