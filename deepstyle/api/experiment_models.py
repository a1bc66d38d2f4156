"""The schemas of experiments."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from deepstyle.people.experiments.design import MAX_NAME_CHARS, Experiment, Guardrail, Method, Metric, Surface
from deepstyle.people.experiments.report import Report, Verdict

DECLARED: Final[dict[str, Any]] = {
    "name": "personal-search",
    "surface": "search",
    "method": "interleave",
    "a": "plain",
    "b": "personal",
    "metric": "click",
    "guardrails": ["hides"],
    "tolerance": 0.1,
    "alpha": 0.05,
    "share": 1.0,
}
EXAMPLE: Final[dict[str, Any]] = {
    **DECLARED,
    "state": "running",
    "started": "2026-11-27T08:00:00Z",
    "stopped": None,
}
VariantName = Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS, pattern=r"^[a-z0-9][a-z0-9-]*$")]


class NewExperiment(BaseModel):
    """What is compared and measured; it cannot be changed once it runs."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": DECLARED})

    name: str = Field(max_length=MAX_NAME_CHARS, pattern=r"^[a-z0-9][a-z0-9-]*$")
    surface: Surface = Field("search", description="Where; one experiment runs there at a time.")
    method: Method = Field("interleave", description="Both in one list, or each shopper sees one of them.")
    a: VariantName = Field("plain", description="The variant that `b` is compared with.")
    b: VariantName = Field(description="The variant that is tried.")
    metric: Metric = Field("click", description="What shoppers are to do more often; `interleave` counts clicks.")
    guardrails: list[Guardrail] = Field(
        ["hides"], max_length=4, description="What must not happen more often. `interleave` knows `hides` alone."
    )
    tolerance: float = Field(0.1, ge=0, le=1, description="By how much it may: 0.1 is 10 %.")
    alpha: float = Field(0.05, gt=0, le=0.2, description="The chance of a false result, over all readings together.")
    share: float = Field(1.0, gt=0, le=1, description="The part of the shoppers that takes part.")


class ExperimentState(NewExperiment):
    """An experiment."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    state: Literal["running", "stopped"]
    started: datetime
    stopped: datetime | None

    @classmethod
    def of(cls, one: Experiment) -> Self:
        """An experiment as an operator sees it."""
        return cls(**_declared(one))


class Experiments(BaseModel):
    """The experiments, the latest first."""

    experiments: list[ExperimentState]


class Counts(BaseModel):
    """A count for each arm."""

    a: int
    b: int


class Harm(BaseModel):
    """What must not happen more often with B."""

    name: Guardrail
    a: int = Field(description="Shoppers with A, or sessions in which more of A's items were hidden.")
    b: int
    ratio_low: float = Field(description="The least ratio of B to A that is not refuted.")
    is_broken: bool = Field(description="Whether that is above 1 + `tolerance`.")


class ExperimentReport(ExperimentState):
    """An experiment and what it has shown so far; it may be read, and acted on, at any time."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                **EXAMPLE,
                "exposed": {"a": 2310, "b": 2310},
                "wins": {"a": 511, "b": 689},
                "undecided": 1110,
                "b_share": 0.574,
                "low": 0.532,
                "high": 0.616,
                "harms": [{"name": "hides", "a": 12, "b": 9, "ratio_low": 0.42, "is_broken": False}],
                "is_split_sound": True,
                "verdict": "b_wins",
            }
        },
    )

    exposed: Counts = Field(description="Shoppers who met the variants; interleaved: sessions, the same for both.")
    wins: Counts = Field(description="Shoppers who did what `metric` says; interleaved: sessions that an arm won.")
    undecided: int = Field(description="Interleaved sessions that no arm won.")
    b_share: float = Field(description="The part of the wins that is B's; 0.5 is no difference.")
    low: float = Field(description="`b_share` is in truth from here …")
    high: float = Field(description="… to here, but with the chance `alpha`, over all readings together.")
    harms: list[Harm]
    is_split_sound: bool = Field(description="Whether as many shoppers met A as B, as they must.")
    verdict: Verdict

    @classmethod
    def of_report(cls, report: Report) -> Self:
        """A report as an operator sees it."""
        return cls(
            **_declared(report.experiment),
            exposed=Counts(a=report.exposed.a, b=report.exposed.b),
            wins=Counts(a=report.wins.a, b=report.wins.b),
            undecided=report.undecided,
            b_share=report.b_share,
            low=report.low,
            high=report.high,
            harms=[
                Harm(name=one.name, a=one.a, b=one.b, ratio_low=one.ratio_low, is_broken=one.is_broken)
                for one in report.guardrails
            ],
            is_split_sound=report.is_split_sound,
            verdict=report.verdict,
        )


def _declared(one: Experiment) -> dict[str, Any]:
    known = {name: value for name, value in one.fields().items() if name in NewExperiment.model_fields}
    return {
        **known,
        "state": "running" if one.is_running else "stopped",
        "started": datetime.fromtimestamp(one.started_s, UTC),
        "stopped": None if one.stopped_s is None else datetime.fromtimestamp(one.stopped_s, UTC),
    }
