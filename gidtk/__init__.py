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
    "agreement": "agreement",
    "all_of": "peers",
    "answers": "indicators",
    "boilerplate": "boilerplate",
    "build_corpus": "build",
    "carry_over": "overyears",
    "check_across": "across",
    "check_cells": "checks",
    "choose": "chosen",
    "claims": "claims",
    "code_items": "codes",
    "codebook": "codebook",
    "collocations": "collocations",
    "compared": "overyears",
    "confusion": "agreement",
    "contributions": "changes",
    "Corpus": "corpus",
    "coverage": "coverage",
    "disagreements": "agreement",
    "diversity": "diversity",
    "donors": "donors",
    "draw_sheet": "codingsheets",
    "dyads": "dyads",
    "each": "each",
    "explore": "explore",
    "find_report": "found",
    "frequency": "textstats",
    "funnel": "regional",
    "GidtkError": "errors",
    "indicators": "indicators",
    "keyness": "keyness",
    "kwic": "textstats",
    "load_form": "form",
    "MissingExtraError": "errors",
    "narratives": "narratives",
    "new_study": "study",
    "NotAReportError": "errors",
    "notebooks": "study",
    "notice": "flags",
    "open_corpus": "corpus",
    "over_years": "overyears",
    "pair_items": "pairs",
    "panel": "panel",
    "peers_of": "peers",
    "pooled": "regional",
    "problem_codes": "codes",
    "problem_flow": "flows",
    "problems": "problems",
    "promises": "promises",
    "province_codes": "coverage",
    "quality": "quality",
    "quantities": "quantities",
    "read_blocks": "readers",
    "read_codings": "codings",
    "read_report": "report",
    "read_reports": "report",
    "readability": "readability",
    "record": "results",
    "recurrences": "promises",
    "Report": "report",
    "reports_in": "each",
    "rerun": "rerun",
    "results": "results",
    "reuse": "reuse",
    "rules": "form",
    "sample": "bundled",
    "say": "shown",
    "shares": "indicators",
    "show_table": "shown",
    "shrunk": "shrinkage",
    "side_by_side": "sidebyside",
    "simulate": "simulate",
    "specifics": "specifics",
    "spreads": "spreads",
    "suspects": "checks",
    "tfidf": "textstats",
    "tokenize": "tokens",
    "topics": "topics",
    "UnreadableFileError": "errors",
    "value_names": "shown",
    "write_bundle": "bundle",
    "write_csv": "files",
    "write_sheet": "codingsheets",
    "write_table": "export",
    "years_of": "peers",
    "years_there": "coverage",
}

__all__ = [
    "__version__",
    "agreement",
    "all_of",
    "answers",
    "boilerplate",
    "build_corpus",
    "carry_over",
    "check_across",
    "check_cells",
    "choose",
    "claims",
    "code_items",
    "codebook",
    "collocations",
    "compared",
    "confusion",
    "contributions",
    "Corpus",
    "coverage",
    "disagreements",
    "diversity",
    "donors",
    "draw_sheet",
    "dyads",
    "each",
    "explore",
    "find_report",
    "frequency",
    "funnel",
    "GidtkError",
    "indicators",
    "keyness",
    "kwic",
    "load_form",
    "MissingExtraError",
    "narratives",
    "new_study",
    "NotAReportError",
    "notebooks",
    "notice",
    "open_corpus",
    "over_years",
    "pair_items",
    "panel",
    "peers_of",
    "pooled",
    "problem_codes",
    "problem_flow",
    "problems",
    "promises",
    "province_codes",
    "quality",
    "quantities",
    "read_blocks",
    "read_codings",
    "read_report",
    "read_reports",
    "readability",
    "record",
    "recurrences",
    "Report",
    "reports_in",
    "rerun",
    "results",
    "reuse",
    "rules",
    "sample",
    "say",
    "shares",
    "show_table",
    "shrunk",
    "side_by_side",
    "simulate",
    "specifics",
    "spreads",
    "suspects",
    "tfidf",
    "tokenize",
    "topics",
    "UnreadableFileError",
    "value_names",
    "write_bundle",
    "write_csv",
    "write_sheet",
    "write_table",
    "years_of",
    "years_there",
]

if TYPE_CHECKING:
    from gidtk.across import check_across
    from gidtk.agreement import agreement, confusion, disagreements
    from gidtk.boilerplate import boilerplate
    from gidtk.build import build_corpus
    from gidtk.bundle import write_bundle
    from gidtk.bundled import sample
    from gidtk.changes import contributions
    from gidtk.checks import check_cells, suspects
    from gidtk.chosen import choose
    from gidtk.claims import claims
    from gidtk.codebook import codebook
    from gidtk.codes import code_items, problem_codes
    from gidtk.codings import read_codings
    from gidtk.codingsheets import draw_sheet, write_sheet
    from gidtk.collocations import collocations
    from gidtk.corpus import Corpus, open_corpus
    from gidtk.coverage import coverage, province_codes, years_there
    from gidtk.diversity import diversity
    from gidtk.donors import donors
    from gidtk.dyads import dyads
    from gidtk.each import each, reports_in
    from gidtk.errors import GidtkError, MissingExtraError, NotAReportError, UnreadableFileError
    from gidtk.explore import explore
    from gidtk.export import write_table
    from gidtk.files import write_csv
    from gidtk.flags import notice
    from gidtk.flows import problem_flow
    from gidtk.form import load_form, rules
    from gidtk.found import find_report
    from gidtk.indicators import answers, indicators, shares
    from gidtk.keyness import keyness
    from gidtk.narratives import narratives
    from gidtk.overyears import carry_over, compared, over_years
    from gidtk.pairs import pair_items
    from gidtk.panel import panel
    from gidtk.peers import all_of, peers_of, years_of
    from gidtk.problems import problems
    from gidtk.promises import promises, recurrences
    from gidtk.quality import quality
    from gidtk.quantities import quantities
    from gidtk.readability import readability
    from gidtk.readers import read_blocks
    from gidtk.regional import funnel, pooled
    from gidtk.report import Report, read_report, read_reports
    from gidtk.rerun import rerun
    from gidtk.results import record, results
    from gidtk.reuse import reuse
    from gidtk.shown import say, show_table, value_names
    from gidtk.shrinkage import shrunk
    from gidtk.sidebyside import side_by_side
    from gidtk.simulate import simulate
    from gidtk.specifics import specifics
    from gidtk.spreads import spreads
    from gidtk.study import new_study, notebooks
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
