"""Figures with their captions on one self-contained HTML page: no other file, no network."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.plain import plain_html
from deepstyle.report.published import Cell, Row

STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; color: #201e1c; background: #f7f5f2; margin: 2rem auto; max-width: 1500px;
       padding: 0 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .25rem; }
p { max-width: 46rem; margin: .25rem 0 1rem; color: #5b554d; }
img { max-width: 100%; height: auto; border: 1px solid #e4e0da; border-radius: 10px; background: #fff; }
table { border-collapse: collapse; } td { padding: .15rem 1.5rem .15rem 0; vertical-align: top; }
td:first-child { color: #7e7870; }
summary { cursor: pointer; margin: .75rem 0; }
th { text-align: left; padding: .15rem 1.5rem .15rem 0; font-weight: 600; }
.numbers { font-size: .875rem; font-variant-numeric: tabular-nums; } .numbers tr { border-top: 1px solid #e4e0da; }
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A PNG with a heading and a sentence that explains how to read it; ``rows`` are its numbers, where it has any."""

    title: str
    caption: str
    png: bytes
    rows: Sequence[Row] = ()


def render_page(title: str, facts: Mapping[str, str], figures: Sequence[Figure]) -> str:
    """The page as HTML; ``facts`` are shown in a table above the figures. All text is escaped."""
    rows = "".join(f"<tr><td>{plain_html(name)}</td><td>{plain_html(value)}</td></tr>" for name, value in facts.items())
    sections = "".join(_section(figure) for figure in figures)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{plain_html(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>\n'
        f"<body><h1>{plain_html(title)}</h1>\n<table>{rows}</table>\n{sections}</body></html>\n"
    )


def _section(figure: Figure) -> str:
    data = base64.b64encode(figure.png).decode()
    return (
        f"<section><h2>{plain_html(figure.title)}</h2><p>{plain_html(figure.caption)}</p>"
        f'<img alt="{plain_html(figure.title)}" src="data:image/png;base64,{data}">{_numbers(figure.rows)}</section>\n'
    )


def _numbers(rows: Sequence[Row]) -> str:
    """The numbers of a figure as a table that can be unfolded; all rows have the keys of the first."""
    if not rows:
        return ""
    head = "".join(f"<th>{plain_html(name.replace('_', ' '))}</th>" for name in rows[0])
    body = "".join(f"<tr>{''.join(map(_cell, row.values()))}</tr>" for row in rows)
    return f'<details><summary>The numbers</summary><table class="numbers"><tr>{head}</tr>{body}</table></details>'


def _cell(value: Cell) -> str:
    shown = ("yes" if value else "") if isinstance(value, bool) else "" if value is None else value
    return f"<td>{plain_html(str(shown))}</td>"
