"""HDF5 files: read with clear errors, made whole or not at all, grown by whole chunks."""

from .growing import GrowingFile as GrowingFile
from .growing import create_hdf5 as create_hdf5
from .reading import check_arrays as check_arrays
from .reading import open_hdf5 as open_hdf5
from .reading import read_numbers as read_numbers
from .reading import read_rows as read_rows
from .sparse import pack as pack
from .sparse import unpack as unpack

__all__ = [
    "GrowingFile",
    "check_arrays",
    "create_hdf5",
    "open_hdf5",
    "pack",
    "read_numbers",
    "read_rows",
    "unpack",
]
