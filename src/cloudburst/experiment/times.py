"""A benchmark as tables, in Markdown."""

from __future__ import annotations

__all__ = ["markdown", "table"]

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Line = Sequence[str]


def markdown(document: Mapping[str, Any]) -> str:
    """All tables of a benchmark's document, with the machine and what was left out."""
    parts = [
        f"# Benchmark of {document['name']}, {document['date']}\n",
        _machine(document),
        "## Time per event\n",
        *_table(table(document)),
        "",
    ]
    if document["jobs"]:
        parts += ["## Whole jobs, as the CaloChallenge times them\n", *_table(_jobs(document)), ""]
    parts += ["## Roofline\n", _work(document), *_table(_rooflines(document)), ""]
    if document["left_out"]:
        parts += ["## Left out\n", *(f"* {k}: {v}" for k, v in document["left_out"].items()), ""]
    return "\n".join(parts)


def table(document: Mapping[str, Any]) -> list[Line]:
    """Times of each contender at each batch size, the head first."""
    heads = ("", "engine", "batch", "mean", "±", "median", "p95", "events/s", "MB", "J", "load")
    rows: list[Line] = [heads]
    if document["full"]:
        name, ms = document["full"]
        rows.append((name, "recorded", "1", _ms(ms), *[""] * 3, f"{1e3 / ms:.2f}", *[""] * 3))
    for row in document["rows"]:
        t = row["timing"]
        times = (_ms(t[key]) for key in ("mean", "error", "median", "p95"))
        energy = "" if row["energy"] is None else f"{row['energy']:.1e}"
        rest = f"{row['rate']:,.0f}", f"{row['memory']:.0f}", energy, f"{row['load']:.1f}"
        rows.append((row["name"], row["engine"], f"{t['batch']:,}", *times, *rest))
    return rows


def _machine(document: Mapping[str, Any]) -> str:
    m = document["machine"]
    gpus = ", ".join(m["gpus"]) or "no GPU"
    return (
        f"{m['processor']}, {m['cores']} cores, {m['threads']} threads; {gpus}; torch "
        f"{m['torch']}. Times in ms per event, from conditions to events in physical units; up to "
        "100 calls after a warm-up; ± is the standard error of the mean; load is the number of "
        "processes that wanted a core.\n"
    )


def _work(document: Mapping[str, Any]) -> str:
    work, peak = document["work"], document["peaks"]
    return (
        f"An event takes {work['products'] / 1e3:.0f} kFLOP in matrix products and moves "
        f"{work['moved'] / 1e3:.1f} kB; weights are {work['weights'] / 1e6:.2f} MB. On "
        f"{peak['threads']} threads this machine did {peak['single'] / 1e9:.0f} GFLOP/s in "
        f"float32, {peak['half'] / 1e9:.0f} GFLOP/s in bfloat16 and "
        f"{peak['bandwidth'] / 1e9:.0f} GB/s.\n"
    )


def _rooflines(document: Mapping[str, Any]) -> list[Line]:
    heads = ("engine", "time [us]", "bound [us]", "GFLOP/s", "share of peak")
    return [
        heads,
        *(
            (
                name,
                f"{r['seconds'] * 1e6:.2f}",
                f"{r['bound'] * 1e6:.2f}",
                f"{r['achieved'] / 1e9:.0f}",
                f"{r['share']:.0%}",
            )
            for name, r in document["rooflines"].items()
        ),
    ]


def _jobs(document: Mapping[str, Any]) -> list[Line]:
    rows: list[Line] = [("engine", "batch", "showers", "jobs", "mean", "standard deviation")]
    for name, jobs in document["jobs"].items():
        for j in jobs:
            counts = f"{j['batch']:,}", f"{j['showers']:,}", str(j["jobs"])
            rows.append((name, *counts, _ms(j["mean"]), _ms(j["spread"])))
    return rows


def _table(lines: Sequence[Line]) -> Iterator[str]:
    head, *rows = lines
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _ms(value: float) -> str:
    """A time in ms, with three digits that count."""
    return f"{value:.3g}" if value >= 1e-3 else f"{value:.2e}"
