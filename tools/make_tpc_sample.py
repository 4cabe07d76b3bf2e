"""Makes the shipped sample of track segments in the chamber of MPD by the drift simulator.

    python tools/make_tpc_sample.py

writes src/cloudburst/samples/mpd-tpc.h5: 2,000 segments over the whole range of conditions. The
published responses carry no licence and are not shipped; learn from them with
`--set data.file=...`.
"""

from pathlib import Path

import numpy as np

from cloudburst.simulators.drift import Drift
from cloudburst.storage import Writer

EVENTS, SEED = 2000, 20261122


def main() -> None:
    """Simulates the segments and writes the file."""
    path = Path(__file__).parents[1] / "src" / "cloudburst" / "samples" / "mpd-tpc.h5"
    drift = Drift()
    conditions = drift.detector.draw_conditions(EVENTS, np.random.default_rng(SEED))
    events = drift(conditions, seed=SEED)
    provenance = {**drift.describe(), "seed": SEED}
    with Writer(path, events.detector, provenance, overwrite=True) as writer:
        writer.append(events)
    print(f"{path.name}: {len(events)} segments, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
