"""Scores laid beside each other."""

from typing import Any

from applications.models import Assessment


def grid(criteria: list[Any], read: list[Assessment]) -> list[dict[str, Any]]:
    """Per criterion what each finished assessment gave, with the words of the anchor."""
    finished = [row for row in read if row.status == "finished"]
    words = {(one.pk, anchor.level): anchor.text for one in criteria for anchor in one.anchors.all()}
    given = {(row.pk, score.criterion_id): score for row in finished for score in row.scores.all()}
    return [
        {
            "criterion": one,
            "scores": [
                {"by": row.reviewer, "score": score, "words": words.get((one.pk, score.level), "")}
                for row in finished
                if (score := given.get((row.pk, one.pk)))
            ],
        }
        for one in criteria
    ]
