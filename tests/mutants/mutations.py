"""Small changes of the product, one at a time: mutmut draws them, this says what they are and puts one in force.

mutmut writes all changed functions into a copy of the program, with a switch before each. Here the compiled code of
one function is exchanged in the running process instead, so the others run at their own speed, properties can be
changed too, and the tests are collected once.
"""

from __future__ import annotations

import ast
import difflib
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import Mutation, MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, eq=False)
class Mutant:
    """One change within a function or method of a file."""

    file: str  # from the root of the repository
    function: str  # its qualified name
    index: int  # among those of the function
    mutation: Mutation = field(repr=False)
    module: cst.Module = field(repr=False)

    @property
    def name(self) -> str:
        """The file, the function, and which one of the function."""
        return f"{self.file} {self.function} {self.index}"

    def source(self) -> str:
        """Return the text of the changed file."""
        changed = deep_replace(self.module, self.mutation.original_node, self.mutation.mutated_node)
        assert isinstance(changed, cst.Module)
        return changed.code

    def alone(self, changed: bool) -> str:
        """Return the text of the function, as it is or changed, within its classes and without the rest of the file."""
        body: Any = self.mutation.contained_by_top_level_function
        if changed:
            body = deep_replace(body, self.mutation.original_node, self.mutation.mutated_node)
        for name in reversed(self.function.split(".")[:-1]):
            body = cst.ClassDef(name=cst.Name(name), body=cst.IndentedBlock(body=[body]))
        return "from __future__ import annotations\n" + cst.Module(body=[body]).code

    def said(self) -> str:
        """Return the lines that differ, without their indentation: what stands there, and what the mutant has."""
        before, after = self.module.code.splitlines(), self.source().splitlines()
        _old, _new, place, *lines = difflib.unified_diff(before, after, n=0, lineterm="")
        number = place.split()[1].lstrip("-").partition(",")[0]
        return "\n".join([f"line {number}", *(f"{line[0]} {line[1:].strip()}" for line in lines)])


class _Visitor(MutationVisitor):
    """Changes properties too: mutmut leaves out all that is decorated, as its switch would stand in the way."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return super()._skip_node_and_children(node) and not _is_property(node)


def _is_property(node: cst.CSTNode) -> bool:
    names = [one.decorator for one in node.decorators] if isinstance(node, cst.FunctionDef) else []
    return len(names) == 1 and isinstance(names[0], cst.Name) and names[0].value == "property"


def mutants_of(file: str) -> list[Mutant]:
    """Return the mutants of a file. Those of string literals are left out, and what runs when it is imported."""
    wrapper = MetadataWrapper(cst.parse_module((ROOT / file).read_text()))
    visitor = _Visitor(mutation_operators, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(visitor)
    names = dict(_functions(module.body))
    found: list[Mutant] = []
    counts: dict[str, int] = {}
    for mutation in visitor.mutations:
        function = mutation.contained_by_top_level_function
        if isinstance(function, cst.FunctionDef) and not isinstance(mutation.original_node, cst.BaseString):
            name = names[function]
            counts[name] = counts.get(name, 0) + 1
            found.append(Mutant(file, name, counts[name], mutation, module))
    return found


def _functions(body: Any, prefix: str = "") -> Iterator[tuple[cst.CSTNode, str]]:
    for node in body:
        if isinstance(node, cst.FunctionDef):
            yield node, prefix + node.name.value
        elif isinstance(node, cst.ClassDef):
            yield from _functions(node.body.body, f"{prefix}{node.name.value}.")


class Program:
    """The functions of some files as they are in this process."""

    def __init__(self, files: list[str]) -> None:
        """Find them; all must have been imported."""
        names = {str(ROOT / file) for file in files}
        self._functions: dict[tuple[str, str], list[FunctionType]] = {}  # by file and function, those within it too
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and (file := one.__code__.co_filename) in names:
                function = one.__code__.co_qualname.partition(".<locals>")[0]
                self._functions.setdefault((file, function), []).append(one)

    def become(self, mutant: Mutant) -> bool:
        """Put a mutant in force in this process; False when Python makes the same program of it."""
        old, new = mutant.alone(changed=False), mutant.alone(changed=True)
        before, after = (dict(_codes(compile(text, "", "exec"), mutant.function)) for text in (old, new))
        there = self._functions.get((str(ROOT / mutant.file), mutant.function), [])
        first = min((one.__code__.co_firstlineno for one in there), default=0)
        differs = False
        for place, code in after.items():
            if place in before and code != before[place]:
                differs = True
                for one in there:
                    if (one.__code__.co_qualname, one.__code__.co_firstlineno - first) == place:
                        one.__code__ = code
        return _take_defaults(mutant.function, there, _arguments(old), _arguments(new)) or differs


def _codes(code: CodeType, function: str, first: int = 0) -> Iterator[tuple[tuple[str, int], CodeType]]:
    """Yield the code of a function and of all that is defined within it, each with its name and its line in it."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            if one.co_qualname == function:
                first = one.co_firstlineno
            if one.co_qualname.partition(".<locals>")[0] == function:
                yield (one.co_qualname, one.co_firstlineno - first), one
            yield from _codes(one, function, first)


def _take_defaults(name: str, there: list[FunctionType], old: ast.arguments, new: ast.arguments) -> bool:
    """Give a function the defaults of its mutant, which are no part of its code; False when they are the same."""
    if ast.dump(old) == ast.dump(new):
        return False
    for one in there:
        if one.__qualname__ == name:
            one.__defaults__ = tuple(_value(default, one) for default in new.defaults) or None
            named = zip(new.kwonlyargs, new.kw_defaults, strict=True)
            one.__kwdefaults__ = {key.arg: _value(default, one) for key, default in named if default is not None}
    return True


def _value(default: ast.expr, function: FunctionType) -> Any:
    return eval(ast.unparse(default), function.__globals__)


def _arguments(source: str) -> ast.arguments:
    return next(one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef)).args
