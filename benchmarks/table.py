"""The findings of a run as Markdown: a line for each page and size, with growth, and whether its bar is met."""

from collections.abc import Iterator
from typing import Any

from benchmarks import bars

HEAD = ("", "n", "units", "SQL", "fetched", "built", "kB", "gzip", "ms", "growth", "bar")


def row(cells: Any) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def document(told: dict[str, Any], title: str) -> str:
    """Everything that was found."""
    return "\n".join([f"## {title}", "", *lines(told), "", *files(told), "", *rest(told), ""])


def lines(told: dict[str, Any]) -> Iterator[str]:
    """Pages and deeds: one line for each size; growth stands with the largest."""
    yield row(HEAD)
    yield row(["---", *["---:"] * 9, "---"])
    sizes = {int(size): found for size, found in told["sizes"].items()}
    names = dict.fromkeys(name for found in sizes.values() for name in found)
    for name in names:
        others = {size: found[name] for size, found in sizes.items() if name in found}
        for size, one in others.items():
            bar = bars.Bar(**one["bar"])
            last = size == max(others) and len(others) > 1
            growth = f"{bar.growth('units', others):+.2f} rows {bar.growth('fetched', others):+.2f}" if last else ""
            missed = bar.misses(size, one, others)
            yield row(
                (
                    name, size, f"{one['units']:.1f}", one["queries"], one["fetched"], one["built"],
                    f"{one['bytes'] / 1000:.1f}", f"{one['gzip'] / 1000:.1f}", f"{one['ms']:.0f}{there(one)}", growth,
                    f"missed: {', '.join(missed)}" if missed else "met" if bar != bars.NONE else "",
                )
            )  # fmt: skip


def there(one: dict[str, Any]) -> str:
    """The part of the database server, where it is a process of its own."""
    return f" + {one['database ms']:.0f}" if one["database ms"] else ""


def files(told: dict[str, Any]) -> Iterator[str]:
    """What each row of a file and each letter takes."""
    yield row(("in bulk", "n", "how many", "units for 1,000", "ms for 1,000", "SQL", "memory at its most, MB"))
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
