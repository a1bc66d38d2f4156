"""The experiment that a shopper's search is part of."""

import json
import logging

from deepstyle.api.problems import ProblemError
from deepstyle.api.resources import Resources
from deepstyle.errors import DeepstyleError
from deepstyle.people.experiments.design import Surface
from deepstyle.people.experiments.stored import running
from deepstyle.people.experiments.variants import PLAIN, Trial, Variants, trial_of
from deepstyle.people.ranking.stage import Personal
from deepstyle.people.shopper import Shopper

PERSONAL = "personal"
log = logging.getLogger("deepstyle.api")


def find_trial(
    resources: Resources, surface: Surface, shopper: Shopper, personal: Personal, asked: object
) -> Trial | None:
    """The trial of a search for ``asked``, which all of its pages share; ``None`` where she is in no experiment.

    What she hid leaves the results of every variant. Where experiments cannot be read, the search goes on without.
    """
    if not shopper.may_measure:
        return None
    try:
        experiment = running(resources.people, surface)
    except (ProblemError, DeepstyleError) as error:
        log.warning("a search is in no experiment: %s", error)
        return None
    if experiment is None:
        return None
    variants: Variants = {PLAIN: personal.without_order().stages, PERSONAL: personal.stages}
    return trial_of(experiment, shopper, variants, query_id=json.dumps(asked, sort_keys=True, default=str))
