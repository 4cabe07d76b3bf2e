"""The layers of the design: what may be imported where."""

import configparser
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Imports every module under the given names, with torch out of reach.
IMPORT_WITHOUT_TORCH = """
import importlib, pkgutil, sys
class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError("torch is out of reach")
sys.meta_path.insert(0, NoTorch())
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
        importlib.import_module(found.name)
"""


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


def lines(section: str, key: str) -> list[str]:
    return contracts()[f"importlinter:contract:{section}"][key].split("\n")[1:]


def test_physics_works_where_torch_is_not_installed():
    command = [sys.executable, "-c", IMPORT_WITHOUT_TORCH, *lines("physics", "source_modules")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_the_design_page_shows_the_layers_that_are_enforced():
    text = (ROOT / "docs" / "design.md").read_text()
    block = re.search(r"```text\n(.*?)```", text, re.DOTALL).group(1)
    shown = [" ".join(line.split()) for line in block.splitlines()]
    assert shown == lines("layers", "layers")
