"""Shows what the jet simulator makes, and measures what it costs.

    python benchmarks/simulators_jets.py [jets of each process]

needs the extra `jets` and takes some three minutes on one core. Writes
benchmarks/results/simulators_jets.json, the section of docs/simulators.md, and its two pictures.
"""

import sys
import time

import matplotlib as mpl
import numpy as np
from sections import ROOT, fill, keep, machine, today
from sklearn.metrics import roc_auc_score

from cloudburst.detectors import JET_IMAGE, JET_TOWERS
from cloudburst.events import Events
from cloudburst.observables import observables_for
from cloudburst.simulators import simulator, stream
from cloudburst.simulators.jets.collisions import Collisions
from cloudburst.simulators.jets.finding import Finder
from cloudburst.simulators.jets.measuring import measured
from cloudburst.validation.plots import to_svg
from cloudburst.validation.plots.style import SERIES, figure, styled

CLASSES = JET_IMAGE.conditions[0].categories or ()
SHOWN = {"pt": "$p_\\mathrm{T}$ [GeV]", "mass": "$m$ [GeV]", "tau21": "$\\tau_{21}$"}
RANGES = {"pt": (230, 310), "mass": (0, 200), "tau21": (0, 1.1)}
# of jets made without a lower cut on the hard scatter that is worth the time
OPEN, CUT, TRIED = 100.0, 175.0, 150


def simulated(n: int) -> tuple[dict[str, Events], dict[str, float]]:
    """Jets of each process, and the processor's time for each in ms."""
    jets = simulator("jets", "jet_image")
    jets(np.array([[0.0], [1.0]]))  # starts Pythia
    events, cost = {}, {}
    for number, name in enumerate(CLASSES):
        start = time.process_time()
        events[name] = jets(np.full((n, 1), number), seed=number)
        cost[name] = 1e3 * (time.process_time() - start) / n
    return events, cost


def share_below_cut() -> tuple[float, float]:
    """The share of QCD jets whose hard scatter is below the simulator's cut, and its error."""
    collisions = Collisions("QCD", ("Beams:eCM = 14000", f"PhaseSpace:pTHatMin = {OPEN:g}"))
    collisions.seed(stream(1, 0))
    finder = Finder(1.0, 0.3, 0.05)
    scatters: list[float] = []
    while len(scatters) < TRIED:
        particles = collisions.particles()
        towers = measured(JET_TOWERS, particles)
        for jet in finder.jets(towers.momenta, 237.5):
            pt = np.hypot(*particles[np.isin(towers.of, jet.towers), :2].sum(axis=0))
            if 250 < pt < 300 and abs(jet.direction[0]) < 2:
                scatters.append(collisions.scatter())
                break
    share = float(np.mean(np.array(scatters) < CUT))
    return share, float(np.sqrt(share * (1 - share) / TRIED))


def observables(events: Events) -> dict[str, np.ndarray]:
    """All observables by name."""
    return {o.name: o(events) for o in observables_for(events.detector)}


def separation(values: dict[str, dict[str, np.ndarray]], name: str) -> tuple[float, float]:
    """The AUC of one observable between W and QCD, and its error by bootstrap."""
    scores = np.concatenate([values[c][name] for c in CLASSES])
    if name.endswith("mass"):
        scores = -np.abs(scores - 80.4)
    elif name.endswith("tau21"):
        scores = -scores
    labels = np.repeat([0, 1], [len(values[c][name]) for c in CLASSES])
    rng = np.random.default_rng(0)
    draws = [rng.integers(len(labels), size=len(labels)) for _ in range(100)]
    error = np.std([roc_auc_score(labels[d], scores[d]) for d in draws])
    return float(roc_auc_score(labels, scores)), float(error)


@styled
def picture_images(events: dict[str, Events]) -> str:
    """Mean images of both processes, and their difference."""
    plate = figure(7.6, 2.5)
    means = {
        name: e.readouts["image"].mean(axis=0, dtype=np.float64) for name, e in events.items()
    }
    extent = (-1.25, 1.25, -1.25, 1.25)
    panels = plate.subplots(1, 3)
    scale = mpl.colors.LogNorm(1e-3, 100)
    for axes, (name, mean) in zip(panels, means.items(), strict=False):
        shown = axes.imshow(
            np.maximum(mean.T, 1e-3), origin="lower", extent=extent, norm=scale, cmap="viridis"
        )
        axes.set_title(f"{name}: mean of {len(events[name]):,}")
    plate.colorbar(shown, ax=panels[:2], label="GeV")
    difference = means["W"] - means["QCD"]
    bound = mpl.colors.SymLogNorm(0.01, vmin=-30, vmax=30)
    drawn = panels[2].imshow(
        difference.T, origin="lower", extent=extent, norm=bound, cmap="RdBu_r"
    )
    panels[2].set_title("W minus QCD")
    plate.colorbar(drawn, ax=panels[2], label="GeV", ticks=[-10, -0.1, 0, 0.1, 10])
    for axes in panels:
        axes.set_xlabel("$\\eta$")
        axes.set_ylabel("$\\phi$")
    return to_svg(plate)


