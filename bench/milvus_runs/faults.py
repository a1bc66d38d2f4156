"""Faults under a mixed load, one after another; after each, the index must be as the store is."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Final

import numpy as np

from bench.milvus_runs.items import BATCH, SPACE, differences, kill_primary, mongodb, opened, put, vector_of
from bench.milvus_runs.journal import Journal
from bench.milvus_runs.server import SERVERS, repeat
from deepstyle.errors import StoreError
from deepstyle.files import write_atomic
from deepstyle.index.follower import Verified, follow, verify
from deepstyle.index.indexed import IndexedStore
from tests.index.milvus_server import MilvusServer, milvus_server, wait_until
from tests.server_process import ServerProcess, die_with_parent
from tests.store.proxy import SilentProxy

RECOVERY_TIMEOUT_S: Final = 600.0
BEHIND_S: Final = 2.0
SEARCHES: Final = 5
"""So many each server answers between two faults."""
REPAIR_POLL_S: Final = 1.0
FLUSH_TIMEOUT_S: Final = 30.0
PAUSE_S: Final = 0.5
PARTITION_S: Final = 2.0
SESSION_TTL_S: Final = 6
"""Milvus ends by itself where it could not renew its session so long, such as on a machine under load."""
ABNORMAL_S: Final = 30.0
"""Some of its parts may end, and the process not: it is killed and started where it is unhealthy for so long."""
WEIGHTS: Final = {"kill engine": 1, "kill server": 1, "reset": 6, "silence": 3, "partition": 3, "delay": 5}
OF_MONGODB: Final = {"kill mongod": 1, "step down": 1, "reset": 5, "delay": 4}
KINDS: Final = tuple(WEIGHTS | OF_MONGODB)


@dataclass(frozen=True)
class Plan:
    """What is run: ``count`` faults over ``items`` items; the same ``seed`` and ``folder`` go on.

    ``only``: the kinds of faults, all where it is empty.
    """

    truth: str
    folder: Path
    items: int
    dimension: int
    count: int
    seed: int
    timeout_s: float
    only: tuple[str, ...] = ()

    def kinds(self) -> list[str]:
        """The kind of each fault: every ``sum(weights)`` of them are as the weights say, in any order."""
        weights = WEIGHTS | (OF_MONGODB if self.truth == "mongodb" else {})
        chosen = [kind for kind, weight in weights.items() if not self.only or kind in self.only for _ in range(weight)]
        drawn = random.Random(self.seed)
        blocks = (drawn.sample(chosen, len(chosen)) for _ in range(-(-self.count // len(chosen))))
        return list(chain.from_iterable(blocks))[: self.count]


@dataclass
class ApiServer(ServerProcess):
    """A process of ``bench.milvus_runs.server``, and what it did."""

    command: list[str]
    journal: Journal

    def start(self) -> None:
        """Start the process."""
        with self.journal.path.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, preexec_fn=die_with_parent)

    @property
    def searches(self) -> int:
        """How many it has answered."""
        self.journal.read()
        return self.journal.counts["searched"]


@dataclass
class Scene:
    """All that runs; ``counts`` are of faults, and of what ended without one."""

    plan: Plan
    engine: MilvusServer
    proxy: SilentProxy
    direct: IndexedStore
    api: list[ApiServer]
    of_truth: dict[str, Callable[[], None]]
    counts: Counter[str] = field(default_factory=Counter)
    turns: Iterator[int] = field(default_factory=count)
    healthy_s: float = field(default_factory=time.monotonic)

    def inject(self, kind: str) -> None:
        """One fault, and its end; the load goes on meanwhile."""
        if kind == "kill engine":
            self.engine.kill()
            self.engine.start()
        elif kind == "kill server":
            killed = self.api[next(self.turns) % len(self.api)]
            killed.kill()
            killed.start()
        elif kind == "reset":
            self.proxy.reset_open()
        elif kind == "silence":
            self.proxy.silence_open()
        elif kind == "partition":
            self.proxy.silent = True
            time.sleep(PARTITION_S)
            self.proxy.silent = False
        elif kind == "delay":
            self.engine.pause()
            time.sleep(PAUSE_S)
            self.engine.resume()
        else:
            self.of_truth[kind]()

    def recovered(self) -> Verified:
        """Wait until both servers have answered searches and the index has caught up; compare it with the store."""
        before = [server.searches for server in self.api]

        def is_back() -> bool:
            answered = [
                server.searches >= searches + SEARCHES for server, searches in zip(self.api, before, strict=True)
            ]
            return self._has_caught_up() and all(answered)

        wait_until(is_back, RECOVERY_TIMEOUT_S, "the index has caught up, and the servers answer")
        if (found := self.compared()).passed:
            return found
        self.counts["index built again"] += 1
        deadline_s = time.monotonic() + RECOVERY_TIMEOUT_S
        print(f"{time.strftime('%X')} to be built again: {found}", flush=True)
        while not found.passed and time.monotonic() < deadline_s:
            time.sleep(REPAIR_POLL_S)
            found = self.compared()
        return found

    def checkpoint(self) -> None:
        """Have Milvus write its checkpoint, from which on it reads its log again after a kill.

        By itself it does so once a minute, before which the next kill may come: each would have more to read again.
        """
        from pymilvus import MilvusClient, MilvusException

        space = self.direct.truth.space(SPACE)
        assert space is not None
        with suppress(MilvusException, StoreError):
            position = self.direct.index.position(space)
            assert position is not None
            client = MilvusClient(uri=f"http://127.0.0.1:{self.engine.port}", dedicated=True)
            client.flush(position.place, timeout=FLUSH_TIMEOUT_S)
            client.close()

    def compared(self, *, follows: bool = False) -> Verified:
        """See ``verified``; repeated until the engine answers."""
        found: list[Verified] = []

        def has_compared() -> bool:
            self._restart_what_ended()
            with suppress(StoreError):
                found.append(verified(self.direct, follows=follows))
            return bool(found)

        wait_until(has_compared, RECOVERY_TIMEOUT_S, "the index is compared")
        return found[-1]

    def _has_caught_up(self) -> bool:
        self._restart_what_ended()
        with suppress(StoreError):
            space = self.direct.truth.space(SPACE)
            assert space is not None
            position = self.direct.index.position(space, fresh=True)
            return position is not None and self.direct.truth.behind_s(space, position.revision) < BEHIND_S
        return False

    def _restart_what_ended(self) -> None:
        if self._engine_ended() or time.monotonic() - self.healthy_s > ABNORMAL_S:
            self.counts["engine ended by itself"] += 1
            self.engine.kill()
            self.engine.start()
            self.healthy_s = time.monotonic()
        for server in self.api:
            if server.process is not None and server.process.poll() is not None:
                self.counts["server ended by itself"] += 1
                print(f"a server ended with {server.process.returncode}: {server.journal.path}.log", flush=True)
                server.start()

    def _engine_ended(self) -> bool:
        with suppress(RuntimeError):
            if self.engine.serves():
                self.healthy_s = time.monotonic()
            return False
        return True


def faults(plan: Plan) -> bool:
    """Inject those that are left; return whether nothing was lost or stale."""
    state = plan.folder / "state.json"
    with scene_of(plan) as scene:
        if state.exists():
            scene.counts.update(json.loads(state.read_text()))
        for server in scene.api:
            server.start()
        scene.recovered()
        scene.checkpoint()
        for number, kind in enumerate(plan.kinds()):
            if number < scene.counts["faults"]:
                continue
            began_s = time.monotonic()
            scene.inject(kind)
            scene.healthy_s = time.monotonic()
            found = scene.recovered()
            scene.counts.update(["faults", kind])
            scene.counts["rows missing or extra"] += found.missing + found.extra
            print(f"{time.strftime('%X')} {number + 1} {kind}: {time.monotonic() - began_s:.1f} s, {found}", flush=True)
            write_atomic(state, json.dumps(scene.counts).encode())
            if kind == "kill engine":
                scene.checkpoint()
        for server in scene.api:
            server.kill()
        return report(scene)


def report(scene: Scene) -> bool:
    """Finish what was begun, compare the store with the journals and the index with the store, and print it."""
    versions: dict[int, int] = {}
    done: Counter[str] = Counter()
    for server in scene.api:
        server.journal.read()
        if write := server.journal.begun:
            repeat(scene.direct.store, write, scene.plan.dimension)
            server.journal.add("repeated", write)
        versions |= server.journal.versions
        done += server.journal.counts
    lacking, stale = differences(scene.direct.store, versions, scene.plan.dimension)
    found = scene.compared(follows=True)
    print(f"seed {scene.plan.seed}: {dict(scene.counts)}")
    print(f"load: {dict(done)}")
    print(f"searches that missed a finished write: {done['lost']}; that found a deleted item: {done['stale']}")
    print(f"store: {len(versions)} items written, {lacking} lacking, {stale} stale")
    print(f"index: {found.count} rows, digest {found.digest}, {found.missing} missing, {found.extra} extra")
    is_whole = found.passed and found.count == len(versions) and not lacking + stale
    return is_whole and not done["lost"] + done["stale"] + scene.counts["rows missing or extra"]


def verified(shop: IndexedStore, *, follows: bool = False) -> Verified:
    """Compare the index with the store; ``follows``: after bringing it there."""
    space = shop.truth.space(SPACE)
    assert space is not None
    position = follow(shop.truth, shop.index, space) if follows else shop.index.position(space, fresh=True)
    assert position is not None
    return verify(shop.truth, shop.index, space, position)


@contextmanager
def scene_of(plan: Plan) -> Iterator[Scene]:
    """Start the engine, the store and the proxy, and write the items where there are none."""
    with ExitStack() as stack:
        (plan.folder / "milvus").mkdir(parents=True, exist_ok=True)
        engine = stack.enter_context(milvus_server(plan.folder / "milvus", session_ttl_s=SESSION_TTL_S))
        proxy = stack.enter_context(SilentProxy(engine.port))
        url, of_truth = f"sqlite:///{plan.folder}/store.db", {}
        if plan.truth == "mongodb":
            facts = stack.enter_context(mongodb(plan.folder / "mongodb"))
            url, of_truth = (
                facts.url("bench"),
                {"kill mongod": lambda: kill_primary(facts), "step down": facts.step_down},
            )
        direct = stack.enter_context(opened(url, f"milvus://127.0.0.1:{engine.port}/bench?timeout_s=10"))
        api = []
        for number in range(SERVERS):
            journal = Journal(plan.folder / f"journal{number}")
            command = [sys.executable, "-m", "bench.milvus_runs.server", url]
            command += [f"milvus://127.0.0.1:{proxy.port}/bench?timeout_s={plan.timeout_s}", str(journal.path)]
            command += ["--number", str(number), "--dimension", str(plan.dimension)]
            api.append(ApiServer([*command, "--seed", str(plan.seed * SERVERS + number)], journal))
        scene = Scene(plan, engine, proxy, direct, api, of_truth)
        for server in api:
            stack.callback(server.kill)
        if not all(server.journal.path.exists() for server in api):
            fill(scene)
        yield scene


def fill(scene: Scene) -> None:
    """Write the first version of each item, and the journals of it."""
    plan = scene.plan
    for first in range(0, plan.items, BATCH):
        numbers = range(first, min(plan.items, first + BATCH))
        put(scene.direct.store, numbers, np.stack([vector_of(number, 1, plan.dimension) for number in numbers]))
    scene.compared(follows=True)
    for number, server in enumerate(scene.api):
        lines = "".join(f"filled {one} 1\n" for one in range(number, plan.items, SERVERS))
        write_atomic(server.journal.path, lines.encode())
