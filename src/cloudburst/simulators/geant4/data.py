"""The tables that Geant4 reads: which a run needs, where they are, how to get them.

Geant4 ends the whole process where a table is missing, and the bindings ask on standard input
when they are imported. So they are looked for here, before anything starts.
"""

from __future__ import annotations

__all__ = [
    "EMLOW",
    "ENSDFSTATE",
    "FOLDER",
    "PARTICLEXS",
    "PHOTONEVAPORATION",
    "DataSet",
    "find_data",
]

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ...errors import SimulationError

FOLDER = "GEANT4_DATA_DIR"
_DOWNLOADS = ".geant4_pybind"


@dataclasses.dataclass(frozen=True)
class DataSet:
    """One of Geant4's sets of tables.

    Attributes:
        name: What it is called, with its version.
        variable: The environment variable that Geant4 finds it by.
        files: Files that tell it, relative to its folder; "{z}" stands for the atomic number of
            each element of a run.
    """

    name: str
    variable: str
    files: tuple[str, ...]

    def missing(self, folder: Path, elements: Iterable[int]) -> str | None:
        """The first file that is not in a folder, or None."""
        if not folder.is_dir():
            return "no such folder"
        for z in sorted(set(elements)):
            for file in self.files:
                if not (folder / file.format(z=z)).is_file():
                    return f"no {file.format(z=z)}"
        return None


EMLOW = DataSet("G4EMLOW8.8", "G4LEDATA", ("brem_SB/br{z}", "epics2017/phot/pe-cs-{z}.dat"))
ENSDFSTATE = DataSet("G4ENSDFSTATE3.0", "G4ENSDFSTATEDATA", ("ENSDFSTATE.dat",))
PHOTONEVAPORATION = DataSet("PhotonEvaporation6.1.2", "G4LEVELGAMMADATA", ())
PARTICLEXS = DataSet("G4PARTICLEXS4.2", "G4PARTICLEXSDATA", ("gamma/inel1",))


def find_data(
    needed: Sequence[DataSet],
    elements: Iterable[int],
    data: str | None,
    environment: Mapping[str, str],
) -> dict[str, str]:
    """The environment variables that Geant4 needs, with the folders of its tables.

    Args:
        needed: The sets of tables that a run reads.
        elements: Atomic numbers of all elements in it.
        data: A folder that holds the sets or is one, and the only one looked at; or None.
        environment: The environment variables, as `os.environ`.

    Raises:
        SimulationError: Tables are missing; says which, where they were looked for, and how to
            get them.
    """
    found, problems = {}, []
    numbers = list(elements)
    for dataset in needed:
        places = list(_places(dataset, data, environment))
        wrong = [(where, dataset.missing(folder, numbers)) for where, folder in places]
        fits = [folder for (_, folder), (_, why) in zip(places, wrong, strict=True) if why is None]
        if fits:
            found[dataset.variable] = str(fits[0].absolute())
        else:
            looked = ", ".join(f"{where} ({why})" for where, why in wrong)
            problems.append(f"{dataset.name} is not in {looked}")
    if problems:
        raise SimulationError(_advice(problems, data, environment))
    # the bindings look for all data sets that there are unless this one is set
    return {FOLDER: next(iter(found.values())), **found}


def _places(
    dataset: DataSet, data: str | None, environment: Mapping[str, str]
) -> Iterator[tuple[str, Path]]:
    """Where a set may be, and how that is called."""
    if data is not None:
        yield from _within(dataset, f"data = {data}", Path(data))
        return
    if environment.get(dataset.variable):
        folder = environment[dataset.variable]
        yield f"{dataset.variable} = {folder}", Path(folder)
    if environment.get(FOLDER):
        yield from _within(dataset, f"{FOLDER} = {environment[FOLDER]}", Path(environment[FOLDER]))
    home = Path(environment.get("HOME", "~")) / _DOWNLOADS
    yield str(home / dataset.name), home / dataset.name


def _within(dataset: DataSet, where: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """A folder's own folder for a set, or the folder itself."""
    inside = folder / dataset.name
    yield (f"{where}/{dataset.name}", inside) if inside.is_dir() else (where, folder)


def _advice(problems: Sequence[str], data: str | None, environment: Mapping[str, str]) -> str:
    unset = [] if data is not None or environment.get(FOLDER) else [f"{FOLDER} is not set"]
    return (
        f"tables of Geant4 are missing: {'; '.join([*problems, *unset])}. Get them from "
        "https://geant4.web.cern.ch/download, or run python -c 'import geant4_pybind' in a "
        f"terminal, which offers to download them; then set {FOLDER} to the folder that holds "
        "them, or give it as data=PATH"
    )
