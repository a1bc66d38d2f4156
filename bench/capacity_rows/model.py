"""How many machines, how much memory, what latency and what cost: arithmetic on the inputs, nothing measured here."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Inputs = Mapping[str, Mapping[str, Any]]
HOURS_A_MONTH: Final = 730
MIB_PER_GIB: Final = 1024
MACHINE_CORES: Final = (2, 4, 8, 16, 32)
"""The machines that are chosen from; each has ``gib_per_core`` of memory."""
UNNOTICED: Final = 0.25
"""A limit that is used to this share is not worth naming."""
DEAREST: Final = 1.25
"""Fewer and larger machines may cost so much more than the cheapest choice."""


@dataclass(frozen=True)
class Machines:
    """``count`` machines of ``cores`` cores and ``gib`` GiB each."""

    count: int
    cores: int
    gib: float


@dataclass(frozen=True)
class Plan:
    """What one deployment needs: machines by role, GiB of memory in all, p50 in ms, and price units a month.

    ``breaks_first`` says what stops the next step, or why there is no plan at all (``machines`` is then empty).
    """

    machines: Mapping[str, Machines]
    memory_gib: float
    p50_ms: float
    cost: float
    breaks_first: str


def power_law(sizes: Sequence[float], values: Sequence[float], at: float) -> float:
    """The value at ``at`` by the exponent between the last two sizes; between sizes, by the two around it."""
    pairs = list(zip(sizes, values, strict=True))
    upper = next((place for place, (size, _) in enumerate(pairs) if size >= at), len(pairs) - 1)
    (small, low), (large, high) = pairs[max(upper, 1) - 1], pairs[max(upper, 1)]
    exponent = math.log(high / low) / math.log(large / small)
    return high * (at / large) ** exponent


def api_core_ms(inputs: Inputs) -> float:
    """Core milliseconds of the mean query in the API, the vector search left out."""
    assumed, share = inputs["assumed"], inputs["assumed"]["photo_share"]
    return float(share * inputs["request"]["photo_core_ms"] + (1 - share) * assumed["other_core_ms"])


def cores_for(core_ms: float, queries_per_s: float, inputs: Inputs) -> float:
    """Cores at the assumed utilisation."""
    return core_ms / 1000 * queries_per_s / inputs["assumed"]["utilisation"]


def sqlite_plan(items: int, queries_per_s: int, inputs: Inputs) -> Plan:
    """One machine with the store's file, the vectors in the memory of its one process."""
    own, assumed = inputs["sqlite"], inputs["assumed"]
    memory_gib = power_law(own["items"], own["memory"], items) / MIB_PER_GIB
    search_ms = power_law(own["items"], own["search"], items)
    cores = cores_for(api_core_ms(inputs) + search_ms, queries_per_s, inputs)
    p50_ms = search_ms + _photo_ms(inputs) + assumed["hop_ms"]
    open_s = power_law(own["items"], own["open"], items)
    limits = {
        f"memory: {memory_gib:,.0f} GiB in one process": memory_gib
        / (assumed["memory_share"] * assumed["largest_machine_gib"]),
        f"cores: {cores:,.0f} of one machine": cores / assumed["largest_machine_cores"],
        f"search: {search_ms:,.0f} ms": p50_ms / assumed["latency_limit_ms"],
        f"restart: {open_s:,.0f} s": open_s / 600,
    }
    worst = max(limits, key=lambda name: limits[name])
    if limits[worst] > 1:
        return Plan({}, memory_gib, p50_ms, 0, worst)
    worst = worst if limits[worst] > UNNOTICED else "the one machine: nothing stands in for it"
    gib = memory_gib / assumed["memory_share"]
    chosen = Machines(1, max(math.ceil(cores), 2), max(math.ceil(gib), 4))
    cost = _price(chosen, inputs) + _disk(items * own["disk_bytes_per_item"], inputs)
    return Plan({"API and store": chosen}, chosen.gib, p50_ms, cost, worst)


def milvus_plan(items: int, queries_per_s: int, inputs: Inputs) -> Plan:
    """API machines without vectors, a MongoDB replica set (or shards), and Milvus query nodes with two replicas."""
    own, assumed = inputs["milvus"], inputs["assumed"]
    raw_gb = items * assumed["dimension"] * 4 / 1e9
    index_gib = raw_gb * 1e9 * own["memory_over_raw"] / 2**30
    segments = max(1, math.ceil(raw_gb / assumed["segment_gb"]))
    core_ms = segments * 1000 * own["cores"] / own["qps"]
    nodes = machines_for(cores_for(core_ms, queries_per_s, inputs), 2 * index_gib, 2, inputs)
    p50_ms = core_ms / min(segments, nodes.cores) + _photo_ms(inputs) + 3 * assumed["hop_ms"]
    plan = {**_around(items, queries_per_s, inputs), "Milvus query": nodes, "Milvus other": Machines(3, 2, 8)}
    return _plan(plan, items, p50_ms, _scarce("query nodes", core_ms, queries_per_s, 2 * index_gib, inputs), inputs)


