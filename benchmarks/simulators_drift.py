"""Compares the drift simulator with published responses of the MPD TPC, and measures its speed.

    python benchmarks/simulators_drift.py

needs ../shared/data/mpd_tpc.h5. Its second half, which no constant was fitted to, is compared
with segments simulated at the conditions of the first half; the floor is the first half itself
against the second. Writes benchmarks/results/simulators_drift.json, the section of
docs/simulators.md, and its two pictures.
"""

import time

import numpy as np
from fit_drift import FILE, HALF, real
from sections import ROOT, fill, keep, machine, today

from cloudburst.distances import bootstrap, normalized_wasserstein
from cloudburst.events import Events
from cloudburst.formats import load_events
from cloudburst.observables import image_moments
from cloudburst.simulators import simulator
from cloudburst.simulators.conditions import draw
from cloudburst.validation import TrendChi2, trend, trend_chi2
from cloudburst.validation.plots import to_svg
from cloudburst.validation.plots.style import CANDIDATE, FILL, REFERENCE, figure, styled

MOMENTS = {
    "pad_mean": ("pad barycentre", "pads"),
    "time_mean": ("time barycentre", "time bins"),
    "pad_variance": ("pad width squared", "pads$^2$"),
    "time_variance": ("time width squared", "time bins$^2$"),
    "covariance": ("covariance", ""),
    "amplitude": ("summed amplitude", "ADC"),
}
TRENDS = {
    "crossing angle [deg]": lambda e: e.condition("crossing_angle"),
    "dip angle [deg]": lambda e: e.condition("dip_angle"),
    "drift length [time bins]": lambda e: e.condition("drift_length"),
    "pad coordinate mod 1": lambda e: e.condition("pad_coordinate") % 1,
    "drift length mod 1": lambda e: e.condition("drift_length") % 1,
}
BINS = 19
SAMPLES = 20


def moments(events: Events) -> dict[str, np.ndarray]:
    """The six moments of all segments, by name."""
    return image_moments(events.readouts["pads"])._asdict()


def chi2(reference: Events, candidate: Events) -> TrendChi2:
    """All moments but the amplitude against all conditions, in bins that both samples share."""
    pairs = []
    for along in TRENDS.values():
        x = [along(e).astype(np.float64) for e in (reference, candidate)]
        both = np.concatenate(x)
        edges = np.linspace(both.min(), both.max(), BINS + 1)
        y = [moments(e) for e in (reference, candidate)]
        for name in list(MOMENTS)[:5]:
            pairs.append(tuple(trend(x[k], y[k][name], edges) for k in (0, 1)))
    return trend_chi2(pairs)


def floor() -> list[TrendChi2]:
    """The chi2 of random halves of the published sample."""
    whole, rng = load_events(FILE), np.random.default_rng(0)
    orders = [rng.permutation(len(whole)) for _ in range(SAMPLES)]
    return [chi2(whole[order[:HALF]], whole[order[HALF:]]) for order in orders]


def simulated(halves: tuple[Events, Events]) -> list[TrendChi2]:
    """The chi2 of the second half with samples simulated at the conditions of the first."""
    drift = simulator("drift", "mpd_tpc")
    conditions = halves[0].conditions
    return [chi2(halves[1], drift(conditions, seed=seed)) for seed in range(SAMPLES)]


def spread(found: list[TrendChi2]) -> dict[str, float]:
    """Mean and standard deviation of some chi2, and their mean number of terms."""
    values = [c.value for c in found]
    terms = float(np.mean([c.terms for c in found]))
    return {"mean": float(np.mean(values)), "spread": float(np.std(values)), "terms": terms}


def speed() -> dict[str, float]:
    """Segments in a second of one core, over the conditions of the detector and of the file."""
    drift = simulator("drift", "mpd_tpc")
    whole = draw(drift.detector, 0, 0, 20_000, {})
    published = np.tile(load_events(FILE).conditions, (5, 1))
    rates = {}
    for name, conditions in {"detector": whole, "file": published}.items():
        start = time.process_time()
        drift(conditions)
        rates[name] = len(conditions) / (time.process_time() - start)
    return rates


def row(name: str, real_half: Events, other_half: Events, made: Events) -> dict[str, object]:
    """Mean, spread and distance of one moment."""
    a, b, c = (moments(e)[name] for e in (real_half, other_half, made))
    rng = np.random.default_rng(0)
    return {
        "real": [float(a.mean()), float(a.std() / len(a) ** 0.5), float(a.std())],
        "made": [float(c.mean()), float(c.std() / len(c) ** 0.5), float(c.std())],
        "distance": list(bootstrap(normalized_wasserstein, a, c, rng)),
        "floor": list(bootstrap(normalized_wasserstein, a, b, rng)),
    }


@styled
def picture_moments(reference: Events, made: Events) -> str:
    """Histograms of the six moments."""
    plate = figure(7.6, 4.4)
    for axes, (name, (title, unit)) in zip(
        plate.subplots(2, 3).flat, MOMENTS.items(), strict=True
    ):
        values = moments(reference)[name], moments(made)[name]
        low, high = np.quantile(np.concatenate(values), [0.001, 0.999])
        edges = np.linspace(low, high, 41)
        if name == "amplitude":
            edges = np.geomspace(low, high, 41)
            axes.set_xscale("log")
        axes.hist(values[0], edges, histtype="stepfilled", color=FILL, label="published")
        axes.hist(values[0], edges, histtype="step", color=REFERENCE)
        axes.hist(values[1], edges, histtype="step", color=CANDIDATE, label="drift")
        axes.set_xlabel(f"{title} [{unit}]" if unit else title)
        axes.set_ylabel("segments")
    plate.axes[3].legend(loc="upper right")
    return to_svg(plate)


