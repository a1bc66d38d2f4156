"""The API's reference as one page of HTML, made from the OpenAPI document: no script, nothing from another host."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

Document = Mapping[str, Any]

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color:#1c1b1a}
nav{columns:2 22rem;margin:1.5rem 0}nav a{display:block}
h2{margin-top:3rem;text-transform:capitalize}h3{font:600 1rem ui-monospace,monospace;margin:2.5rem 0 .25rem}
h3 span{color:#8a3b12;text-transform:uppercase;margin-right:.5em}
table{border-collapse:collapse;width:100%}td,th{border-top:1px solid #ddd8d0;padding:.3rem .8rem .3rem 0}
td,th{text-align:left;vertical-align:top}
code,pre{font:.875rem/1.5 ui-monospace,monospace;background:#f4f1ec}pre{padding:.75rem;overflow:auto;max-height:24rem}
"""


def reference_page(document: Document) -> str:
    """The page for an OpenAPI 3.1 document."""
    tags: dict[str, list[str]] = {}
    links = []
    for path, method, operation in _operations(document):
        anchor = escape(operation["operationId"])
        links.append(f'<a href="#{anchor}">{escape(operation["summary"])}</a>')
        tags.setdefault(operation["tags"][0], []).append(_operation(document, path, method, operation))
    sections = [f"<h2>{escape(tag)}</h2>{''.join(parts)}" for tag, parts in tags.items()]
    schemas = document["components"]["schemas"]
    sections.append("<h2>Schemas</h2>" + "".join(_schema(name, schema) for name, schema in sorted(schemas.items())))
    info = document["info"]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{_text(info['description'])}</p>"
        '<p>For clients and tools: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>'
        f"<nav>{''.join(links)}</nav>{''.join(sections)}</html>"
    )


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _operation(document: Document, path: str, method: str, operation: Document) -> str:
    parts = [
        f'<h3 id="{escape(operation["operationId"])}"><span>{method}</span>{escape(path)}</h3>',
        f"<p>{escape(operation['summary'])}. {_text(operation.get('description', ''))}</p>",
    ]
    rows = [(f"{one['name']} ({one['in']})", one["schema"], one) for one in operation.get("parameters", [])]
    contents = operation.get("requestBody", {}).get("content", {})
    for media, content in contents.items():
        schema = _resolved(document, content["schema"])
        rows += [(f"{name} ({media})", field, field) for name, field in schema.get("properties", {}).items()]
    parts.append(_table(("Parameter", "Type", "Meaning"), rows))
    parts.append(f"<pre>{escape(_curl(path, method, contents))}</pre>")
    parts.append(_responses(operation["responses"]))
    return "".join(parts)


def _responses(responses: Mapping[str, Document]) -> str:
    rows = []
    for status, response in sorted(responses.items()):
        for media, content in response.get("content", {"": {}}).items():
            kind = escape(media) if int(status) < 400 else ", ".join(map(escape, content.get("examples", {})))
            schema = _type(content.get("schema", {}))
            rows.append(f"<tr><td>{status}<td>{escape(response['description'])}<td>{kind}<td>{schema}")
    return f"<table><tr><th>Status<th>Meaning<th>Content, or codes of problems<th>Schema{''.join(rows)}</table>"


def _schema(name: str, schema: Document) -> str:
    rows = [(field, value, value) for field, value in schema.get("properties", {}).items()]
    example = schema.get("example")
    shown = f"<pre>{escape(json.dumps(example, indent=2, ensure_ascii=False))}</pre>" if example else ""
    heading = f'<h3 id="schema-{escape(name)}">{escape(name)}</h3><p>{_text(schema.get("description", ""))}</p>'
    return heading + _table(("Field", "Type", "Meaning"), rows) + shown


def _table(header: tuple[str, ...], rows: list[tuple[str, Document, Document]]) -> str:
    if not rows:
        return ""
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{_type(schema)}<td>{_text(described.get('description', ''))}"
        for name, schema, described in rows
    )
    return f"<table><tr>{''.join(f'<th>{title}' for title in header)}{cells}</table>"


def _type(schema: Document) -> str:
    """A schema in a few words, with a link where it has a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type", "any")))


def _curl(path: str, method: str, contents: Mapping[str, Document]) -> str:
    """A command to start from; ``ORIGIN`` is where the server answers."""
    if "multipart/form-data" in contents:
        return f"curl -F image=@photo.jpg 'ORIGIN{path}'"
    return f"curl{'' if method == 'get' else f' -X {method.upper()}'} 'ORIGIN{path}'"


def _resolved(document: Document, schema: Document) -> Document:
    if "$ref" not in schema:
        return schema
    found: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _text(markdown: str) -> str:
    """A description: escaped, with what is between back quotes as code."""
    pieces = escape(markdown.replace("``", "`")).split("`")
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
