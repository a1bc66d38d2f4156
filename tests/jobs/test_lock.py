"""One job per store, by a file beside SQLite and by a lease elsewhere."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.errors import StoreBusyError
from deepstyle.jobs.lock import LEASE, Lease, only_job
from deepstyle.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


def test_the_system_drops_the_lock_of_a_killed_process(store: Store) -> None:
    code = f"""
import sys, time
from deepstyle.jobs.lock import only_job
from deepstyle.store import open_store
with open_store({store.url!r}) as store, only_job(store):
    print("held", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StoreBusyError, match="another job"), only_job(store):
            pass
        process.kill()
        process.wait()
    with only_job(store):
        pass


def test_a_lease_keeps_others_out_while_it_is_renewed(store: Store) -> None:
    lease = Lease(store, 0.3)
    lease.take()
    for _ in range(4):
        time.sleep(0.15)
        with pytest.raises(StoreBusyError):
            Lease(store, 0.3).take()
    lease.check()
    lease.give()
    other = Lease(store, 0.3)
    other.take()
    other.give()


def test_a_lease_that_expired_is_taken_over_and_its_holder_notices(store: Store) -> None:
    lease = Lease(store, 0.6)
    lease.take()
    store.set_meta(LEASE, json.dumps({"owner": "elsewhere/1/a", "expires_s": time.time() - 1}))
    time.sleep(0.4)  # the renewal finds another's lease
    with pytest.raises(StoreBusyError):
        lease.check()
    other = Lease(store, 60)
    other.take()
    lease.give()
    assert store.meta(LEASE) not in (None, "")
    other.give()


def test_the_lease_of_a_dead_process_of_this_machine_is_free(store: Store) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    lease = Lease(store, 60)
    lease.take()
    lease.give()
    own = lease._owner.split("/")
    owner = f"{own[0]}/{ended.pid}/x"
    store.set_meta(LEASE, json.dumps({"owner": owner, "expires_s": time.time() + 600}))
    other = Lease(store, 60)
    other.take()
    other.give()
    store.set_meta(LEASE, json.dumps({"owner": f"elsewhere/{ended.pid}/x", "expires_s": time.time() + 600}))
    with pytest.raises(StoreBusyError):
        Lease(store, 60).take()
