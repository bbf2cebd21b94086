"""A report as a card of HTML, for notebooks."""

from html import escape
from typing import TYPE_CHECKING

from gidtk.form import labels

if TYPE_CHECKING:
    from gidtk.report import Report

__all__ = ["report_card"]

_STYLE = """<style>
.gidtk-card{border:1px solid #8884;border-radius:6px;padding:.8em 1em;max-width:60em;line-height:1.5}
.gidtk-card h3{margin:0 0 .4em}
.gidtk-card dl{display:grid;grid-template-columns:max-content auto;gap:.1em 1em;margin:.4em 0}
.gidtk-card dt{opacity:.7;float:none;width:auto;font-weight:normal;white-space:nowrap}
.gidtk-card dd{margin:0}.gidtk-card details{margin:.4em 0}.gidtk-card summary{cursor:pointer}
.gidtk-card table{border-collapse:collapse;margin:.4em 0;font-variant-numeric:tabular-nums}
.gidtk-card th,.gidtk-card td{border-bottom:1px solid #8883;padding:.15em .6em;text-align:right}
.gidtk-card th[scope=row]{text-align:left;font-weight:normal}.gidtk-card .gidtk-gap{opacity:.5}
</style>"""
_GAPS = {"blank": "空", "dash": "—", "absent": "缺", "unreadable": "?"}


def report_card(report: "Report") -> str:
    """Return a report as HTML: identity, verdicts, issues, its tables as tables. Everything printed is escaped."""
    title = report.title or report.agency or report.source.file
    facts = [
        ("机关 Agency", report.agency),
        ("地区 Region", " ".join(filter(None, (report.region, report.region_code, report.level)))),
        ("年度 Year", report.year),
        ("发布 Published", report.published),
        ("格式 Form", report.form),
        (
            "来源 Source",
            f"{report.source.file} ({report.source.format}, sha256 {report.source.sha256[:12]}…)",
        ),
        ("单元格 Cells", _count(report)),
        ("核对 Verdicts", _verdicts(report)),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value or '—'))}</dd>" for name, value in facts)
    parts = [
        _failures(report),
        _issues(report),
        *(_table(report, t) for t in ("disclosure", "requests", "disputes", "statistics")),
    ]
    return f'{_STYLE}<div class="gidtk-card"><h3>{escape(title)}</h3><dl>{listed}</dl>{"".join(parts)}</div>'


def _count(report: "Report") -> str:
    counts = report.cells["status"].value_counts()
    return ", ".join(f"{count} {status}" for status, count in counts.items()) or "—"


def _verdicts(report: "Report") -> str:
    counts = report.verdicts["verdict"].value_counts()
    return ", ".join(f"{counts.get(name, 0)} {name}" for name in ("pass", "fail", "not assessable"))


def _failures(report: "Report") -> str:
    failed = report.verdicts[report.verdicts["verdict"] == "fail"]
    items = "".join(
        f"<li>{escape(f'{r.message} ({r.severity}: {r.rule}, {r.subject})')}</li>" for r in failed.itertuples()
    )
    return (
        f"<details open><summary>不相符 What does not add up ({len(failed)})</summary><ul>{items}</ul></details>"
        if items
        else ""
    )


def _issues(report: "Report") -> str:
    items = "".join(f"<li>{escape(f'{i.severity}: {i.message}')}</li>" for i in report.issues)
    return f"<details><summary>问题 Issues ({len(report.issues)})</summary><ul>{items}</ul></details>" if items else ""


def _table(report: "Report", table: str) -> str:
    own = report.cells[report.cells["table"] == table]
    if own.empty:
        return ""
    columns = list(dict.fromkeys(own["column"]))
    head = "".join(f'<th scope="col">{escape(report.column_name(table, c))}</th>' for c in columns)
    parts = [own[name].tolist() for name in ("row", "column", "value", "status", "raw")]
    shown = {(row, column): _shown(*printed) for row, column, *printed in zip(*parts, strict=True)}
    body = "".join(
        f'<tr><th scope="row">{escape(report.row_name(row))}</th>'
        + "".join(shown.get((row, c), "<td></td>") for c in columns)
        + "</tr>"
        for row in dict.fromkeys(own["row"])
    )
    caption = "统计表 Statistics table"
    if facts := labels().sections.get({"disclosure": "proactive_disclosure"}.get(table, table)):
        caption = f"{facts['number']}、{facts['zh']} {facts['en']}"
    return (
        f"<details><summary>{escape(caption)}</summary><table><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></details>"
    )


def _shown(value: float | None, status: str, raw: str) -> str:
    if status == "ok" and value is not None:
        return f'<td title="{escape(raw)}">{value:,.15g}</td>'
    return f'<td class="gidtk-gap" title="{escape(f"{status}: {raw}")}">{_GAPS[status]}</td>'
