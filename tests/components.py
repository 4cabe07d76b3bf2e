"""Every component there is, once: what the law tests loop over.

A new component of the package needs one line here; `test_testing.py` fails without it.
"""

import dataclasses
import math

import numpy as np
import torch

from cloudburst.codec import Codec, PhysicalFeatures, ScaledFeatures
from cloudburst.critics import NetworkCritic
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.detectors import CALOGAN, CALOGAN_ANGLES, JET_IMAGE, LHCB_ECAL, MPD_TPC
from cloudburst.events import Events
from cloudburst.generators import (
    AutoregressiveFlow,
    ChainGenerator,
    CopulaChain,
    CopulaGenerator,
    CouplingFlow,
    LatentGenerator,
    ScatterGenerator,
    StagedGenerator,
    VelocityGenerator,
)
from cloudburst.lipschitz import BoundedCritic, PowerIteration, Spectral
from cloudburst.networks import (
    CaloGANCritic,
    CaloGANFeatures,
    CaloGANGenerator,
    EcalCritic,
    EcalGenerator,
    EcalTrackFeatures,
    FixedKink,
    LAGANCritic,
    LAGANGenerator,
    MPDTPCCritic,
    MPDTPCFeatures,
    MPDTPCGenerator,
    MPDTPCLightCritic,
    MPDTPCProducts,
)
from cloudburst.nn import MLP, Heun, RationalQuadratic
from cloudburst.objectives import (
    AuxiliaryClass,
    Distillation,
    EnergyPenalty,
    EnergyScoring,
    FlowMatching,
    Hinge,
    MaximumLikelihood,
    NonSaturating,
    PointingPenalty,
    PolishedScoring,
    Regressor,
    RegressorPenalty,
    WassersteinBounded,
    WassersteinClip,
    WassersteinGP,
)
from cloudburst.transforms import (
    AboveThreshold,
    BoxCox,
    Centred,
    Complement,
    Compose,
    ConditionalQuantiles,
    ConditionalStandardize,
    Fractions,
    LayerFractions,
    LayerShares,
    Logit,
    LogScale,
    Scale,
    SpectralLines,
    Standardize,
    Threshold,
    TotalFirst,
    Track,
)

TOY = Detector(
    "toy",
    (
        Condition("energy", "GeV", 1.0, 100.0),
        Condition("x", "mm", -5.0, 5.0),
        Condition("particle", "", 0, 1, ("e+", "pi+")),
    ),
    (
        Readout(
            "front",
            (Axis.regular("x", 3, -15, 15, "mm"), Axis.regular("y", 4, -20, 20, "mm")),
            "MeV",
        ),
        Readout(
            "back",
            (Axis.regular("x", 3, -15, 15, "mm"), Axis.regular("y", 3, -15, 15, "mm")),
            "MeV",
        ),
    ),
)


def showers(detector=TOY, n=96, seed=0, share=0.3):
    """Made-up events: cells share about 99 % of the incident energy, many of them are empty."""
    rng = np.random.default_rng(seed)
    conditions = detector.draw_conditions(n, rng)
    cells = rng.gamma(0.5, size=(n, detector.cells)) * (rng.random((n, detector.cells)) > share)
    deposited = conditions[:, :1] * rng.normal(990, 2, (n, 1))
    cells *= deposited / np.maximum(cells.sum(1, keepdims=True), 1e-9)
    parts = np.split(cells, np.cumsum([r.size for r in detector.readouts])[:-1], axis=1)
    return Events(
        detector,
        conditions,
        {
            r.name: part.reshape(n, *r.shape).astype(np.float32)
            for r, part in zip(detector.readouts, parts, strict=True)
        },
    )


def toy_codec(events=None):
    """Layer fractions and standardised logarithms of cells: all that a recipe can ask for."""
    events = showers() if events is None else events
    return Codec.fit(events, [TRANSFORMS["LayerFractions"]], FEATURES["ScaledFeatures"](TOY))


def _layers(x, c, detector):
    energies = [Logit(0.0, 1.002), Standardize.fit]
    cells = [Threshold(0.03), LogScale(1.0), ConditionalStandardize.fit]
    return LayerFractions.fit(x, c, detector, energies, cells)


def _ranked_layers(x, c, detector):
    ends = Complement([1]), LayerShares.fit
    return LayerFractions.fit(x, c, detector, *([end, ConditionalQuantiles.fit] for end in ends))


def _copula(codec):
    mirror = [a.name for r in codec.detector.readouts for a in r.axes if a.name == "x"][:1]
    batch = codec.encode(showers())
    return CopulaChain.for_data(codec, batch, 2, [8], 4, [16], mirror=mirror)


