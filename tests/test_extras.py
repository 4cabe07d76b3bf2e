import math

import pytest

from cloudburst.errors import MissingExtraError
from cloudburst.extras import require


def test_a_package_that_is_there_is_imported():
    assert require("math", "any") is math


def test_a_missing_package_names_the_extra_that_installs_it():
    with pytest.raises(MissingExtraError, match=r"pip install 'cloudburst\[root\]'"):
        require("no_such_package.part", "root")


def test_what_a_package_itself_lacks_is_not_hidden(tmp_path, monkeypatch):
    (tmp_path / "half_installed.py").write_text("import no_such_dependency\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency"):
        require("half_installed", "root")
