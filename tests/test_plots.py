import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from cloudburst.detector import Axis, Readout
from cloudburst.errors import DataError
from cloudburst.validation import plots
from cloudburst.validation.plots.cells import signal_norm
from cloudburst.validation.trends import trend

STRIPS = Readout(
    "layer_0",
    (Axis.regular("x", 3, -240, 240, "mm"), Axis.regular("y", 96, -240, 240, "mm")),
    "MeV",
)
VALUES = st.lists(st.floats(-1e6, 1e6, allow_nan=False, width=32), max_size=60)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def draw(figure):
    """The figure after its text is laid out."""
    FigureCanvasAgg(figure).draw()
    return figure


def labels(figure):
    return [(axes.get_xlabel(), axes.get_ylabel()) for axes in figure.axes]


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ([], []),
        ([], [1.0, 2.0]),
        ([1.0, 2.0], []),
        ([np.nan] * 3, [np.nan]),
        ([3.0] * 9, [3.0] * 4),
        ([0.0] * 9, [1e-12]),
        ([1.0, np.inf, -np.inf], [np.nan, 2.0]),
        ([1e30, 2e30], [1e-30]),
    ],
)
@pytest.mark.parametrize("log", [False, True])
def test_odd_samples_are_drawn_all_the_same(reference, candidate, log):
    assert draw(plots.distribution(reference, candidate, "x", "mm", log=log)).axes


def test_a_distribution_names_its_unit_its_note_and_what_is_undefined():
    values = np.append(np.arange(99.0), np.nan)
    figure = plots.distribution(values, np.arange(50.0), "$E_0$", "MeV", "separation 0.1")
    main, ratio = figure.axes
    assert ratio.get_xlabel() == "$E_0$ [MeV]"
    assert main.get_ylabel() == "Events per bin"
    assert main.get_title(loc="left") == "separation 0.1\nundefined 1 % / 0 %"
    assert [t.get_text() for t in main.get_legend().get_texts()] == [
        "Full simulation",
        "Surrogate",
    ]


def test_the_candidate_is_scaled_to_the_reference(rng):
    sample = rng.normal(size=4000)
    figure = plots.distribution(np.repeat(sample, 3), sample, "x")
    points = figure.axes[1].lines[1].get_ydata()
    np.testing.assert_allclose(points, 1.0)


def test_bins_over_decades_get_a_logarithmic_height(rng):
    flat, steep = rng.uniform(size=3000), rng.exponential(size=3000)
    scales = [plots.distribution(x, x, "x").axes[0].get_yscale() for x in (flat, steep)]
    assert scales == ["linear", "log"]


def test_a_spectrum_tells_how_many_cells_have_a_signal():
    cells = np.zeros((10, 2, 5), np.float32)
    cells[:, 0, :] = np.geomspace(1e-4, 1e3, 50).reshape(10, 5)
    figure = draw(plots.spectrum(cells, 0 * cells, "MeV", "layer_0"))
    assert "50.0 % / 0.0 %" in figure.axes[0].get_title(loc="left")
    assert labels(figure)[1][0] == "Signal of a cell [MeV]"


def test_mean_images_share_a_scale_and_have_physical_edges(rng):
    signal = rng.exponential(size=(200, 3, 96)).astype(np.float32)
    figure = draw(plots.mean_image(signal, 2 * signal, STRIPS))
    first, second, ratio = (axes.collections[0] for axes in figure.axes[:3])
    assert first.norm is second.norm
    corners = first.get_coordinates()
    np.testing.assert_allclose(corners[0, :, 0], [-240, -80, 80, 240])
    np.testing.assert_allclose(np.diff(corners[:, 0, 1]), 5.0)
    np.testing.assert_allclose(ratio.get_array(), 2.0, rtol=1e-6)
    assert ("x [mm]", "y [mm]") in labels(figure)
    assert "Mean signal [MeV]" in [axes.get_ylabel() for axes in figure.axes]


def test_cells_without_statistics_have_no_ratio():
    signal = np.ones((100, 3, 96), np.float32)
    signal[:, 0] = 0
    signal[1:, 1] = 0
    figure = plots.mean_image(signal, signal, STRIPS)
    ratio = figure.axes[2].collections[0].get_array().reshape(96, 3)
    np.testing.assert_array_equal(ratio.mask.any(axis=0), [True, True, False])
    mean = figure.axes[0].collections[0].get_array().reshape(96, 3)
    np.testing.assert_array_equal(np.ma.getmaskarray(mean).any(axis=0), [True, False, False])


