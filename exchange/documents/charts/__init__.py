"""Charts as plain data that draw themselves. They know no models: whoever counts, hands over the figures.

Small groups are decided by whoever counts, too. A figure that may not be shown arrives here as `SUPPRESSED`, and what
was not asked as `NOT_MEASURED`; a row that says so cannot carry figures as well, so none can slip into a drawing, a
sentence or a table.
"""

from exchange.documents.charts.base import NOT_MEASURED, SUPPRESSED, Chart, Gap, Table, level, percentage, shown
from exchange.documents.charts.counts import Bar, Bars, Cloud, Dot, Dots, Meter, Word
from exchange.documents.charts.goals import GoalHistory, Point, Slope, Stretch
from exchange.documents.charts.levels import LevelRow, Levels
from exchange.documents.charts.people import Flow, Ladder, Stage, Tread

__all__ = [
    "NOT_MEASURED", "SUPPRESSED", "Bar", "Bars", "Chart", "Cloud", "Dot", "Dots", "Flow", "Gap", "GoalHistory",
    "Ladder", "LevelRow", "Levels", "Meter", "Point", "Slope", "Stage", "Stretch", "Table", "Tread", "Word",
    "level", "percentage", "shown",
]  # fmt: skip
