"""The house style that no linter checks: public names, and the size of files and functions."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "cloudburst"
MODULES = sorted(PACKAGE.rglob("*.py"))
PYTHON = sorted(
    path
    for folder in ("src", "tests", "tools", "examples")
    for path in (ROOT / folder).rglob("*.py")
)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return None


def assigned(node: ast.stmt) -> list[str]:
    """The names that a top-level statement binds to a value of the module's own."""
    if isinstance(node, DEFINITIONS):
        return [node.name]
    if isinstance(node, ast.AnnAssign):
        return [ast.unparse(node.target)]
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets]
    return []


def aliases(tree: ast.Module) -> set[str]:
    """Names of types, which a module may keep to itself without an underscore."""
    found = set()
    for node in tree.body:
        annotation = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
        value = getattr(node, "value", None)
        is_type = isinstance(value, ast.Subscript) or ast.unparse(
            value or ast.Constant("")
        ).startswith("TypeVar(")
        if annotation == "TypeAlias" or (isinstance(node, ast.Assign) and is_type):
            found |= set(assigned(node))
    return found


def imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom) and node.level:
        return [alias.asname or alias.name for alias in node.names]
    return []


def public(tree: ast.Module, names_in) -> set[str]:
    names = {name for node in tree.body for name in names_in(node)}
    return {name for name in names if name.isidentifier() and not name.startswith("_")}


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_all_lists_exactly_the_public_names(path):
    tree = ast.parse(path.read_text())
    names_in = imported if path.name == "__init__.py" else assigned
    listed = exported(tree)
    assert listed is not None, "has no __all__"
    listed = [name for name in listed if not name.startswith("__")]
    assert len(set(listed)) == len(listed)
    assert public(tree, names_in) - aliases(tree) <= set(listed) <= public(tree, names_in)


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], ids=name_of)
def test_packages_only_re_export(path):
    for node in ast.parse(path.read_text()).body:
        assert isinstance(node, ast.Import | ast.ImportFrom | ast.Expr) or all(
            name.startswith("__") for name in assigned(node)
        ), f"line {node.lineno}"


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_files_and_functions_are_short(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert body_lines(node) <= 25, f"{node.name}: {body_lines(node)} lines"
