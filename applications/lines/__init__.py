"""Lines and loads: what lists and counts read, derived from what people did, in the transaction in which they did it.

`settle` is called by every verb that changes what a line is derived from; `faults` derives all of it again and says
where it differs (`manage.py lines`).
"""

from applications.lines.deriving import COUNTED, sortable
from applications.lines.gone import letting_go
from applications.lines.proof import Fault, faults, mend, mend_all
from applications.lines.settling import settle, settle_invited, settle_people, settle_school

__all__ = [
    "COUNTED",
    "Fault",
    "faults",
    "letting_go",
    "mend",
    "mend_all",
    "settle",
    "settle_invited",
    "settle_people",
    "settle_school",
    "sortable",
]
