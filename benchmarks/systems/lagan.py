"""LAGAN: images of jets, of W bosons or of quarks and gluons.

    S="cloudburst simulate jet_image --simulator jets --workers 1"
    $S RUNS/data/jets-train.h5 --events 8000 --seed 302
    $S RUNS/data/jets-test.h5 --events 3000 --seed 301
    P="rate=2e-4,betas=[0.5,0.999],schedule={shape='cosine',final=0.1}"
    C="cloudburst.transforms"
    python benchmarks/systems/training.py RUNS/lagan MINUTES lagan \\
        data.file=RUNS/data/jets-train.h5 data.validation=0.03 generator.spread=1.0 \\
        generator.told=true \\
        "codec.steps=[{class='$C:Threshold',level=1e-3},{class='$C:LogScale',scale=3.0}]" \\
        training.steps=7000 training.batch=32 training.bfloat16=true training.average=0.998 \\
        training.validate_every=500 "training.players={generator={$P},critic={$P}}"
"""

from __future__ import annotations

__all__ = ["measure"]

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cloudburst.classifier import tag
from cloudburst.events import Events
from cloudburst.experiment.runs import load_surrogate
from cloudburst.formats import read_events
from cloudburst.surrogate import Surrogate
from cloudburst.validation.inquiries import image_differences

from .judging import common_rows, farthest, hardest, judged, measured, speed
from .rows import Cost, Picture, Row, System, cost_of, picture

_SYSTEM = "lagan"
_NAMES = ("Pythia", "LAGAN")
_PUBLISHED_COST = "50 epochs of 81,000 jets, batch 100"
_SHOWN = ("pt", "mass", "tau21")
_NOTE = "one core; Pythia takes 45 ms here"
_MOST = 3000


def measure(runs: Path) -> System:
    """All that is known of the run in the folder `runs`."""
    run, test = runs / "lagan", runs / "data" / "jets-test.h5"
    report = judged(run, test, _MOST)
    surrogate = load_surrogate(run, ())
    jets = read_events(test)[0].select(["image"])
    cost = cost_of(run, _PUBLISHED_COST)
    return System(
        _SYSTEM,
        "LAGAN: jet images of W bosons and of QCD",
        "Images of 25 × 25 pixels of jets of 250 to 300 GeV (de Oliveira, Paganini, Nachman, "
        "[arXiv:1701.05927](https://arxiv.org/abs/1701.05927)), here simulated anew with Pythia 8 "
        "and FastJet. Generator and critic have the published 3,586,932 and 1,398,986 weights; "
        "the critic also tells both processes apart (ACGAN), with the published flips of labels.",
        (
            *common_rows(_SYSTEM, "", report),
            *_kinds(report),
            *_images(report),
            *_tagging(report),
            *speed(_SYSTEM, "jet", surrogate, jets.conditions, {1: "", 1024: ""}, _NOTE),
        ),
        (cost,),
        tuple(_pictures(surrogate, jets, runs / "data" / "jets-train.h5")),
        _shortfall(report, cost),
    )


def _kinds(report: Mapping[str, Any]) -> list[Row]:
    """How far momentum, mass and substructure of each process are from Pythia's."""
    rows = []
    for kind, observables in report["inquiries"]["kinds"].items():
        for name in _SHOWN:
            found = observables[name]
            floor = measured(found["floor"]).value
            quantity = f"Kolmogorov-Smirnov distance of {name}, {kind}"
            distance = measured(found["kolmogorov_smirnov"])
            note = f"means {_mean(found['candidate'])}, Pythia's {_mean(found['reference'])}"
            rows.append(Row(_SYSTEM, quantity, "picture", *distance, floor, note))
    return rows


def _mean(value: Mapping[str, float]) -> str:
    return f"{value['value']:.3g}"


def _images(report: Mapping[str, Any]) -> list[Row]:
    """How much of the mean signal lies in other pixels."""
    found = report["inquiries"]["image differences"]["image"]
    note = "half the sum of the differences of the pixels' shares; 0 alike, 1 disjoint"
    return [
        Row(_SYSTEM, f"Misplaced share of the mean image, {kind}", "picture",
            *measured(value["measured"]), measured(value["floor"]).value, note)
        for kind, value in found.items()
    ]  # fmt: skip


def _tagging(report: Mapping[str, Any]) -> list[Row]:
    """A tagger of W bosons that learned from generated jets, tried on Pythia's."""
    found = report["inquiries"]["tagging"]
    note = f"each learned from {found['learned']:,} jets and was tried on {found['tried']:,}"
    rows = []
    for name, key in (
        ("AUC of a W tagger", "auc"),
        ("QCD rejection of a W tagger at 50 % of W", "rejection at 50 %"),
    ):
        ours, theirs = (measured(found[of][key]) for of in ("candidate", "reference"))
        again = measured(found["other reference"][key])
        told = (
            f"{note}; the floor is the tagger trained on Pythia, another reaches {again.value:.3g}"
        )
        rows.append(Row(_SYSTEM, f"{name} trained on LAGAN", "", *ours, theirs.value, told))
    return rows


def _pictures(surrogate: Surrogate, reference: Events, train: Path) -> list[Picture]:
    """Mean images with all their differences, and what taggers reject."""
    made = surrogate.sample(reference.conditions, 0)
    maps = image_differences(reference, made).section(_NAMES).plates[0].draw()
    known = read_events(train)[0].select(["image"])
    taggers = tag(reference, made, known).section(_NAMES).plates[0].draw()
    return [
        picture(
            "lagan-differences.png", maps,
            "Mean images of both processes by Pythia and LAGAN, and their differences; grey where "
            "a difference is below two standard errors.",
        ),
        picture(
            "lagan-tagging.svg", taggers,
            "QCD jets turned away by taggers of W bosons that learned from Pythia's jets or from "
            "LAGAN's, all tried on Pythia's.",
        ),
    ]  # fmt: skip


def _shortfall(report: Mapping[str, Any], cost: Cost) -> str:
    auc = measured(hardest(report)["auc"]).value
    kinds = report["inquiries"]["kinds"]
    pixels = " and ".join(
        f"{_mean(kinds[kind]['pixels']['candidate'])} pixels ({kind}; Pythia's have "
        f"{_mean(kinds[kind]['pixels']['reference'])})"
        for kind in kinds
    )
    return (
        f"The published training saw 81,000 jets 50 times; ours saw {cost.events:,} jets "
        f"{cost.steps * cost.batch / cost.events:.0f} times, in batches of {cost.batch} and in "
        "bfloat16, on one core for minutes. In trainings as short as this the published linear "
        "pixels left images with about a quarter of their pixels; ours are therefore learned as "
        "log(1 + p / 3 GeV), the embedding of the process starts wider, for noise to count "
        "from the first step, and the process stands beside the noise too, which it only "
        "multiplies as published. With log(1 + p / 0.3 GeV) images had more pixels "
        "and made a better tagger, but pT and the mass of W were worse. A classifier tells our "
        f"jets from Pythia's with an AUC of {auc:.3f}. Images have {pixels}: those below some "
        "0.3 GeV are missing. "
        f"{farthest(report)} "
        "Our jets have a radius of 1.0 in place of 1.25 and come from a newer Pythia: the paper's "
        "figures compare in kind, not in number."
    )
