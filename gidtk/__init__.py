"""gidtk, the Government Information Disclosure Toolkit (政府信息公开工作年度报告).

Reads annual reports into cells, verdicts and words, and reruns notebooks over them. The public names are loaded
when they are first used, so that ``import gidtk`` costs nothing.

Examples
--------
>>> import gidtk as gid
>>> report = gid.read_report(gid.sample("anfu_2020.txt"))
>>> report.agency, report.year, int(report.requests.loc["received", "total"])
('安福县人民政府', 2020, 11)
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# public name -> the module it lives in
_HOMES = {
    "notice": "flags",
    "record": "results",
    "results": "results",
    "pooled": "regional",
    "funnel": "regional",
    "shrunk": "shrinkage",
    "record": "results",
    "results": "results",
    "code_items": "codes",
    "quantities": "quantities",
    "claims": "claims",
    "side_by_side": "sidebyside",
    "donors": "donors",
    "dyads": "dyads",
    "boilerplate": "boilerplate",
    "reuse": "reuse",
    "write_bundle": "bundle",
    "write_table": "export",
    "topics": "topics",
    "readability": "readability",
    "diversity": "diversity",
    "tfidf": "textstats",
    "collocations": "collocations",
    "keyness": "keyness",
    "check_across": "across",
    "indicators": "indicators",
    "codebook": "codebook",
    "panel": "panel",
    "read_reports": "report",
    "open_corpus": "corpus",
    "build_corpus": "build",
    "Corpus": "corpus",
    "problems": "problems",
    "shares": "indicators",
    "answers": "indicators",
    "GidtkError": "errors",
    "MissingExtraError": "errors",
    "NotAReportError": "errors",
    "UnreadableFileError": "errors",
    "Report": "report",
    "check_cells": "checks",
    "find_report": "corpus",
    "frequency": "textstats",
    "kwic": "textstats",
    "load_form": "form",
    "read_blocks": "readers",
    "read_report": "report",
    "rerun": "rerun",
    "rules": "form",
    "sample": "bundled",
    "simulate": "simulate",
    "suspects": "checks",
    "tokenize": "tokens",
    "write_csv": "files",
}

__all__ = [
    "notice",
    "record",
    "results",
    "pooled",
    "funnel",
    "shrunk",
    "record",
    "results",
    "code_items",
    "quantities",
    "claims",
    "side_by_side",
    "donors",
    "dyads",
    "boilerplate",
    "reuse",
    "write_bundle",
    "write_table",
    "topics",
    "readability",
    "diversity",
    "tfidf",
    "collocations",
    "keyness",
    "check_across",
    "indicators",
    "codebook",
    "panel",
    "read_reports",
    "open_corpus",
    "build_corpus",
    "Corpus",
    "problems",
    "shares",
    "answers",
    "GidtkError",
    "MissingExtraError",
    "NotAReportError",
    "Report",
    "UnreadableFileError",
    "__version__",
    "check_cells",
    "find_report",
    "frequency",
    "kwic",
    "load_form",
    "read_blocks",
    "read_report",
    "rerun",
    "rules",
    "sample",
    "simulate",
    "suspects",
    "tokenize",
    "write_csv",
]

if TYPE_CHECKING:
    from gidtk.across import check_across
    from gidtk.boilerplate import boilerplate
    from gidtk.build import build_corpus
    from gidtk.bundle import write_bundle
    from gidtk.bundled import sample
    from gidtk.checks import check_cells, suspects
    from gidtk.claims import claims
    from gidtk.codebook import codebook
    from gidtk.codes import code_items
    from gidtk.collocations import collocations
    from gidtk.corpus import Corpus, find_report, open_corpus
    from gidtk.diversity import diversity
    from gidtk.donors import donors
    from gidtk.dyads import dyads
    from gidtk.errors import GidtkError, MissingExtraError, NotAReportError, UnreadableFileError
    from gidtk.export import write_table
    from gidtk.files import write_csv
    from gidtk.flags import notice
    from gidtk.form import load_form, rules
    from gidtk.indicators import answers, indicators, shares
    from gidtk.keyness import keyness
    from gidtk.panel import panel
    from gidtk.problems import problems
    from gidtk.quantities import quantities
    from gidtk.readability import readability
    from gidtk.readers import read_blocks
    from gidtk.regional import funnel, pooled
    from gidtk.report import Report, read_report, read_reports
    from gidtk.rerun import rerun
    from gidtk.results import record, results
    from gidtk.reuse import reuse
    from gidtk.shrinkage import shrunk
    from gidtk.sidebyside import side_by_side
    from gidtk.simulate import simulate
    from gidtk.textstats import frequency, kwic, tfidf
    from gidtk.tokens import tokenize
    from gidtk.topics import topics


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"gidtk.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'gidtk' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})


class _Package(ModuleType):
    """Keeps ``gidtk.rerun`` the function when somebody imports the module of that name."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
