"""Toy simulators that break off, each in its own way, as the environment says."""

import os
import signal
import time
from pathlib import Path

from simulators_toy import ToySimulator


class Slow(ToySimulator):
    """Takes a while for each event."""

    name = "slow"
    block = 4

    def shower(self, condition, rng):
        time.sleep(float(os.environ.get("TOY_SECONDS", "0.01")))
        return super().shower(condition, rng)


class Aborting(ToySimulator):
    """Native code that aborts, as often as there are files to take away."""

    name = "aborting"

    def respond(self, conditions, streams):
        for path in sorted(Path(os.environ["TOY_FOLDER"]).glob("abort-*")):
            path.unlink(missing_ok=True)
            os.write(2, b"G4Exception: something is wrong with the geometry\n")
            os.write(1, b"printed where answers go\n")
            os.kill(os.getpid(), signal.SIGABRT)
        return super().respond(conditions, streams)


class Hopeless(ToySimulator):
    """Aborts in one of its events, always."""

    name = "hopeless"

    def shower(self, condition, rng):
        if 0.2 < rng.random() < 0.205:
            os.write(2, b"fatal: bad event\n")
            os.abort()
        return super().shower(condition, rng)


class Wrong(ToySimulator):
    """Has a mistake."""

    name = "wrong"

    def shower(self, condition, rng):
        return condition["energy"]
