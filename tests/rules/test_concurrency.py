"""What a linter cannot say of tasks, threads, cancellation and the synchronous heart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.sources import PRODUCT, name, python_files, tree

WAITED_FOR_WHERE_MADE = {
    "src/quarterdeck/kubeconfig/plugin_process.py": "a child's start and end are awaited by the function that makes it",
}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_TOUCHES_THE_LOOP = {
    "set_result", "set_exception", "call_soon", "call_later", "call_at", "create_task", "ensure_future",
    "put_nowait", "add_reader", "remove_reader", "run_coroutine_threadsafe",
}  # fmt: skip


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=i):
            return i
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value)}.{attr}"
        case ast.Call(func=func):
            return f"{_dotted(func)}()"
        case _:
            return "?"


def test_tasks_are_made_by_groups_or_by_aio() -> None:
    """A TaskGroup or a TaskBag outlives what it starts, cancels it and waits."""
    bare: list[str] = []
    for path in python_files("src/quarterdeck"):
        if "aio" in path.relative_to(PRODUCT).parts or name(path) in WAITED_FOR_WHERE_MADE:
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            owner, _, what = _dotted(node.func).rpartition(".")
            if what == "ensure_future" or (what == "create_task" and (owner == "asyncio" or "loop" in owner)):
                bare.append(f"{name(path)}:{node.lineno}")
    assert not bare, f"give these an owner: {bare}"


@pytest.mark.parametrize("module", ["plan", "commit", "apply", "intents"])
def test_plan_and_commit_never_wait(module: str) -> None:
    path = PRODUCT / "selection" / f"{module}.py"
    waits = (ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)
    found = [f"{name(path)}:{node.lineno}" for node in ast.walk(tree(path)) if isinstance(node, waits)]
    assert not found, f"a turn of the loop must not end here: {found}"


def test_submitting_never_waits() -> None:
    path = PRODUCT / "selection" / "coordinator.py"
    made = [n for n in ast.walk(tree(path)) if isinstance(n, _FUNCTIONS[:2]) and n.name == "submit"]
    assert made
    assert all(isinstance(function, ast.FunctionDef) for function in made)


def _handlers() -> Iterator[tuple[Path, ast.ExceptHandler]]:
    for path in python_files("src"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                yield path, node


def _catches(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"BaseException"}
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {_dotted(kind).rpartition(".")[2] for kind in types}


def test_no_error_of_any_kind_is_swallowed() -> None:
    silent = (ast.Pass, ast.Continue)
    found = [
        f"{name(path)}:{handler.lineno}"
        for path, handler in _handlers()
        if _catches(handler) & {"Exception", "BaseException"} and all(isinstance(n, silent) for n in handler.body)
    ]
    assert not found, f"name the errors, or tell somebody: {found}"


def test_cancellation_propagates() -> None:
    """Swallowed once, every deadline above it lies. (A command's last border is where there is nothing above.)"""
    found = [
        f"{name(path)}:{handler.lineno}"
        for path, handler in _handlers()
        if _catches(handler) & {"BaseException", "CancelledError"}
        and name(path) not in ("src/quarterdeck/cli/main.py", "src/simfleet/main.py")
        and not _reraises_or_hands_on(handler)
    ]
    assert not found, f"clean up, then raise: {found}"


def _reraises_or_hands_on(handler: ast.ExceptHandler) -> bool:
    """`raise`, or the error is carried elsewhere as a value (from a thread to its loop)."""
    for node in ast.walk(ast.Module(handler.body, [])):
        if isinstance(node, ast.Raise):
            return True
        if handler.name is not None and isinstance(node, ast.Name) and node.id == handler.name:
            return True
    return False


def _run_in_threads(path: Path) -> Iterator[ast.FunctionDef | ast.Lambda]:
    """Functions of this module that it hands to a thread, as far as their names say."""
    by_name = {node.name: node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        called = _dotted(node.func).rpartition(".")[2]
        given: list[ast.expr] = []
        if called == "Thread":
            given = [keyword.value for keyword in node.keywords if keyword.arg == "target"]
        elif called == "to_thread":
            given = node.args[:1]
        elif called == "run_in_executor":
            given = node.args[1:2]
        for function in given:
            if isinstance(function, ast.Lambda):
                yield function
            elif (found := by_name.get(_dotted(function).rpartition(".")[2])) is not None:
                yield found


def test_threads_reach_the_loop_by_call_soon_threadsafe_alone() -> None:
    found: list[str] = []
    for path in python_files("src/quarterdeck"):
        for function in _run_in_threads(path):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] in _TOUCHES_THE_LOOP:
                    found.append(f"{name(path)}:{node.lineno}")
    assert not found, f"use call_soon_threadsafe: {found}"


def test_a_module_that_starts_threads_and_knows_the_loop_comes_back_safely() -> None:
    found: list[str] = []
    for path in python_files("src/quarterdeck"):
        text = path.read_text("utf-8")
        if "threading.Thread(" in text and "asyncio" in text and "call_soon_threadsafe" not in text:
            found.append(name(path))
    assert not found, f"use call_soon_threadsafe: {found}"


def test_what_json_is_decoded_to_is_known_before_threads_begin() -> None:
    """msgspec works out a Struct when it is first decoded, with the interpreter let go in between: two threads that
    meet there end the process. A Decoder that a module makes for itself is whole once the module is."""
    late: list[str] = []
    for path in python_files("src/quarterdeck"):
        if path.relative_to(PRODUCT).parts[0] not in {"app", "catalog", "stores"}:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and _dotted(node.func) == "msgspec.json.decode":
                wanted = next((one.value for one in node.keywords if one.arg == "type"), None)
                if isinstance(wanted, ast.Name) and wanted.id not in {"str", "bytes", "int"}:
                    late.append(f"{name(path)}:{node.lineno}: {wanted.id}")
    assert not late, late