@styled
def picture_observables(values: dict[str, dict[str, np.ndarray]]) -> str:
    """Momentum, mass and substructure, from pixels and from constituents."""
    plate = figure(7.6, 2.6)
    for axes, (name, label) in zip(plate.subplots(1, 3), SHOWN.items(), strict=True):
        edges = np.linspace(*RANGES[name], 41)
        for color, process in zip(SERIES, CLASSES, strict=False):
            for key, line, source in ((name, "-", "pixels"), (f"jet_{name}", ":", "constituents")):
                axes.hist(
                    values[process][key], edges, histtype="step", color=color, ls=line,
                    density=True, label=f"{process}, {source}",
                )  # fmt: skip
        axes.set_xlabel(label)
        axes.set_yticks([])
    plate.axes[0].set_ylabel("jets")
    plate.axes[1].legend(handlelength=1.4, fontsize=7)
    return to_svg(plate)


def table(values: dict[str, dict[str, np.ndarray]], cost: dict[str, float]) -> str:
    """What both processes cost and look like, in Markdown."""
    lines = [f"| | {' | '.join(CLASSES)} |", f"|---|{'---|' * len(CLASSES)}"]

    def line(label: str, cell: str, function: object) -> None:
        cells = (cell.format(*function(name)) for name in CLASSES)  # type: ignore[operator]
        lines.append(f"| {label} | {' | '.join(cells)} |")

    line("ms for each jet, one core", "{:.0f}", lambda c: (cost[c],))
    for source, prefix in (("pixels", ""), ("constituents", "jet_")):
        of = {k: {c: values[c][prefix + k] for c in CLASSES} for k in SHOWN}
        line(
            f"transverse momentum from {source} [GeV]", "{:.1f} ± {:.1f}",
            lambda c, v=of["pt"]: (v[c].mean(), v[c].std() / len(v[c]) ** 0.5),
        )  # fmt: skip
        line(
            f"mass from {source}, median (16 to 84 %) [GeV]", "{1:.1f} ({0:.1f} to {2:.1f})",
            lambda c, v=of["mass"]: np.quantile(v[c], [0.16, 0.5, 0.84]),
        )  # fmt: skip
        line(
            f"tau21 from {source}", "{:.3f} ± {:.3f}",
            lambda c, v=of["tau21"]: (v[c].mean(), v[c].std() / len(v[c]) ** 0.5),
        )  # fmt: skip
    line("pixels hit", "{:.0f}", lambda c: (values[c]["pixels"].mean(),))
    return "\n".join(lines)


def main(n: int) -> None:
    """Simulates, and writes what came of it."""
    events, cost = simulated(n)
    values = {name: observables(e) for name, e in events.items()}
    names = ("mass", "jet_mass", "tau21", "jet_tau21")
    separations = {name: separation(values, name) for name in names}
    below = share_below_cut()
    keep(
        "simulators_jets",
        {
            "jets of each": n,
            "ms for each": cost,
            "auc": separations,
            "share of QCD jets below the cut": below,
            "means": {c: {k: float(v.mean()) for k, v in values[c].items()} for c in CLASSES},
        },
    )
    images = ROOT / "docs" / "images"
    (images / "jet-images.svg").write_text(picture_images(events), encoding="utf-8")
    (images / "jet-observables.svg").write_text(picture_observables(values), encoding="utf-8")
    auc = {name: f"{value:.3f} ± {error:.3f}" for name, (value, error) in separations.items()}
    text = TEXT.format(
        n=n, table=table(values, cost), auc=auc, below=100 * below[0], error=100 * below[1],
        machine=machine(), today=today(),
    )  # fmt: skip
    fill("simulators.md", "simulators_jets", text)
    print(text)


TEXT = """\
{n:,} jets of each process ({today}, {machine}):

{table}

W bosons are told from quarks and gluons by the distance of the mass from 80.4 GeV with an AUC of
{auc[mass]} from pixels ({auc[jet_mass]} from constituents), and by tau21 with {auc[tau21]}
({auc[jet_tau21]}). Of the QCD jets that collisions make without a cut on the hard scatter,
{below:.1f} ± {error:.1f} % come from scatters below it, and are missing.

![Mean images of both processes, and their difference](images/jet-images.svg)

![Momentum, mass and substructure from pixels and from constituents](images/jet-observables.svg)
"""

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
