"""The gates in a report: what passes, what fails, by how much, and where to look."""

from __future__ import annotations

__all__ = ["gates", "gates_verdict"]

from collections.abc import Sequence

from .content import ReportContent
from .gates import Family, Gate, Status
from .numbers import rounded
from .plates import Section
from .tables import Cell, Head, Table


def gates(content: ReportContent) -> Section:
    """One line for each kind of finding, with the worst one."""
    text = (
        "What a release must pass. Of each kind of finding the worst is shown, with what is "
        "allowed and from where on a fault would have been noticed with this many events. "
        "A finding fails if it is beyond its limit and more than chance explains; limits are set "
        "so that a candidate without fault fails a gate once in "
        f"{1 / content.gates[0].level:,.0f} times at most."
        if content.gates
        else ""
    )
    heads = (
        Head("Gate"),
        Head("What"),
        Head("Verdict"),
        Head("Worst finding"),
        Head("Measured", True),
        Head("Allowed", True),
        Head("Noticed from", True, "Noticed from"),
    )
    rows = tuple(_row(gate, family) for gate in content.gates for family in _families(gate))
    tables = (Table(heads, rows),) if rows else ()
    terms = tuple(f"{gate.code} {gate.title}" for gate in content.gates)
    return Section("gates", "Gates", text, (), tables=tables, terms=terms)


def gates_verdict(gates: Sequence[Gate]) -> str:
    """Which gates fail and which were not measured, in words; "" without gates."""
    failed = [gate for gate in gates if gate.status is Status.FAILED]
    open_ones = [g.code for g in gates if g.status in (Status.UNDECIDED, Status.NOT_MEASURED)]
    if not gates:
        return ""
    if failed:
        parts = [f"{g.code} in {len(g.failed())} of {g.measured} respects" for g in failed]
        return f"It fails {' and '.join(parts)}."
    rest = f"; {', '.join(open_ones)} could not be judged" if open_ones else ""
    return f"It passes every gate that was measured{rest}."


def _families(gate: Gate) -> tuple[Family, ...]:
    """The families of a gate, one without findings if it was not measured at all."""
    return gate.families or (Family("–", (), gate.remark),)


def _row(gate: Gate, family: Family) -> tuple[Cell, ...]:
    name = f"{gate.code} {gate.title}"
    if not family.findings:
        remark = family.remark or gate.remark or "nothing of this kind in this detector"
        cells = (Cell(str(Status.NOT_MEASURED)), Cell(remark), Cell(""), Cell(""), Cell(""))
        return (Cell(name), Cell(family.name), *cells)
    status, z = family.status(gate.share), family.threshold(gate.share)
    worst = family.worst(gate.share)
    unit = f" {worst.unit}" if worst.unit else ""
    note = f" ({worst.remark})" if worst.remark else ""
    return (
        Cell(name),
        Cell(f"{family.name} ({len(family.findings):,})"),
        Cell(
            _said(family, gate, status), off=status is Status.FAILED, best=status is Status.PASSED
        ),
        Cell(f"{worst.name}{note}", link=worst.subject),
        Cell(rounded(worst.value) + unit),
        Cell(rounded(worst.limit) + unit),
        Cell(rounded(worst.seen_from(z)) + unit),
    )


def _said(family: Family, gate: Gate, status: Status) -> str:
    if status is not Status.UNDECIDED:
        return str(status)
    return f"undecided: takes {rounded(family.lacking(gate.share), 2)} × as many events"
