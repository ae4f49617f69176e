"""Mutation testing: change the library in one place at a time, and check that a test fails.

``nox -s mutation``, or ``python -m tests.mutation``. For every mutant of the files in :data:`FILES`, the tests that
run the mutated lines are run until one fails. A mutant that survives must be listed in ``mutants.toml``, with the
reason why it is equivalent, and is then not tried again, except with ``--all``. The run fails if any other survives, if
the list names one that does not exist or (with ``--all``) is killed, or if less than :data:`ENOUGH` of all are killed.

pytest collects the tests once. From there every mutant is a fork, which replaces the code of one function, or executes
one changed statement of the module, and runs its tests: those of different test functions first, and fast ones before
slow ones. A test that takes :data:`PATIENCE` times as long as usual, and some seconds, counts as failed.

Annotations, assertions, decorators, default arguments, docstrings, imports, ``__all__`` and ``__slots__`` are not
mutated, nor is what is inside classes but outside functions.

The list identifies a mutant by the name of the function and by its source before and after: wherever the code moves, an
entry stays right or matches nothing, and ``--stale`` prints those that match nothing, without running anything.

Why not an existing tool: mutmut 3 does not remove statements, and most faults here would be a missing call; it
identifies mutants by consecutive numbers, so that a list of exceptions would not last; and here each of its mutants
times out (3.8, in November 2026, with the tests of one module on the simplest file). cosmic-ray starts pytest anew,
with all tests, for every mutant.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, TypeAlias

import coverage
import pytest

ROOT = Path(__file__).parent.parent
CORE = ["_states", "_records", "_record_layer", "_workspace", "_engine", "_pump", "_driver"]
FILES = [
    *(f"anyio_tls/{name}.py" for name in CORE),
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("anyio_tls/_transports/*.py")),
]
LIST = Path(__file__).with_name("mutants.toml")
ENOUGH = 0.9

# Other programs are slow to start; some tests are of something else, and some would take minutes for each mutant.
LEFT_OUT = ["behaviour", "peers", "demo", "docs", "guards", "project", "testing", "fuzz", "model", "sweeps", "transfer"]

PATIENCE = 10
MIN_SECONDS = 5.0

SURVIVED, KILLED, TIMED_OUT, LISTED = "survived", "killed", "timed out", "listed"
ALL_PASSED = "all tests passed"

Key: TypeAlias = tuple[str, str, str, int]


# ---- mutants ----

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.BitOr: ast.BitAnd,
}

UNTOUCHED = (ast.Assert, ast.Import, ast.ImportFrom, ast.ClassDef, ast.Global, ast.Nonlocal, ast.arguments)


def changed(node: Any, **fields: Any) -> Any:
    """A copy with other fields."""
    node = copy(node)
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def without(nodes: list[Any], index: int) -> list[Any]:
    return nodes[:index] + nodes[index + 1 :]


def removed(statement: ast.stmt) -> ast.stmt:
    """As if it were not there, except that its names keep their scopes, and a coroutine remains one."""
    return ast.If(test=ast.Constant(False), body=[statement], orelse=[])


def swapped(operator: ast.AST) -> list[ast.AST]:
    return [SWAPS[type(operator)]()] if type(operator) in SWAPS else []


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    match node:
        # Statements that are not executed.
        case ast.Expr() | ast.Raise() | ast.Delete() | ast.Break() | ast.Continue() | ast.Return(value=None):
            yield removed(node)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield removed(node)
        case ast.AnnAssign(target=ast.Attribute() | ast.Subscript(), value=ast.expr()):
            yield removed(node)
        # Where a function returns False, None would mean the same.
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant) or value.value:
            yield changed(node, value=ast.Constant(None))
        case ast.AugAssign():
            yield removed(node)
            for operator in swapped(node.op):
                yield changed(node, op=operator)
        case ast.With() | ast.AsyncWith() if not any(item.optional_vars for item in node.items):
            yield ast.If(test=ast.Constant(True), body=node.body, orelse=[])
        case ast.ExceptHandler():
            if not isinstance(node.body[0], ast.Raise):
                yield changed(node, body=[ast.Raise()])
            if isinstance(node.type, ast.Tuple):
                for index in range(len(node.type.elts)):
                    yield changed(node, type=changed(node.type, elts=without(node.type.elts, index)))
        # Conditions that are always or never met.
        case ast.If() | ast.IfExp():
            yield changed(node, test=ast.Constant(True))
            yield changed(node, test=ast.Constant(False))
        case ast.While(test=test) if not isinstance(test, ast.Constant):
            yield changed(node, test=ast.Constant(False))
        case ast.comprehension(ifs=[_, *_]):
            yield changed(node, ifs=[])
        # Expressions.
        case ast.BoolOp(values=values):
            for index in range(len(values)):
                rest = without(values, index)
                yield changed(node, values=rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield operand
        case ast.Compare(ops=[comparison]):
            for operator in swapped(comparison):
                yield changed(node, ops=[operator])
        case ast.BinOp():
            for operator in swapped(node.op):
                yield changed(node, op=operator)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str(value)):
            yield ast.Constant("" if value else "XX")
        case ast.Constant(value=bytes(value)):
            yield ast.Constant(b"" if value else b"XX")
        case ast.JoinedStr():
            yield ast.Constant("")
        case ast.Call(keywords=keywords):
            for index in range(len(keywords)):
                yield changed(node, keywords=without(keywords, index))
        case ast.Slice(lower=lower, upper=upper):
            if lower:
                yield changed(node, lower=None)
            if upper:
                yield changed(node, upper=None)
        case ast.Lambda():
            yield changed(node, body=ast.Constant(None))
        case ast.Dict(keys=keys, values=values):
            for index in range(len(keys)):
                yield changed(node, keys=without(keys, index), values=without(values, index))
        case _:
            pass


@dataclass
class Mutant:
    """One change of one file."""

    file: str
    function: tuple[str, ...]  # empty for a statement of the module
    old: str
    new: str
    lines: range  # of what is replaced
    statement: range  # lines of the statement, or of the head of a compound one
    put: Callable[[], None] = field(repr=False)  # it into the tree
    tree: ast.Module = field(repr=False)
    name: str | None = None  # what a statement of the module assigns
    number: int = 1  # the same change may be possible more than once in a function

    @property
    def key(self) -> Key:
        return self.function[-1] if self.function else "", self.old, self.new, self.number

    @property
    def place(self) -> str:
        number = f" (number {self.number})" if self.number > 1 else ""
        return f"{self.file}:{self.lines.start} {'.'.join(self.function)}{number}"

    def __str__(self) -> str:
        return f"{self.place}\n- {self.old}\n+ {self.new}"


def head(node: ast.AST) -> str:
    """A statement, or the first line of a compound one."""
    return ast.unparse(ast.fix_missing_locations(node)).partition("\n")[0]


class Generator:
    """Makes the mutants of a file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        self.mutants: list[Mutant] = []
        self.counts: Counter[Any] = Counter()
        self.function: tuple[str, ...] = ()
        self.name: str | None = None
        self.statement: Any = self.tree

    def generate(self) -> list[Mutant]:
        for statement in self.tree.body:
            match statement:
                case ast.ClassDef(name=class_name, body=body):
                    for member in body:
                        if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                            self.in_function((class_name, member.name), member)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self.in_function((name,), statement)
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    if not name.startswith("__"):
                        self.function, self.name, self.statement = (), name, statement
                        self.visit_field(statement, "value")
                case _:
                    pass
        return self.mutants

    def in_function(self, path: tuple[str, ...], function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.function, self.name = path, None
        self.visit_field(function, "body")

    def visit_field(self, parent: ast.AST, name: str) -> None:
        value = getattr(parent, name)
        if isinstance(value, ast.AST):
            self.visit(value, lambda node: setattr(parent, name, node))
        elif isinstance(value, list):
            for index, child in enumerate(value):
                # Of a formatted string only what is formatted: it has been replaced as a whole.
                if isinstance(child, ast.AST) and not (
                    isinstance(parent, ast.JoinedStr) and isinstance(child, ast.Constant)
                ):

                    def put(node: ast.AST, index: int = index) -> None:
                        value[index] = node

                    self.visit(child, put)

    def visit(self, node: ast.AST, put: Callable[[ast.AST], None]) -> None:
        if isinstance(node, UNTOUCHED) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return
        outer = self.statement
        if isinstance(node, (ast.stmt, ast.ExceptHandler)):
            self.statement = node
        for variant in variants(node):
            self.add(node, variant, put)
        for name in node._fields:
            if name not in ("annotation", "returns", "decorator_list"):
                self.visit_field(node, name)
        self.statement = outer

    def add(self, node: ast.AST, variant: ast.AST, put: Callable[[ast.AST], None]) -> None:
        old = head(self.statement)
        if node is self.statement:
            new = "(removed)" if getattr(variant, "body", None) == [node] else head(variant)
            if isinstance(node, ast.ExceptHandler) and new == old:
                new += " raise"
        else:
            put(variant)
            new = head(self.statement)
            put(node)
        change = (self.function, old, new)
        self.counts[change] += 1
        first, last = self.statement.lineno, self.statement.end_lineno
        if body := getattr(self.statement, "body", None):
            last = max(first, body[0].lineno - 1)
        statement = lines = range(first, last + 1)
        if node is not self.statement and isinstance(node, ast.expr):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        self.mutants.append(
            Mutant(
                self.file,
                *change,
                lines=lines,
                statement=statement,
                put=lambda: put(variant),
                tree=self.tree,
                name=self.name,
                number=self.counts[change],
            )
        )


def all_mutants() -> list[Mutant]:
    return [mutant for file in FILES for mutant in Generator(file).generate()]


# ---- applying one, for good ----


def apply(mutant: Mutant) -> None:
    mutant.put()
    module = import_module(mutant.file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    ast.fix_missing_locations(mutant.tree)
    filename = str(ROOT / mutant.file)
    if mutant.name is not None:
        [statement] = [node for node in mutant.tree.body if head(node) == mutant.new]
        old = vars(module)[mutant.name]
        exec(compile(ast.Module([statement], []), filename, "exec"), vars(module))
        for importer in list(sys.modules.values()):
            ours = getattr(importer, "__name__", "").startswith(("anyio_tls", "tests"))
            if ours and vars(importer).get(mutant.name) is old:
                setattr(importer, mutant.name, vars(module)[mutant.name])
        return
    code = compile(mutant.tree, filename, "exec")
    thing: Any = module
    for name in mutant.function:
        [code] = [const for const in code.co_consts if isinstance(const, CodeType) and const.co_name == name]
        thing = vars(thing)[name]
    function = getattr(thing, "fget", thing)  # of a property
    function = getattr(function, "__wrapped__", function)  # of a decorator, a class method or a static one
    assert isinstance(function, FunctionType)
    function.__code__ = code


# ---- running tests, in a fork ----


class Tests:
    """pytest's collected tests, which of them run which lines, and how long they take."""

    def __init__(self, session: pytest.Session) -> None:
        self.items = {item.nodeid: item for item in session.items}
        self.seconds: dict[str, float] = {}
        self.by_line: dict[str, dict[int, set[str]]] = {}

    def in_fork(self, run: Callable[[Callable[[Any], None]], None]) -> tuple[list[Any], int]:
        """Run something there that tells us things; return them and the signal that ended it, or 0."""
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            try:
                os.close(reading)
                null = os.open(os.devnull, os.O_RDWR)
                for descriptor in range(3):
                    os.dup2(null, descriptor)
                with os.fdopen(writing, "w") as pipe:
                    run(lambda thing: print(json.dumps(thing), file=pipe, flush=True))
            finally:
                os._exit(0)
        os.close(writing)
        try:
            with os.fdopen(reading) as pipe:
                told = [json.loads(line) for line in pipe]
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            raise
        finally:
            _, status = os.waitpid(pid, 0)
        return told, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

    def run(self, names: Iterable[str], before: Callable[[str], None], after: Callable[[str, bool], None]) -> None:
        """Run tests, telling before and after each."""
        items = [self.items[name] for name in names]
        failed = False

        class Watch:
            def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
                nonlocal failed
                failed |= report.failed

        if not items:
            return
        config = items[0].config
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(Watch())
        for item, following in zip(items, [*items[1:], None], strict=True):
            failed = False
            before(item.nodeid)
            config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            after(item.nodeid, failed)

    def measure(self) -> None:
        """Run all tests on the library as it is: all must pass."""

        def run(tell: Callable[[Any], None]) -> None:
            files = [str(ROOT / file) for file in FILES]
            measured = coverage.Coverage(data_file=None, include=files, config_file=False)
            measured.start()
            started = 0.0

            def before(name: str) -> None:
                nonlocal started
                measured.switch_context(name)
                started = time.perf_counter()

            def after(name: str, failed: bool) -> None:
                tell([name, time.perf_counter() - started, failed])

            self.run(self.items, before, after)
            measured.stop()
            data = measured.get_data()
            tell({file: data.contexts_by_lineno(str(ROOT / file)) for file in FILES})

        *results, lines = self.in_fork(run)[0]
        if failed := [name for name, _, failed in results if failed]:
            raise pytest.UsageError(f"tests fail without any mutant: {failed}")
        self.seconds = {name: seconds for name, seconds, _ in results}
        for file in FILES:
            self.by_line[file] = defaultdict(set, {int(line): {*names} - {""} for line, names in lines[file].items()})

    def running(self, file: str, lines: Iterable[int]) -> set[str]:
        return set().union(*(self.by_line[file][line] for line in lines))

    def choose(self, mutant: Mutant) -> list[str]:
        """The tests that may notice, in the order in which they are tried."""
        if mutant.name is not None:
            names = set()
            for file in FILES:
                tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
                names |= self.running(
                    file, (n.lineno for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == mutant.name)
                )
        else:
            names = self.running(mutant.file, mutant.lines) or self.running(mutant.file, mutant.statement)
        # uvloop takes asyncio's paths, and only transports know the difference.
        if "_transports" not in mutant.file:
            names = {name for name in names if "uvloop" not in name} or names
        order: list[tuple[int, float, str]] = []
        of_function: Counter[str] = Counter()
        for name in sorted(names, key=self.seconds.__getitem__):
            function = name.partition("[")[0]
            order.append((of_function[function], self.seconds[name], name))
            of_function[function] += 1
        return [name for _, _, name in sorted(order)]

    def try_on(self, mutant: Mutant) -> tuple[str, str, float]:
        """What became of a mutant, the test that noticed, and the seconds that it took."""
        started = time.perf_counter()

        def run(tell: Callable[[Any], None]) -> None:
            def before(name: str) -> None:
                tell(name)
                signal.setitimer(signal.ITIMER_REAL, max(MIN_SECONDS, PATIENCE * self.seconds[name]))

            def after(_name: str, failed: bool) -> None:
                if failed:
                    os._exit(0)

            tell("as it was applied")
            apply(mutant)
            self.run(self.choose(mutant), before, after)
            tell(ALL_PASSED)

        told, killed_by = self.in_fork(run)
        seconds = time.perf_counter() - started
        if told[-1] == ALL_PASSED:
            return SURVIVED, "", seconds
        return TIMED_OUT if killed_by == signal.SIGALRM else KILLED, told[-1], seconds


# ---- the verdict ----


def listed() -> set[Key]:
    """The mutants that do not matter."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    groups = tomllib.loads(LIST.read_text(encoding="utf-8"))["group"]
    return {
        (entry["function"], entry["old"], entry["new"], entry.get("number", 1))
        for group in groups
        for entry in group["mutants"]
    }


def stale(mutants: Iterable[Mutant]) -> list[str]:
    """What the list names that does not exist."""
    return [f"listed, but not there: {key}" for key in sorted(listed() - {mutant.key for mutant in mutants})]


def score(counts: Counter[str]) -> float:
    """How much of all was noticed."""
    return (counts[KILLED] + counts[TIMED_OUT]) / max(1, sum(counts.values()))


def table(outcomes: dict[str, Counter[str]]) -> str:
    """The counts by file; behind the score of all mutants that of those that are not listed."""
    columns = [KILLED, TIMED_OUT, LISTED, SURVIVED]
    lines = [
        f"{'':36}{'mutants':>10}" + "".join(f"{column:>11}" for column in columns) + f"{'score':>9}{'unlisted':>10}"
    ]
    for file, counts in {**outcomes, "together": sum(outcomes.values(), Counter())}.items():
        numbers = "".join(f"{counts[column]:11}" for column in columns)
        unlisted = Counter({**counts, LISTED: 0})
        lines.append(f"{file:36}{sum(counts.values()):10}{numbers}{score(counts):9.1%}{score(unlisted):10.1%}")
    return "\n".join(lines)


class Mutation:
    """The plugin that runs mutants instead of tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        tests = Tests(session)
        started = time.perf_counter()
        tests.measure()
        print(f"{len(tests.items)} tests pass, {time.perf_counter() - started:.0f} s", flush=True)
        exempt = listed()
        mutants = all_mutants()
        complaints = stale(mutants)
        outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        for mutant in mutants:
            if self.options.only not in str(mutant):
                continue
            outcome = LISTED
            if mutant.key not in exempt or self.options.all:
                outcome, test, seconds = tests.try_on(mutant)
                print(f"{outcome:9} {seconds:6.1f} s  {mutant.place}  {test}", flush=True)
                if self.options.raw:
                    with self.options.raw.open("a", encoding="utf-8") as raw:
                        print(json.dumps([mutant.file, *mutant.key, outcome, test, seconds]), file=raw)
                if mutant.key in exempt and outcome != SURVIVED:
                    complaints.append(f"listed, but noticed:\n{mutant}")
                elif mutant.key in exempt:
                    outcome = LISTED
                elif outcome == SURVIVED:
                    complaints.append(f"not noticed:\n{mutant}")
            outcomes[mutant.file][outcome] += 1
        if score(sum(outcomes.values(), Counter())) < ENOUGH:
            complaints.append(f"less than {ENOUGH:.0%} noticed")
        print("", *complaints, table(outcomes), f"{time.perf_counter() - started:.0f} s", sep="\n\n")
        session.testsfailed = len(complaints)
        return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutation testing.", allow_abbrev=False)
    parser.add_argument("--all", action="store_true", help="try the listed ones too")
    parser.add_argument("--only", default="", metavar="TEXT", help="only mutants that show this text")
    parser.add_argument("--raw", type=Path, metavar="FILE", help="append the outcomes to this file, a JSON list a line")
    parser.add_argument("--stale", action="store_true", help="only tell what the list names that does not exist")
    options = parser.parse_args()
    if options.stale:
        complaints = stale(all_mutants())
        print("".join(f"{complaint}\n" for complaint in complaints), end="")
        return bool(complaints)
    arguments = [
        "-q",
        "-s",
        "-p",
        "no:cacheprovider",
        *(f"--ignore=tests/test_{name}.py" for name in LEFT_OUT),
        "tests",
    ]
    return pytest.main(arguments, plugins=[Mutation(options)])


if __name__ == "__main__":
    sys.exit(main())
