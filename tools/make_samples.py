"""Makes the shipped samples of Geant4 showers from a larger file in the CaloGAN layout.

    python tools/make_samples.py ../shared/data/calogan_eplus.h5

writes src/cloudburst/samples/calogan-eplus.h5 (2,000 showers to train on) and
calogan-eplus-test.h5 (1,000 others to validate with).
"""

import sys
from pathlib import Path

from cloudburst.files import sha256
from cloudburst.formats import CaloGANFormat
from cloudburst.storage import Writer

SAMPLES = {"calogan-eplus": slice(0, 2000), "calogan-eplus-test": slice(2000, 3000)}

PROVENANCE = {
    "simulator": "Geant4 11.4.0",
    "physics": "standard electromagnetic (option 0), production cut 0.7 mm",
    "particle": "e+",
    "gun": "x = y = 0, perpendicular, kinetic energy uniform in 1..100 GeV",
    "geometry": "80 x (2 mm Pb + 4 mm liquid Ar of 1.390 g/cm3), cells sum Pb and Ar",
    "cpu_ms_per_event": 805,
    "cpu": "Intel(R) Xeon(R), one core, mean over the spectrum",
}


def main(source: Path) -> None:
    """Cuts the samples out of the file `source`."""
    folder = Path(__file__).parents[1] / "src" / "cloudburst" / "samples"
    for name, index in SAMPLES.items():
        events = CaloGANFormat().read(source, index)
        provenance = PROVENANCE | {
            "source": source.name,
            "source_sha256": sha256(source),
            "source_events": [index.start, index.stop],
        }
        path = folder / f"{name}.h5"
        with Writer(path, events.detector, provenance, overwrite=True) as writer:
            writer.append(events)
        print(f"{path.name}: {len(events)} showers, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