def atlas_plan(items: int, queries_per_s: int, inputs: Inputs) -> Plan:
    """API machines without vectors, an Atlas cluster, and its search nodes, each with all int8 vectors in memory."""
    own, assumed = inputs["atlas"], inputs["assumed"]
    index_gib = items * assumed["dimension"] * own["int8_bytes_per_dimension"] / 2**30
    growth = max(1.0, math.log(items) / math.log(own["items"]))
    core_ms = own["latency_ms"] * assumed["dimension"] / own["dimension"] * growth
    nodes = machines_for(cores_for(core_ms, queries_per_s, inputs), 2 * index_gib, 2, inputs)
    p50_ms = core_ms + _photo_ms(inputs) + 3 * assumed["hop_ms"]
    if nodes.count > own["search_nodes_max"]:
        return Plan({}, 0, p50_ms, 0, f"{nodes.count} search nodes of a cluster that has at most 32")
    plan = {**_around(items, queries_per_s, inputs), "search": nodes}
    scarce = _scarce("search nodes", core_ms, queries_per_s, 2 * index_gib, inputs)
    return _plan(plan, items, p50_ms, scarce, inputs, managed=("MongoDB", "search"))


def machines_for(cores: float, gib: float, least: int, inputs: Inputs) -> Machines:
    """At least ``least`` machines with ``cores`` and ``gib`` in all: the fewest that cost little more than any."""
    assumed, choices = inputs["assumed"], []
    for size in MACHINE_CORES:
        each_gib = size * assumed["gib_per_core"]
        count = max(least, math.ceil(cores / size), math.ceil(gib / (each_gib * assumed["memory_share"])))
        choices.append(Machines(count, size, each_gib))
    cheapest = min(_price(one, inputs) for one in choices)
    return min((one for one in choices if _price(one, inputs) <= DEAREST * cheapest), key=lambda one: one.count)


def _around(items: int, queries_per_s: int, inputs: Inputs) -> dict[str, Machines]:
    """The API, and MongoDB: a replica set of three for each shard."""
    own, assumed = inputs["mongodb"], inputs["assumed"]
    api = machines_for(cores_for(api_core_ms(inputs), queries_per_s, inputs), 0, 2, inputs)
    stored_gb = items * (own["items_bytes"] + own["embeddings_bytes"]) / 1e9
    working_gib = items * (own["items_index_bytes"] + own["embeddings_index_bytes"] + own["items_bytes"]) / 2**30
    shards = max(1, math.ceil(stored_gb / assumed["shard_gb"]))
    cores = cores_for(assumed["mongodb_core_ms"], queries_per_s, inputs)
    member = machines_for(3 * cores, 3 * working_gib, 3 * shards, inputs)
    return {"API": api, "MongoDB": Machines(3 * math.ceil(member.count / 3), member.cores, member.gib)}


def _scarce(role: str, core_ms: float, queries_per_s: int, gib: float, inputs: Inputs) -> str:
    """What of the machines of ``role`` is used up first; the API's encoder where it takes more cores than they do."""
    assumed, cores = inputs["assumed"], cores_for(core_ms, queries_per_s, inputs)
    by_memory = gib / assumed["memory_share"] / assumed["gib_per_core"]
    if max(cores, by_memory) < 2 * MACHINE_CORES[0] and cores_for(api_core_ms(inputs), queries_per_s, inputs) < 4:
        return "nothing: the least that survives a loss"
    if by_memory > cores:
        return f"{role}' memory"
    return f"{role}' cores" if core_ms > api_core_ms(inputs) else "the API's cores, which encode"


def _photo_ms(inputs: Inputs) -> float:
    """What the API adds to the mean query: the photos' encoding, and about 1 ms of its own."""
    assumed = inputs["assumed"]
    return float(assumed["photo_share"] * assumed["photo_latency_ms"]) + 1


def _plan(
    machines: Mapping[str, Machines],
    items: int,
    p50_ms: float,
    breaks: str,
    inputs: Inputs,
    managed: Sequence[str] = (),
) -> Plan:
    assumed, own = inputs["assumed"], inputs["mongodb"]
    cost = _disk(3 * items * (own["items_bytes"] + own["items_index_bytes"] + own["embeddings_bytes"]), inputs)
    for role, chosen in machines.items():
        cost += (assumed["managed_factor"] if role in managed else 1) * _price(chosen, inputs)
    return Plan(machines, sum(one.count * one.gib for one in machines.values()), p50_ms, cost, breaks)


def _price(machines: Machines, inputs: Inputs) -> float:
    """What the machines cost a month."""
    assumed = inputs["assumed"]
    hourly = machines.cores * assumed["core_hour"] + machines.gib * assumed["gib_hour"]
    return float(machines.count * hourly * HOURS_A_MONTH)


def _disk(stored_bytes: float, inputs: Inputs) -> float:
    return float(stored_bytes / 1e9 * inputs["assumed"]["disk_gb_month"])
