"""Read only, and without what people wrote or how they were: that is read on the team's pages, with a reason."""

from django.contrib import admin

from evaluations.models import (
    Action,
    DailyEvaluation,
    FollowUp,
    GoalLevel,
    OneWord,
    Presentation,
    ReturnEvaluation,
)
from exchange.admin import ReadOnlyAdmin


@admin.register(DailyEvaluation)
class DailyEvaluationAdmin(ReadOnlyAdmin):
    fields = ["participation", "on", "answered_at", "changed_at", "late", "need_met_at", "need_met_by"]
    list_display = ["participation", "on", "answered_at", "late"]
    list_filter = ["late"]
    list_select_related = ["participation__trip"]


@admin.register(GoalLevel)
class GoalLevelAdmin(ReadOnlyAdmin):
    fields = [
        "moment",
        "on",
        "scored_at",
        "scored_by",
        "confirmed_at",
        "confirmed_by",
        "handed_back_at",
        "handed_back_by",
    ]
    list_display = ["pk", "moment", "on", "scored_at", "confirmed_at"]
    list_filter = ["moment"]


@admin.register(ReturnEvaluation)
class ReturnEvaluationAdmin(ReadOnlyAdmin):
    fields = ["participation", "answered_at"]
    list_display = ["participation", "answered_at"]
    list_select_related = ["participation__trip"]


@admin.register(Presentation)
class PresentationAdmin(ReadOnlyAdmin):
    list_display = ["participation", "starts_at", "held_at"]
    list_select_related = ["participation__trip"]


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin):
    list_display = ["participation", "due_on", "status", "rung", "reported_at"]
    list_filter = ["status", "rung"]
    list_select_related = ["participation__trip"]


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnlyAdmin):
    fields = ["participation", "recalled_at", "answered_at"]
    list_display = ["participation", "recalled_at", "answered_at"]
    list_select_related = ["participation__trip"]


@admin.register(OneWord)
class OneWordAdmin(ReadOnlyAdmin):
    fields = ["participation", "moment", "consent", "written_at"]
    list_display = ["pk", "participation", "moment", "consent", "written_at"]
    list_filter = ["moment", "consent"]
    list_select_related = ["participation__trip"]