def test_signal_where_the_reference_has_none_is_as_red_as_can_be():
    signal = np.ones((100, 3, 96), np.float32)
    dead = signal * np.array([0, 1, 1], np.float32)[:, None]
    ratio = plots.mean_image(dead, signal, STRIPS).axes[2].collections[0].get_array()
    assert ratio.reshape(96, 3)[0, 0] > 2


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_more_axes_are_summed_onto_a_pair(pair):
    axes = tuple(Axis.regular(name, n, 0, n) for name, n in (("z", 4), ("a", 3), ("r", 2)))
    figure = plots.mean_image(
        *2 * [np.ones((5, 4, 3, 2), np.float32)], Readout("s", axes, "MeV"), pair
    )
    mean = figure.axes[0].collections[0].get_array().ravel()
    rest = 24 // (axes[pair[0]].size * axes[pair[1]].size)
    np.testing.assert_array_equal(mean, np.full(24 // rest, rest))


def test_a_single_axis_becomes_a_profile_with_errors():
    readout = Readout("overflow", (Axis.regular("section", 3, 0, 3),), "MeV")
    signal = np.array([[1, 2, 0], [3, 2, 0]], np.float32)
    figure = draw(plots.mean_profile(signal, signal, readout))
    assert labels(figure) == [("", "Mean signal [MeV]"), ("section", "Ratio")]
    assert [t.get_text() for t in figure.axes[1].get_xticklabels()] == ["0", "1", "2"]


def test_empty_readouts_are_drawn_all_the_same():
    nothing = np.zeros((4, 3, 96), np.float32)
    draw(plots.mean_image(nothing, nothing, STRIPS))
    draw(plots.spectrum(nothing, nothing, "MeV", "layer_0"))
    draw(plots.side_by_side({"layer_0": nothing}, {"layer_0": nothing}, [STRIPS], list("abcd")))


def test_pairs_stand_side_by_side_on_one_scale(rng):
    events = {"layer_0": rng.exponential(size=(2, 3, 96)).astype(np.float32)}
    figure = draw(plots.side_by_side(events, events, [STRIPS, STRIPS], ["1 GeV", "9 GeV"]))
    panels = [
        axes for axes in figure.axes if axes.collections and axes.get_label() != "<colorbar>"
    ]
    assert len(panels) == 2 * 4
    assert len({id(axes.collections[0].norm) for axes in panels}) == 1
    texts = {text.get_text() for axes in panels for text in axes.texts}
    assert texts == {"1 GeV", "9 GeV", "layer_0"}


def test_a_colour_scale_is_at_most_so_many_decades_long():
    norm = signal_norm(np.array([0.0, 1e-20, 1.0]), decades=4)
    assert norm.vmax == 1.0
    assert norm.vmin == pytest.approx(1e-4, rel=0.01)


def test_response_and_resolution_have_points_with_errors_and_a_ratio(rng):
    energy = rng.uniform(1, 100, 2000)
    edges = np.linspace(1, 100, 6)
    trends = [trend(energy, rng.normal(mean, 0.1, 2000), edges) for mean in (1.0, 1.02)]
    figure = draw(plots.response(*trends, "Energy [GeV]", ("Response", "Resolution")))
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "Response",
        "Ratio",
        "Resolution",
        "Ratio",
    ]
    points = figure.axes[1].lines[1].get_ydata()
    np.testing.assert_allclose(points, trends[1].mean / trends[0].mean)


def test_bins_without_events_leave_gaps_in_the_response():
    edges = np.array([0.0, 1.0, 2.0, 3.0])
    few = trend([0.5, 0.6, 2.5], [1.0, 2.0, 3.0], edges)
    none = trend([], [], edges)
    draw(plots.response(few, none, "x", ("mean", "width")))
    draw(plots.response(none, few, "x", ("mean", "width")))


def test_training_marks_the_step_that_was_kept():
    steps = np.arange(1, 4001)
    figure = draw(
        plots.training(
            {"critic": (steps, steps % 7), "generator": (steps, -steps)},
            ([1000, 2000, 3000], [0.5, 0.1, 0.3]),
            "Mean distance",
        )
    )
    assert [a.get_ylabel() for a in figure.axes] == [
        "Loss, critic",
        "Loss, generator",
        "Mean distance",
    ]
    assert "kept: step 2,000, 0.1" in [text.get_text() for text in figure.axes[-1].texts]
    line = figure.axes[1].lines[0]
    assert len(line.get_xdata()) == 400
    np.testing.assert_allclose(line.get_ydata().mean(), -steps.mean())


def test_training_without_validation_or_with_little_history():
    assert len(plots.training({"velocity": ([10], [0.5])}, ([], [])).axes) == 1
    draw(plots.training({"velocity": ([], [])}, ([5], [0.5])))


def test_overview_puts_the_largest_on_top_and_infinity_at_the_border():
    figure = draw(plots.overview(["a", "b", "c"], [0.5, np.inf, 3.0], [0.1, np.nan, 0.2], 2.0))
    (axes,) = figure.axes
    assert [t.get_text() for t in axes.get_yticklabels()] == ["a", "c", "b"]
    assert [t.get_text() for t in axes.texts] == ["0.5", "3.0", "∞"]
    assert axes.get_xlabel() == "Distance / floor"


def test_speed_labels_have_units():
    figure = draw(plots.speed(["full", "fast"], [805.0, 0.0071], [True, False]))
    assert [t.get_text() for t in figure.axes[0].texts] == ["805 ms", "7.10 µs"]
    assert figure.axes[0].get_xlabel() == "Time per event [ms]"


def test_svg_is_repeatable_and_stands_alone():
    one, two = (
        plots.to_svg(plots.distribution(np.arange(9.0), np.arange(9.0), r"$\sigma_0$", "mm"))
        for _ in range(2)
    )
    assert one == two
    assert one.startswith("<svg")
    assert "prefers-color-scheme:dark" in one
    references = [part.split('"')[1] for part in one.split("href=")[1:]]
    assert all(reference.startswith("#") for reference in references)


def test_drawing_leaves_the_settings_alone():
    before = dict(mpl.rcParams)
    draw(plots.distribution([1.0, 2.0], [1.0], "x"))
    assert dict(mpl.rcParams) == before


def test_a_label_that_cannot_be_drawn_is_refused():
    plots.check_text("costs 5 $")
    with pytest.raises(DataError, match="mathtext"):
        plots.check_text(r"$\nosuch{x$")


@settings(max_examples=10, deadline=None)
@given(VALUES, VALUES)
def test_any_values_make_a_figure(reference, candidate):
    draw(plots.distribution(reference, candidate, "x"))