def _flow(codec, **options):
    return VelocityGenerator.for_data(codec, codec.encode(showers()), 16, 1, steps=2, **options)


def _splines(codec):
    maps = RationalQuadratic(4)
    return CouplingFlow.for_data(codec, codec.encode(showers()), 2, [16], monotone=maps)


def _distillation(codec, batch):
    student = GENERATORS["StagedGenerator"](codec)
    z = torch.randn(40, *student.noise_shape, generator=torch.Generator().manual_seed(0))
    return Distillation(student, z, batch.c[:40], torch.stack([z + 0.1, z + 0.2], dim=1))


# name: function of (cells in MeV, conditions, detector)
TRANSFORMS = {
    "BoxCox": lambda x, c, d: BoxCox.fit(x, c, d, scale=0.1, least=5),
    "Centred": lambda x, c, d: Centred(Track([1, 1, 0, 0, 0], 3.0, 2.0), [3, 7], [10.0, 5.0]),
    "Complement": lambda x, c, d: Complement([0, 2]),
    "Compose": lambda x, c, d: Compose.fit(x, c, d, [LogScale(0.1), Standardize.fit]),
    "SpectralLines": SpectralLines.fit,
    "ConditionalStandardize": ConditionalStandardize.fit,
    "AboveThreshold": AboveThreshold.fit,
    "Fractions": Fractions.fit,
    "LayerFractions": _layers,
    "LayerShares": lambda x, c, d: LayerFractions.fit(
        x, c, d, [Logit(0.0, 1.002)], [LayerShares.fit]
    ),
    "Logit": lambda x, c, d: Logit(0.0, 1e5, 1e-4),
    "LogScale": lambda x, c, d: LogScale(0.1),
    "Scale": lambda x, c, d: Scale(1000.0),
    "Standardize": Standardize.fit,
    "Threshold": lambda x, c, d: Threshold(1e-3, 1e-4),
    "ConditionalQuantiles": lambda x, c, d: ConditionalQuantiles.fit(x, c, d, knots=4),
    "LayerFractions, ranked": _ranked_layers,
    "TotalFirst": lambda x, c, d: TotalFirst.fit(x, c, d, [LogScale()], [Fractions.fit]),
}

# name: function of (detector)
FEATURES = {
    "PhysicalFeatures": PhysicalFeatures.for_detector,
    "ScaledFeatures": lambda d: ScaledFeatures.for_detector(d, ["energy"], ["x"]),
}

# name: function of (codec)
GENERATORS = {
    "AutoregressiveFlow": lambda k: AutoregressiveFlow(k.features.size, k.values, [8]),
    "ChainGenerator": lambda k: ChainGenerator.for_codec(k, 2, 2, [8], 4, [16]),
    "CopulaChain": _copula,
    "CopulaGenerator": lambda k: CopulaGenerator(4, k.features.size, [k.values], 3, [16], 8),
    "CouplingFlow": lambda k: CouplingFlow.for_data(k, k.encode(showers()), 2, [16]),
    "CouplingFlow, splines": _splines,
    "LatentGenerator": lambda k: LatentGenerator.for_codec(k, 4, [16, 12], norm=True),
    "ScatterGenerator": lambda k: ScatterGenerator.for_codec(k, 4, [16]),
    "StagedGenerator": lambda k: StagedGenerator.for_data(k, k.encode(showers()), 2, [16]),
    "VelocityGenerator": _flow,
    "VelocityGenerator, Heun": lambda k: _flow(k, solver=Heun()),
}

# name: function of (codec)
CRITICS = {
    "BoundedCritic": lambda k: BoundedCritic(
        NetworkCritic.for_codec(k, [16, 12]), PowerIteration(), Spectral()
    ),
    "NetworkCritic": lambda k: NetworkCritic.for_codec(k, [16, 12], dropout=0.2, norm=True),
}


class TwoHeaded(NetworkCritic):
    """Scores events and tells two particles apart."""

    @classmethod
    def for_codec(cls, codec):
        critic = NetworkCritic.for_codec(codec, [16])
        critic.network.layers[-1] = torch.nn.Linear(16, 3)
        return critic


def _versus(objective, codec, critic=None, **options):
    generator = GENERATORS["LatentGenerator"](codec)
    critic = CRITICS["NetworkCritic"](codec) if critic is None else critic
    return objective(codec, generator, critic, **options)


def _regressed(codec):
    return RegressorPenalty(codec, Regressor(codec, MLP(codec.values, codec.features.size, [8])))


