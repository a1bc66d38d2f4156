"""Encode a catalogue on a Ray cluster: one worker per CPU runs the shard function of ``encode``.

The driver only lists the ids of the missing vectors. Each worker opens the store by its URL, reads the images of its
shard and writes their vectors, so neither passes through the driver. A vector is written once per (space, item) and
tied to the SHA-256 of its image, so a shard may safely run twice: Ray repeats it where its worker died.
"""

import itertools
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from deepstyle import platform
from deepstyle.errors import DeepstyleError, MissingDependencyError, StoreError, UsageError
from deepstyle.files import write_atomic
from deepstyle.settings import Settings
from deepstyle.store.base import Store
from deepstyle.store.open import open_store
from deepstyle.style.encode import (
    EncodedShard,
    EncodeFailure,
    EncodeReport,
    Tally,
    encode_shard,
    finish,
    let_serve,
    missing_shards,
    put_shard,
    read_shard,
)
from deepstyle.style.encoder import Encoder
from deepstyle.style.parts import FIRST, Part, growing_parts
from deepstyle.style.spec import SPEC_FILE, read_spec
from deepstyle.telemetry import import_module

ATTEMPTS: Final = 3
"""How often a shard may lose its worker until its items are reported as failed."""
SHARDS_AHEAD: Final = 2
"""Shards per worker that run or wait, so that no worker is idle."""

_LOCAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Ray asks three clouds by HTTP where it runs, whatever its usage reports are set to; this proxy is not there.
        "http_proxy": "http://127.0.0.1:9",
        "no_proxy": "127.0.0.1,localhost",
    }
)
"""The environment of a cluster on this machine, which connects to nothing but loopback."""


@dataclass(frozen=True, slots=True)
class ShardDone:
    """The result of a shard: how many vectors a worker ``encoded``, and how many of them it ``stored`` durably."""

    encoded: int
    stored: int
    failures: tuple[EncodeFailure, ...]


def encode_store_by_ray(
    store: Store,
    model_folder: Path,
    *,
    shard_size: int = 256,
    address: str = "",
    workers: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
    on_shard: Callable[[Store, EncodedShard], None] | None = None,
    take_over: bool = True,
) -> EncodeReport:
    """Like ``encode_store``, on the cluster at ``address``; ``""``: on ``workers`` processes of this machine.

    ``on_shard`` is sent to the workers, who call it with their store and each shard of first images that they encoded.
    Every node must reach ``store.url``; the model is sent with the job. Raises ``StoreError`` where a worker could not
    use the store, and ``MissingDependencyError`` without Ray.
    """
    ray = _start(address, workers)
    try:
        space = read_spec(model_folder).fingerprint
        model = ray.put({path.name: path.read_bytes() for path in model_folder.iterdir() if path.is_file()})
        hook = ray.put(on_shard)
        run = ray.remote(num_cpus=1, max_retries=ATTEMPTS - 1)(run_shard)
        tally = Tally(store, space)
        with redirect_stdout(sys.stderr):  # where a node dies, a thread of Ray prints that among the command's results
            for part in growing_parts(store):
                shards = missing_shards(store, part.space(space), shard_size)
                submitted = ((ids, run.remote(store.url, space, part, model, hook, ids)) for ids in shards)
                for shard in _results(ray, submitted):
                    tally.add(part, shard.encoded, shard.stored, shard.failures)
                    if on_progress:
                        on_progress(tally.done, tally.total)
                let_serve(store, space, take_over=False)
        return tally.report(finish(store, space, take_over=take_over))
    finally:
        ray.shutdown()


def run_shard(
    url: str,
    space: str,
    part: Part,
    model: dict[str, bytes],
    on_shard: Callable[[Store, EncodedShard], None] | None,
    item_ids: list[str],
) -> ShardDone:
    """Encode a part of one shard and write its vectors; runs in a worker's process, one shard at a time."""
    store = _opened_store(url)
    encoder = _opened_encoder(space) or _keep_model(space, model)
    done = encode_shard(encoder, read_shard(store, item_ids, part), workers=1, part=part)
    kept = put_shard(store, part.space(space), done)
    if on_shard and part == FIRST:
        on_shard(store, done)
    return ShardDone(len(done.vectors.item_ids), kept, done.failures)


def _start(address: str, workers: int) -> Any:
    """Ray, connected to the cluster at ``address``, or to a new one on this machine's loopback."""
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    if not address:  # else Ray writes an access token for its cluster below the home folder
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        ray = import_module("ray")
    except ModuleNotFoundError as error:
        raise MissingDependencyError("the Ray runner needs Ray.", remedy="pip install 'deepstyle[ray]'") from error
    if address:
        try:
            ray.init(address=address, log_to_driver=False)
        except ConnectionError as error:
            raise UsageError(f"no Ray cluster answers at {address!r}: {error}.") from error
    else:
        cpus = workers or platform.usable_cores()
        with _environment(_LOCAL):
            ray.init(num_cpus=cpus, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
    return ray


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set the environment of the processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def _results(ray: Any, submitted: Iterator[tuple[list[str], Any]]) -> Iterator[ShardDone]:
    """What the shards gave, as they finish, with ``SHARDS_AHEAD`` a worker under way."""
    ahead = SHARDS_AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
    under_way: dict[Any, list[str]] = {}
    for item_ids, shard in itertools.islice(submitted, ahead):
        under_way[shard] = item_ids
    while under_way:
        (shard,), _ = ray.wait(list(under_way), num_returns=1)
        yield _result(ray, shard, under_way.pop(shard))
        for item_ids, another in itertools.islice(submitted, 1):
            under_way[another] = item_ids


def _result(ray: Any, shard: Any, item_ids: list[str]) -> ShardDone:
    try:
        done: ShardDone = ray.get(shard)
        return done
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        raise cause if isinstance(cause, DeepstyleError) else StoreError(f"a worker failed: {cause!r}.") from error
    except ray.exceptions.RayError as error:
        why = f"the worker died {ATTEMPTS} times on its shard: {type(error).__name__}"
        remedy = "Encode again without Ray, which names the picture that ends the process."
        return ShardDone(0, 0, tuple(EncodeFailure(i, "WorkerDied", why, remedy) for i in item_ids))


@lru_cache(maxsize=1)
def _opened_store(url: str) -> Store:
    """The worker's store, opened once a process."""
    return open_store(url)


@lru_cache(maxsize=1)
def _loaded(folder: Path) -> Encoder:
    return Encoder.open(folder, threads=1, device=Settings().device)  # of the worker's node


def _opened_encoder(space: str) -> Encoder | None:
    folder = _model_folder(space)
    return _loaded(folder) if (folder / SPEC_FILE).is_file() else None


def _keep_model(space: str, model: dict[str, bytes]) -> Encoder:
    """Write the model into this node's temporary folder, its spec last: a folder with a spec is complete."""
    folder = _model_folder(space)
    for name in sorted(model, key=lambda name: name == SPEC_FILE):
        write_atomic(folder / name, model[name])
    return _loaded(folder)


def _model_folder(space: str) -> Path:
    return Path(tempfile.gettempdir()) / f"deepstyle-{platform.user_name()}" / space
