"""Compares the Geant4 simulator with stored Geant4 showers, and measures what scoring costs.

    python benchmarks/simulators_geant4.py DATA FOLDER [--events 1000]

DATA are Geant4's tables; ../shared/data holds the showers. Showers at the conditions of stored
ones are kept in FOLDER and not made again. Writes benchmarks/results/simulators_geant4.json, the
section of docs/simulators.md, and its picture.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from geant4_scoring import scoring
from gflash_data import SAMPLES, energy, quantities, reference
from sections import ROOT, fill, keep, machine, today

from cloudburst import storage
from cloudburst.classifier import HIGH_LEVEL, TEXTURE, ClassifierTest, Trees
from cloudburst.events import Events
from cloudburst.simulators.geant4 import Geant4
from cloudburst.validation import trend
from cloudburst.validation.plots import to_svg
from cloudburst.validation.plots.style import CANDIDATE, FILL, REFERENCE, figure, styled

SEED = 20
# which share of the events that are asked for
SHARES = {"calogan e+": 1.0, "lhcb_ecal e-": 1.0, "calochallenge2 e-": 0.2, "calogan gamma": 0.2}
JUDGED = 2  # stored events of the classifier, for each simulated one
EDGES = np.geomspace(1, 100.001, 8)
PANELS = (
    ("calogan e+", "share of layer 0"),
    ("calogan e+", "width of layer 1 in y"),
    ("calogan gamma", "share of layer 0"),
    ("lhcb_ecal e-", "response"),
    ("lhcb_ecal e-", "width in y"),
    ("calochallenge2 e-", "mean depth"),
)


def simulated(name: str, events: int, data: str, folder: Path) -> tuple[Events, dict[str, float]]:
    """Showers at the conditions of the first stored ones, and the processor time they took."""
    path = folder / f"{name.replace(' ', '_')}.h5"
    if not path.exists():
        sample = SAMPLES[name]
        conditions = reference(sample, slice(0, events)).conditions
        geant4 = Geant4(sample.calorimeter, particle=sample.particle, data=data)
        geant4(conditions[:1], seed=SEED + 1)
        before = geant4.processor_time()
        made = geant4(conditions, seed=SEED)
        seconds = geant4.processor_time() - before
        cost = {
            "cpu_ms_per_event": 1000 * seconds / len(made),
            "cpu_ms_per_gev": 1000 * seconds / float(energy(made).sum()),
        }
        storage.write(path, made, {**geant4.describe(), "seed": SEED, **cost})
    header = storage.read_header(path)
    cost = {k: header.provenance[k] for k in ("cpu_ms_per_event", "cpu_ms_per_gev")}
    return storage.read(path), cost


def compare(stored: Events, made: Events) -> list[dict[str, object]]:
    """By quantity: means at the same conditions, and the mean difference in its errors."""
    rows = []
    for quantity in quantities(stored):
        pair = np.stack([quantity.function(e) for e in (stored, made)])
        pair = pair[:, np.isfinite(pair).all(axis=0)]
        difference = pair[1] - pair[0]
        error = difference.std() / np.sqrt(len(difference))
        rows.append(
            {
                "quantity": quantity.name,
                "unit": quantity.unit,
                "stored": float(pair[0].mean()),
                "made": float(pair[1].mean()),
                "difference": float(difference.mean()),
                "error": float(error),
                "spread": float(pair[1].std() / pair[0].std()),
            }
        )
    return rows


def areas(name: str, made: Events) -> dict[str, object]:
    """Areas under the ROC curve, from stored showers of other conditions than the made ones."""
    n = len(made)
    others = reference(SAMPLES[name], slice(n, n + JUDGED * n))
    found: dict[str, object] = {}
    for inputs in (HIGH_LEVEL, TEXTURE):
        result = ClassifierTest(inputs, Trees())(others, made)
        found[inputs.name] = {"auc": list(result.auc), "floor": list(result.floor_auc)}
        found["training_events"] = result.training_events
    return found


@styled
def picture(stored: Mapping[str, Events], made: Mapping[str, Events]) -> str:
    """Quantities against the incident energy; the band is one standard deviation."""
    plate = figure(7.6, 4.8)
    for axes, (name, shown) in zip(plate.subplots(2, 3).flat, PANELS, strict=True):
        quantity = next(q for q in quantities(made[name]) if q.name == shown)
        for events, colour, style in (
            (stored[name], REFERENCE, "o"),
            (made[name], CANDIDATE, "s"),
        ):
            of = trend(energy(events), quantity.function(events), EDGES)
            if colour == REFERENCE:
                low, high = of.mean - of.width, of.mean + of.width
                axes.fill_between(of.centers, low, high, color=FILL, lw=0)
            label = "stored" if colour == REFERENCE else "geant4"
            axes.errorbar(
                of.centers, of.mean, of.mean_error, color=colour, fmt=style, ms=3, label=label
            )
        axes.set_xscale("log")
        ticks = (2, 5, 10, 20, 50)
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
        axes.set_xlabel("energy [GeV]")
        axes.set_ylabel(f"{shown} [{quantity.unit}]" if quantity.unit else shown)
        axes.set_title(name)
    plate.axes[0].legend()
    return to_svg(plate)


def tables(results: Mapping[str, dict], costs: Mapping[str, Mapping[str, float]]) -> str:
    """What the page shows."""
    lines = ["| sample | showers | classifier | AUC | floor |", "|---|---|---|---|---|"]
    for name, found in results.items():
        for inputs in ("high_level", "texture"):
            auc, floor = found["areas"][inputs]["auc"], found["areas"][inputs]["floor"]
            lines.append(
                f"| {name} | {found['showers']} | trees, {inputs} | "
                f"{auc[0]:.3f} ± {auc[1]:.3f} | {floor[0]:.3f} ± {floor[1]:.3f} |"
            )
    lines += ["", "| sample | quantity | stored | geant4 | difference |", "|---|---|---|---|---|"]
    for name, found in results.items():
        for row in found["quantities"]:
            unit = f" [{row['unit']}]" if row["unit"] else ""
            lines.append(
                f"| {name} | {row['quantity']}{unit} | {row['stored']:.5g} | {row['made']:.5g} | "
                f"{row['difference']:.2g} ± {row['error']:.2g} |"
            )
    lines += ["", "| sample | CPU ms per shower | CPU ms per GeV |", "|---|---|---|"]
    for name, found in results.items():
        cost = found["cost"]
        lines.append(f"| {name} | {cost['cpu_ms_per_event']:.0f} | {cost['cpu_ms_per_gev']:.1f} |")
    lines += ["", "| calorimeter | bare slabs, ms | cells, ms | ratio |", "|---|---|---|---|"]
    for name, cost in costs.items():
        ratio = cost["cells"] / cost["bare"]
        lines.append(f"| {name} | {cost['bare']:.1f} | {cost['cells']:.1f} | {ratio:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Makes what is missing and compares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1000)
    options = parser.parse_args()
    results, stored, made = {}, {}, {}
    for name, share in SHARES.items():
        events, cost = simulated(name, round(share * options.events), options.data, options.folder)
        made[name], stored[name] = events, reference(SAMPLES[name])
        results[name] = {
            "showers": len(events),
            "quantities": compare(stored[name][: len(events)], events),
            "areas": areas(name, events),
            "cost": cost,
        }
        print(name, results[name], flush=True)
    costs = scoring(options.data)
    keep("simulators_geant4", {"samples": results, "scoring of 10 GeV": costs})
    image = ROOT / "docs" / "images" / "geant4.svg"
    image.write_text(picture(stored, made), encoding="utf-8")
    text = TEXT.format(tables=tables(results, costs), today=today(), machine=machine())
    fill("simulators.md", "simulators_geant4", text)


TEXT = """\
Showers of the simulator at the conditions of stored ones ({today}, {machine}). The stored
showers are Geant4 11.4 with the same geometry, cut and standard electromagnetic physics, but with
Sandia's photo-effect, without Rayleigh scattering, and with whole slabs as volumes: the energy of
a step went to the cell in which it began (`calogan`) or in whose middle it was. Differences are
means over pairs of one energy, with their statistical errors; the classifiers learn from stored
showers at other conditions, and their floor is stored against stored.

Shapes, shares and response agree within the errors. Cells of a few millimetres do not quite: here
steps end where cells do, so that a step's energy is shared by the cells it crosses, more cells
are hit, and a judge of single cells sees it.

{tables}

![Quantities of stored showers (band: one standard deviation) and of the simulator]\
(images/geant4.svg)

Scoring is measured with the same ten 10 GeV electrons in the block as plain slabs, without any
cells or scorers, and with both.
"""

if __name__ == "__main__":
    main()
