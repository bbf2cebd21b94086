"""The grammar of formulae: what may be written, and what a formula speaks of. Nothing is executed as code."""

import ast
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gidtk.errors import GidtkError

__all__ = ["MANY", "ONE", "Formula", "fill", "mentions", "named", "parse", "scoped", "wrong"]

LONGEST = 2_000  # characters of a formula
DEEPEST = 40  # levels of it
SCOPES = ("prev", "usual", "largest", "together")  # whose variables `scope.name` speaks of; bare names: the report's
ONE, MANY = ("abs", "log", "sqrt"), ("sum", "min", "max", "count")  # functions of one number, and of several

_FOREIGN = re.compile(r"[^A-Za-z0-9_ .,+\-*/()<>=!\"'\n]")
_GLUED = re.compile(r"(?<![A-Za-z0-9_.])\d[\d.]*[A-Za-z_]")
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_HOLE = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    Attributes
    ----------
    text : str
        As it was written.
    tree : ast.expr
        What it says; only arithmetic, comparisons, and/or/not and a few functions.
    truth : bool
        Whether it gives true or false, not a number.
    """

    text: str
    tree: ast.expr
    truth: bool

    def sides(self) -> tuple["Formula", "Formula"] | None:
        """Return what stands left and right of its comparison, or None where it is not one comparison."""
        if not isinstance(self.tree, ast.Compare) or len(self.tree.ops) != 1:
            return None
        left, right = self.tree.left, self.tree.comparators[0]
        return Formula(self.text, left, False), Formula(self.text, right, False)

    def sign(self) -> str:
        """Return the name of its comparison (``Eq``, ``LtE``…), empty where it is not one comparison."""
        alone = isinstance(self.tree, ast.Compare) and len(self.tree.ops) == 1
        return type(self.tree.ops[0]).__name__ if alone and isinstance(self.tree, ast.Compare) else ""


@lru_cache(maxsize=4096)
def parse(text: str) -> Formula:
    """Parse a formula.

    Raises
    ------
    GidtkError
        If it says what no formula may say, or is too long or too deep.

    Examples
    --------
    >>> parse("granted_total + 1 > 2").truth
    True
    """
    if len(text) > LONGEST:
        raise GidtkError(f"formula of {len(text):,} characters ({text[:40]!r}…): at most {LONGEST:,}; split it")
    for pattern, why in ((_FOREIGN, "not a character of a formula"), (_GLUED, "a number runs into a word")):
        if found := pattern.search(text):
            raise wrong(text, found.start(), f"{found[0]!r} is {why}" if pattern is _FOREIGN else why)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise wrong(text, (error.offset or 1) - 1, "it breaks off or two parts are not joined") from None
    except (RecursionError, MemoryError, ValueError):
        raise wrong(text, 0, f"it is nested deeper than {DEEPEST} levels") from None
    return Formula(text, tree, _truth(tree, text, 0))


def fill(text: str, **values: object) -> str:
    """Put values in the places of a formula that are held open.

    Examples
    --------
    >>> fill("concluded_{column} <= {most} * received_{column}", column="legal", most=3)
    'concluded_legal <= 3 * received_legal'
    """

    def value(hole: re.Match[str]) -> str:
        if hole[1] not in values:
            raise GidtkError(
                f"formula {text!r}, position {hole.start() + 1}: nothing to put for {hole[0]}; "
                f"known are {', '.join(values) or 'none'}"
            )
        return str(values[hole[1]])

    return _HOLE.sub(value, text)


@lru_cache(maxsize=4096)
def mentions(formula: Formula) -> tuple[tuple[str, str, bool], ...]:
    """Return what a formula names: scope, name or pattern, and whether it is a pattern; each once.

    Examples
    --------
    >>> mentions(parse('prev.granted_total < sum("refused_*_total")'))
    (('prev', 'granted_total', False), ('', 'refused_*_total', True))
    """
    found = ((scope, name, isinstance(node, ast.Constant)) for node, scope, name in named(formula.tree))
    return tuple(dict.fromkeys(found))


def wrong(text: str, position: int, what: str) -> GidtkError:
    """Return the error for what a formula may not say: where it stands and what may be said.

    Examples
    --------
    >>> str(wrong("a ? b", 2, "'?' is not a character of a formula"))[:40]
    "formula 'a ? b', position 3: '?' is not "
    """
    return GidtkError(
        f"formula {text!r}, position {position + 1}: {what}; a formula has variables, numbers, + - * /, comparisons, "
        f"and, or, not, {', '.join((*ONE, *MANY))}"
    )


def _truth(node: ast.expr, text: str, depth: int) -> bool:
    """Check a node and what is below it; return whether it gives true or false."""
    if depth > DEEPEST:
        raise wrong(text, node.col_offset, f"it is nested deeper than {DEEPEST} levels")

    def all_are(truth: bool, nodes: Iterable[ast.expr]) -> None:
        for part in nodes:
            if _truth(part, text, depth + 1) != truth:
                kinds = ("a number", "true or false")
                raise wrong(text, part.col_offset, f"{kinds[truth]} is wanted here, this is {kinds[not truth]}")

    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and math.isfinite(value):
            return False
        case ast.Name() | ast.Attribute(value=ast.Name(id="prev" | "usual" | "largest" | "together")):
            return False
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right):
            all_are(False, (left, right))
            return False
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            all_are(False, (operand,))
            return False
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            all_are(True, (operand,))
            return True
        case ast.BoolOp(values=values):
            all_are(True, values)
            return True
        case ast.Compare(left=left, ops=ops, comparators=others) if all(isinstance(op, _COMPARISONS) for op in ops):
            all_are(False, (left, *others))
            return True
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if args and name in (*ONE, *MANY):
            if name in ONE and len(args) != 1:
                raise wrong(text, node.col_offset, f"{name} takes one number")
            patterns = [arg for arg in args if name not in ONE and _is_pattern(arg)]
            all_are(False, (arg for arg in args if arg not in patterns))
            return False
    raise wrong(text, node.col_offset, f"{(ast.get_source_segment(text.strip(), node) or text)[:40]!r} is not allowed")


def _is_pattern(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def named(tree: ast.expr) -> Iterator[tuple[ast.expr, str, str]]:
    """Yield every name and pattern with its scope."""
    if isinstance(tree, ast.Name):
        yield tree, "", tree.id
    elif isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name):
        yield tree, tree.value.id, tree.attr
    elif isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield (tree, *scoped(tree.value))
    else:
        parts = tree.args if isinstance(tree, ast.Call) else ast.iter_child_nodes(tree)
        for part in parts:
            if isinstance(part, ast.expr):
                yield from named(part)


def scoped(pattern: str) -> tuple[str, str]:
    """Return the scope of a pattern, empty for the report's own variables, and the pattern itself.

    Examples
    --------
    >>> scoped("prev.refused_*_total")
    ('prev', 'refused_*_total')
    """
    scope, dot, name = pattern.partition(".")
    return (scope, name) if dot and scope in SCOPES else ("", pattern)
