"""The command line: each command parses its arguments, calls the library and prints; one file per feature."""

import sys
from typing import NoReturn

import typer

from deepstyle.cli import (
    backup,
    calibrate,
    calibrate_outfits,
    check,
    compatible,
    copy,
    data,
    demo,
    duplicates,
    encode,
    evaluate,
    evaluate_benchmark,
    evaluate_compat,
    events,
    experiment,
    failure,
    feeds,
    find,
    garments,
    info,
    items,
    keys,
    learn,
    looks,
    model,
    openapi,
    outfit,
    people,
    pictures,
    points,
    privacy,
    quantise,
    report,
    rules,
    search,
    serve,
    shop_look,
    suggest,
    sync,
    train_compat,
    train_style,
    usage,
    users,
    weights,
)

app = typer.Typer(
    name="deepstyle",
    cls=usage.Commands,
    help="Visual search and outfit compatibility for a fashion catalogue.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

START, CATALOGUE, SEARCH, OUTFITS, PEOPLE, MODELS = "Start here", "Catalogue", "Search", "Outfits", "People", "Models"
train = typer.Typer(help="Train on a catalogue of your own.", no_args_is_help=True)

app.command("demo", rich_help_panel=START)(demo.demo)
app.command("serve", rich_help_panel=START)(serve.serve)
app.command("info", rich_help_panel=START)(info.info)
app.command("openapi", rich_help_panel=START)(openapi.openapi)
app.command("import", rich_help_panel=CATALOGUE)(data.import_)
app.command("feeds", rich_help_panel=CATALOGUE)(feeds.feeds)
app.command("encode", rich_help_panel=CATALOGUE)(encode.encode)
app.command("sync", rich_help_panel=CATALOGUE)(sync.sync)
app.command("copy", rich_help_panel=CATALOGUE)(copy.copy)
app.command("check", rich_help_panel=CATALOGUE)(check.check)
app.command("backup", rich_help_panel=CATALOGUE)(backup.backup)
app.command("restore", rich_help_panel=CATALOGUE)(backup.restore)
app.add_typer(data.app, name="data", rich_help_panel=CATALOGUE)
data.app.command("duplicates")(duplicates.duplicates)
app.add_typer(items.app, name="item", rich_help_panel=CATALOGUE)
app.add_typer(pictures.app, name="pictures", rich_help_panel=CATALOGUE)
app.add_typer(keys.app, name="keys", rich_help_panel=START)
app.command("similar", rich_help_panel=SEARCH)(search.similar)
app.command("search", rich_help_panel=SEARCH)(search.search)
app.command("shop-the-look", rich_help_panel=SEARCH)(shop_look.shop_the_look)
app.command("garments", rich_help_panel=SEARCH)(garments.garments)
app.command("find", rich_help_panel=SEARCH)(find.find)
app.add_typer(evaluate.app, name="evaluate", rich_help_panel=SEARCH)
app.add_typer(calibrate.app, name="calibrate", rich_help_panel=SEARCH)
app.command("suggest", rich_help_panel=OUTFITS)(suggest.suggest)
app.command("compatible", rich_help_panel=OUTFITS)(compatible.compatible)
app.add_typer(outfit.app, name="outfit", rich_help_panel=OUTFITS)
app.add_typer(looks.app, name="looks", rich_help_panel=OUTFITS)
app.add_typer(users.app, name="users", rich_help_panel=PEOPLE)
app.add_typer(people.app, name="people", rich_help_panel=PEOPLE)
app.add_typer(privacy.app, name="privacy", rich_help_panel=PEOPLE)
app.add_typer(events.app, name="events", rich_help_panel=PEOPLE)
app.add_typer(rules.app, name="rules", rich_help_panel=PEOPLE)
calibrate.app.command("outfits")(calibrate_outfits.outfits)
evaluate.app.command("compat")(evaluate_compat.evaluate_compat)
evaluate.app.command("benchmark")(evaluate_benchmark.evaluate_benchmark)
train.command("style")(train_style.style)
train.command("compat")(train_compat.train_compat)
app.add_typer(train, name="train", rich_help_panel=MODELS)
app.command("export", rich_help_panel=MODELS)(train_style.export)
app.command("report", rich_help_panel=MODELS)(report.report)
app.command("points", rich_help_panel=SEARCH)(points.points)
app.add_typer(model.app, name="model", rich_help_panel=MODELS)
app.add_typer(weights.app, name="weights", rich_help_panel=MODELS)
app.command("quantise", rich_help_panel=MODELS)(quantise.quantise)
app.add_typer(experiment.app, name="experiment", rich_help_panel=PEOPLE)
app.add_typer(learn.app, name="learn", rich_help_panel=PEOPLE)


def main() -> NoReturn:
    """Run the command line; whatever goes wrong prints one message and a remedy, see ``deepstyle.cli.failure``."""
    sys.exit(failure.run(app))
