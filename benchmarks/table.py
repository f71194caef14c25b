"""The findings of a run as Markdown: a line for each page, with what it costs at each size, and its bar."""

from collections.abc import Iterator
from typing import Any

from benchmarks import bars

#: Of each line: how many units and statements at every size; the rest at the largest.
HEAD = ("units", "SQL", "fetched", "built", "kB", "gzip", "ms", "growth, of rows", "bar")


def row(cells: Any) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def document(told: dict[str, Any], title: str) -> str:
    """Everything that was found."""
    return "\n".join([f"## {title}", "", *lines(told), "", *files(told), "", *rest(told), ""])


def lines(told: dict[str, Any]) -> Iterator[str]:
    """Pages and deeds."""
    sizes = {int(size): found for size, found in told["sizes"].items()}
    yield row((f"at {' / '.join(f'{size:,}' for size in sizes)}", *HEAD))
    yield row(["---", *["---:"] * 8, "---"])
    for name in dict.fromkeys(name for found in sizes.values() for name in found):
        yield row((name, *figures({size: found[name] for size, found in sizes.items() if name in found})))


def figures(others: dict[int, dict[str, Any]]) -> tuple[Any, ...]:
    """What one line costs at every size."""
    one = others[max(others)]
    units = (f"{line['units']:.{0 if line['units'] >= 9.5 else 1}f}" for line in others.values())
    bar = bars.Bar(**one["bar"])
    growth = [f"{bar.growth(what, others):+.2f}" for what in ("units", "fetched")] if len(others) > 1 else []
    missed = {size: bar.misses(size, line, others) for size, line in others.items()}
    said = dict.fromkeys(word for words in missed.values() for word in words)
    return (
        " / ".join(units),
        " / ".join(dict.fromkeys(str(line["queries"]) for line in others.values())),
        one["fetched"],
        one["built"],
        f"{one['bytes'] / 1000:.1f}",
        f"{one['gzip'] / 1000:.1f}",
        f"{one['ms']:.0f}{there(one)}",
        ", ".join(growth),
        f"missed: {', '.join(said)}" if said else "met" if judged(bar, others) else "",
    )


def judged(bar: bars.Bar, others: dict[int, Any]) -> bool:
    """Whether there is enough to hold against the bar: what must be flat takes two sizes."""
    return bar != bars.NONE and (bar.flat is None or len(others) > 1)


def there(one: dict[str, Any]) -> str:
    """The part of the database server, where it is a process of its own."""
    return f" + {one['database ms']:.0f}" if one["database ms"] else ""


def files(told: dict[str, Any]) -> Iterator[str]:
    """What each row of a file and each letter takes."""
    yield row(("in bulk", "n", "how many", "units for 1,000", "ms for 1,000", "SQL", "more memory, MB"))
    yield row(["---", *["---:"] * 6])
    for size, found in told["sizes"].items():
        for name, one in found.items():
            if each := one["each"]:
                units, ms = (f"{one[what] / each * 1000:.0f}" for what in ("units", "ms"))
                yield row((name, size, each, units, ms, one["queries"], f"{one['memory']:+.0f}"))


def rest(told: dict[str, Any]) -> Iterator[str]:
    """Requests a second, certificates, and the memory of a worker."""
    if "papers" in told:
        yield row(("certificates", "units", "ms", "a processor second", ""))
        yield row(["---", "---:", "---:", "---:", "---"])
        for one in told["papers"]:
            figures = (f"{one['units']:.1f}", f"{one['ms']:.1f}", f"{one['a second']:.1f}")
            yield row((one["name"], *figures, one["said"]))
        yield ""
    found = [one for sizes in told["sizes"].values() for one in sizes.values()]
    public = [sizes["public page"] for sizes in told["sizes"].values() if "public page" in sizes]
    if public:
        said = [f"{1000 / one['ms']:.0f} of {1000 / one['unit']:.0f} ({1 / one['units']:.0%})" for one in public]
        yield f"Public page, requests a processor second beside the bare table: {', '.join(said)}; the bar is 25 %."
    if "worker" in told:
        verdict = "met" if told["worker"] < 120 else "missed"
        yield f"A worker after all of it: {told['worker']:.0f} MB; the bar is 120 MB: {verdict}."
    units = [one["unit"] for one in found]
    yield f"One unit was {min(units):.2f} to {max(units):.2f} ms of processor time in this run."