@styled
def picture_trends(reference: Events, made: Events) -> str:
    """Means with bands of one standard deviation of moments against conditions that move them."""
    shown = {
        "pad width squared [pads$^2$]": ("drift length [time bins]", "pad_variance", None),
        "time width squared [time bins$^2$]": ("drift length [time bins]", "time_variance", None),
        "pad width squared  [pads$^2$]": ("crossing angle [deg]", "pad_variance", None),
        "time width squared  [time bins$^2$]": ("dip angle [deg]", "time_variance", None),
        "ln of the amplitude": ("dip angle [deg]", "amplitude", np.log),
        "covariance": ("product of the tangents", "covariance", None),
    }
    plate = figure(7.6, 4.6)
    for axes, (label, (condition, name, function)) in zip(
        plate.subplots(2, 3).flat, shown.items(), strict=True
    ):
        along = TRENDS.get(condition, _tangents)
        for events, color, style in ((reference, REFERENCE, "o"), (made, CANDIDATE, "s")):
            x, y = along(events), moments(events)[name]
            of = trend(
                x, y if function is None else function(y), np.linspace(x.min(), x.max(), 11)
            )
            if color == REFERENCE:
                axes.fill_between(
                    of.centers, of.mean - of.width, of.mean + of.width, color=FILL, lw=0
                )
            else:
                for sign in (1, -1):
                    axes.plot(of.centers, of.mean + sign * of.width, color=color, ls="--", lw=0.9)
            named = "published" if color == REFERENCE else "drift"
            axes.errorbar(
                of.centers, of.mean, of.mean_error, color=color, fmt=style, ms=3, label=named
            )
        axes.set_xlabel(condition)
        axes.set_ylabel(label.replace("  ", " "))
    plate.axes[0].legend()
    return to_svg(plate)


def _tangents(events: Events) -> np.ndarray:
    angles = (events.condition(f"{name}_angle") for name in ("crossing", "dip"))
    return np.prod([np.tan(np.radians(angle)) for angle in angles], axis=0)


def table(rows: dict[str, dict[str, list[float]]]) -> str:
    """Rows of moments in Markdown."""
    lines = ["| moment | mean, published | drift | spread, published | drift | distance | floor |"]
    lines.append("|---|---|---|---|---|---|---|")
    for name, (title, unit) in MOMENTS.items():
        r = rows[name]
        unit = unit.replace("$^2$", "²")
        cells = [
            f"{title} [{unit}]" if unit else title,
            *(f"{_shown(r[k][0])} ± {_shown(r[k][1])}" for k in ("real", "made")),
            *(_shown(r[k][2]) for k in ("real", "made")),
            *(f"{r[k][0]:.3f} ± {r[k][1]:.3f}" for k in ("distance", "floor")),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(value: float) -> str:
    return f"{value:.0f}" if abs(value) > 20 else f"{value:.3f}"


def main() -> None:
    """Compares, and writes what came of it."""
    halves = real(0), real(1)
    made = simulator("drift", "mpd_tpc")(halves[0].conditions, seed=SAMPLES)
    rows = {name: row(name, halves[1], halves[0], made) for name in MOMENTS}
    found, least, rates = spread(simulated(halves)), spread(floor()), speed()
    results = {
        "segments": HALF,
        "moments": rows,
        "chi2": found,
        "chi2 floor": least,
        "segments per second and core": rates,
    }
    keep("simulators_drift", results)
    images = ROOT / "docs" / "images"
    (images / "drift-moments.svg").write_text(picture_moments(halves[1], made), encoding="utf-8")
    (images / "drift-trends.svg").write_text(picture_trends(halves[1], made), encoding="utf-8")
    text = TEXT.format(
        table=table(rows), chi2=found, floor=least, half=HALF, rate=min(rates.values()),
        machine=machine(), today=today(),
    )  # fmt: skip
    fill("simulators.md", "simulators_drift", text)
    print(text)


TEXT = """\
{half:,} published responses of row 23, at 0.48 GeV, against as many simulated at the conditions
of the other half of those published ({today}, {machine}). The distance is Wasserstein's in units
of the spread; its floor is that of the two halves.

{table}

Five moments against five conditions in 19 bins each, as mean plus and minus one standard
deviation, give a chi2 of {chi2[mean]:.0f} ± {chi2[spread]:.0f} in {chi2[terms]:.0f} terms. Random
halves of the published responses have {floor[mean]:.0f} ± {floor[spread]:.0f} in
{floor[terms]:.0f} terms with each other.

One core simulates {rate:,.0f} segments in a second.

![The six moments, published and simulated](images/drift-moments.svg)

![Moments against conditions; the band and the dashed lines are one standard deviation]\
(images/drift-trends.svg)
"""

if __name__ == "__main__":
    main()
