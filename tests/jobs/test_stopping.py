"""A request to stop reaches whoever waits for it, at whatever moment the signal comes."""

import subprocess
import sys
import threading
import time

from deepstyle.jobs.stopping import Stop

INTERRUPTED = """
import random, signal
from deepstyle.jobs.stopping import Stop

def handle(number, frame):
    stop.set()

signal.signal(signal.SIGALRM, handle)
for _ in range(20_000):
    stop = Stop()
    signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, 5e-5))
    while not stop.wait(1e-6):
        pass
assert stop.wait(60)
"""


def test_a_signal_may_come_at_any_moment_of_a_wait() -> None:
    subprocess.run([sys.executable, "-c", INTERRUPTED], check=True, timeout=60)


def test_every_waiting_thread_is_woken() -> None:
    stop, woken = Stop(), list[bool]()
    threads = [threading.Thread(target=lambda: woken.append(stop.wait(60))) for _ in range(3)]
    for thread in threads:
        thread.start()
    stop.set()
    for thread in threads:
        thread.join(60)
    assert woken == [True] * 3
    assert stop.wait(0)


def test_a_wait_ends_after_its_time() -> None:
    started_s = time.monotonic()
    assert not Stop().wait(0.01)
    assert time.monotonic() - started_s >= 0.01