# name: function of (codec, batch)
OBJECTIVES = {
    "Distillation": _distillation,
    "EnergyScoring": lambda k, b: EnergyScoring.for_data(k, b, GENERATORS["ChainGenerator"](k)),
    "FlowMatching": lambda k, b: FlowMatching(k, GENERATORS["VelocityGenerator"](k)),
    "Hinge": lambda k, b: _versus(Hinge, k, penalties=[EnergyPenalty.for_codec(k)]),
    "MaximumLikelihood": lambda k, b: MaximumLikelihood(k, GENERATORS["CouplingFlow"](k)),
    "NonSaturating": lambda k, b: _versus(NonSaturating, k),
    "NonSaturating, separate": lambda k, b: _versus(
        NonSaturating,
        k,
        TwoHeaded.for_codec(k),
        separate=True,
        auxiliary=AuxiliaryClass.for_codec(k, "particle"),
    ),
    "PolishedScoring": lambda k, b: PolishedScoring.for_data(
        k, b, GENERATORS["CopulaChain"](k), hidden=[16]
    ),
    "WassersteinBounded": lambda k, b: _versus(
        WassersteinBounded, k, CRITICS["BoundedCritic"](k), critic_steps=2
    ),
    "WassersteinClip": lambda k, b: _versus(WassersteinClip, k, critic_steps=2),
    "WassersteinGP": lambda k, b: _versus(WassersteinGP, k, critic_steps=2),
    "WassersteinGP, regressed": lambda k, b: _versus(WassersteinGP, k, penalties=[_regressed(k)]),
    "WassersteinGP, two-sided": lambda k, b: _versus(WassersteinGP, k, one_sided=False),
}

# weights that cancel: these losses are differences of scores (hinge: while |score| < 1),
# minibatch discrimination takes differences of what its bias is added to
IDLE = {
    "Hinge": ["network.layers.8.bias"],
    "WassersteinBounded": ["critic.network.layers.4.bias"],
    "WassersteinClip": ["network.layers.8.bias"],
    "WassersteinGP": ["network.layers.8.bias"],
    "WassersteinGP, regressed": ["network.layers.8.bias"],
    "WassersteinGP, two-sided": ["network.layers.8.bias"],
    "CaloGANCritic": ["*_batch.bias"],
    "LAGANCritic": ["batch.bias"],
}

# of published detectors
LAYERS = CALOGAN.select(["layer_0", "layer_1", "layer_2"])
CALOGAN_CODEC = Codec(LAYERS, PhysicalFeatures(1), Compose([Scale(1000.0)]))
DIGITS = Compose([Threshold(0.9), LogScale(1.0), Scale(math.log(10))])
MPD_TPC_CODEC = Codec(MPD_TPC, MPDTPCFeatures.for_detector(MPD_TPC), DIGITS)
KIND = Condition("particle", "", 0, 1, ("e+", "pi+"))
PARTICLES = dataclasses.replace(CALOGAN_ANGLES, conditions=(*CALOGAN_ANGLES.conditions, KIND))
CALOGAN_FEATURES = CaloGANFeatures.for_detector(PARTICLES)
AIMED = PARTICLES.select([r.name for r in LAYERS.readouts]), CALOGAN_FEATURES
TRACKS = EcalTrackFeatures.for_detector(LHCB_ECAL), MPDTPCProducts.for_detector(MPD_TPC)
LAGAN_CODEC = Codec(JET_IMAGE.select(["image"]), PhysicalFeatures(1), Compose([Scale(100.0)]))
POWERS = Compose([BoxCox(torch.full((900,), -0.5))])
LHCB_ECAL_CODEC = Codec(LHCB_ECAL, ScaledFeatures.for_detector(LHCB_ECAL), POWERS)
PUBLISHED = {
    "CaloGANCritic": lambda: CaloGANCritic.for_codec(CALOGAN_CODEC),
    "CaloGANGenerator": lambda: CaloGANGenerator.for_codec(CALOGAN_CODEC, latent=4),
    "EcalCritic": lambda: EcalCritic.for_codec(LHCB_ECAL_CODEC, told=True),
    "EcalGenerator": lambda: EcalGenerator.for_codec(LHCB_ECAL_CODEC, latent=4),
    "LAGANCritic": lambda: LAGANCritic.for_codec(LAGAN_CODEC),
    "LAGANGenerator": lambda: LAGANGenerator.for_codec(LAGAN_CODEC, latent=4),
    "MPDTPCCritic": lambda: MPDTPCCritic.for_codec(MPD_TPC_CODEC),
    "MPDTPCLightCritic": lambda: MPDTPCLightCritic.for_codec(MPD_TPC_CODEC),
    "MPDTPCGenerator": lambda: MPDTPCGenerator.for_codec(MPD_TPC_CODEC, FixedKink()),
    "PointingPenalty": lambda: PointingPenalty.for_codec(Codec(*AIMED, Compose([]))),
}
