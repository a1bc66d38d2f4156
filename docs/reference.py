"""Write the generated parts of the documentation: commands, routes, limits and what is stored of people.

``python docs/reference.py`` replaces what lies between ``<!-- generated: NAME -->`` and ``<!-- end -->`` in ``docs/``;
a test fails where the pages are out of date.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import click
import typer.main

DOCS = Path(__file__).parent
PART = re.compile(r"(?<=<!-- generated: )(\w+)( -->\n).*?(?=<!-- end -->)", re.S)
METHODS = ("get", "post", "put", "patch", "delete")


def commands(command: click.Command, path: str = "deepstyle") -> Iterator[tuple[str, click.Command]]:
    """Every command below ``command`` with its full name, such as ``deepstyle outfit score``."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        if not child.hidden:
            yield from commands(child, f"{path} {name}")


def all_commands() -> dict[str, click.Command]:
    """The commands of deepstyle by their full name."""
    from deepstyle.cli import app

    return dict(commands(typer.main.get_command(app)))


def examples(command: click.Command) -> list[str]:
    """The example command lines in a command's help."""
    return re.findall(r"Example: \[bold\](.*?)\[/\]", _one_line(command.help or ""))


def command_reference() -> str:
    """A section for each command: what it does, its arguments and options."""
    return "\n".join(_command_section(path, command) for path, command in all_commands().items())


def _command_section(path: str, command: click.Command) -> str:
    paragraphs = [_one_line(paragraph) for paragraph in (command.help or "").split("\n\n")]
    prose = [_plain(one) for one in paragraphs if one and not one.startswith("Example:")]
    shown = [f"```sh\n{example}\n```" for example in examples(command)]
    arguments = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    options = [_option(one) for one in command.params if one.param_type_name == "option" and one.name != "help"]
    table = ["\n".join(["| option | meaning |", "| --- | --- |", *options])] if options else []
    listed = ["\n".join(arguments)] if arguments else []
    return "\n\n".join([f"### `{path}`", *prose, *shown, *listed, *table]) + "\n"


def _argument(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return f"- `{name}`: {_plain(argument.help or '')}"


def _option(option: Any) -> str:
    names = " / ".join(f"`{name}`" for name in (*_longest_first(option.opts), *option.secondary_opts))
    default = option.default
    shown = f" Default: `{default}`." if isinstance(default, (str, int, float)) and default not in ("", False) else ""
    return f"| {names} | {_cell(_plain(option.help or ''))}{shown} |"


def _longest_first(names: list[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return re.sub(r"\[bold\](.*?)\[/(?:bold)?\]", r"`\1`", text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def route_reference() -> str:
    """A section for each route of the OpenAPI document: what it does, its parameters and its answers."""
    from deepstyle.api.app import create_app

    document = create_app().openapi()
    return "\n".join(
        _route_section(method, path, operation, document)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    )


def _route_section(method: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    prose = (operation.get("description") or "").replace("``", "`")
    rows = [*_parameters(operation), *_form_fields(operation, document)]
    table = ["\n".join(["| parameter | in | meaning |", "| --- | --- | --- |", *rows])] if rows else []
    statuses = ", ".join(f"`{status}`" for status in sorted(operation["responses"]))
    parts = [f"### `{method.upper()} {path}`", f"{operation['summary']}.", prose, *table, f"Statuses: {statuses}."]
    return "\n\n".join(part for part in parts if part) + "\n"


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    for one in operation.get("parameters", []):
        yield f"| `{one['name']}` | {one['in']} | {_cell(one.get('description', ''))} |"


def _form_fields(operation: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    for content, body in operation.get("requestBody", {}).get("content", {}).items():
        kind = "form" if content.startswith("multipart") else "JSON"
        schema = body.get("schema", {})
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for name, field in schema.get("properties", {}).items():
            yield f"| `{name}` | {kind} | {_cell(_one_line(field.get('description', '')))} |"


def limit_reference() -> str:
    """The table of everything that a client controls."""
    from deepstyle.api.limits import as_markdown

    return as_markdown() + "\n"


def privacy_reference() -> str:
    """The table of what is stored of people, why and for how long."""
    from deepstyle.people.privacy import as_markdown

    return as_markdown() + "\n"


PARTS: Final[dict[str, Callable[[], str]]] = {
    "commands": command_reference,
    "routes": route_reference,
    "limits": limit_reference,
    "privacy": privacy_reference,
}


def generated(page: str) -> str:
    """``page`` with each of its generated parts written anew."""
    return PART.sub(lambda found: f"{found[1]}{found[2]}\n{PARTS[found[1]]()}\n", page)


def main() -> None:
    """Write every page of ``docs/`` that has a generated part."""
    for page in sorted(DOCS.rglob("*.md")):
        text = page.read_text("utf-8")
        if (written := generated(text)) != text:
            page.write_text(written, "utf-8")


if __name__ == "__main__":
    main()
