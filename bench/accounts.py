"""Accounts: what a password costs, whether logins reveal who exists, and what forged cookies, tokens and ids reach.

    python -m bench.accounts                                  # all three
    python -m bench.accounts --logins 50 --forged 1000        # sooner

The application runs in this process, with all of its layers and passwords at their real cost, and without a network.
Logins with the address of an account and with one of none alternate; the interval of the difference of their medians
is a bootstrap's, at 95 %.
"""

import argparse
import random
import secrets
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from fastapi.testclient import TestClient

from bench.measure.machine import describe_machine
from deepstyle.api.app import create_app
from deepstyle.api.consent_cookie import CLIENT_COOKIE
from deepstyle.api.sessions import PERSON_COOKIE, csrf_token
from deepstyle.people.accounts import links, persons, sessions
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.passwords import Passwords
from deepstyle.people.accounts.throttle import RATES
from deepstyle.people.accounts.tokens import digest_of, new_token
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.keys import create_key

URL: Final = "https://shop.example"
PASSWORD: Final = "a password of the bench"
RESAMPLES: Final = 10_000
LEAST_MS: Final = 100
Forged = tuple[str, Callable[[TestClient], int]]


def main() -> int:
    options = parse()
    print(describe_machine())
    is_slow = report_passwords(options.passwords)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_in(Path(folder)))
        with TestClient(app, base_url=URL, headers={"Origin": URL}) as client:
            accounts: Accounts = app.state.resources.members.accounts()
            report_logins(client, accounts, options.logins)
            accepted = report_forged(client, accounts, options.forged)
    return 0 if is_slow and not accepted else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passwords", type=int, default=30, help="passwords to hash (%(default)s)")
    parser.add_argument("--logins", type=int, default=200, help="logins of each kind (%(default)s)")
    parser.add_argument("--forged", type=int, default=10_000, help="forged requests (%(default)s)")
    return parser.parse_args()


def settings_in(folder: Path) -> Settings:
    """Accounts over an empty catalogue."""
    url = f"sqlite:///{folder}/shop.db"
    with open_store(url) as store:
        create_key(store, "operator", "admin")
    return Settings(
        store=url,
        model=str(folder / "none"),
        cache_dir=folder / "cache",
        imports_dir=folder / "imports",
        people_store=f"sqlite:///{folder}/people.db",
        people_keys=f"sqlite:///{folder}/keys.db",
        events_dir=folder / "events",
        accounts=True,
        public_url=URL,
        allowed_hosts="shop.example",
    )


def report_passwords(count: int) -> bool:
    """Print the time that a password takes; return whether it is long enough."""
    cost, cpu_ms, wall_ms = Passwords(), list[float](), list[float]()
    for _ in range(count):
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        cost.hash(PASSWORD)
        wall_ms.append(1000 * (time.perf_counter() - began_s))
        cpu_ms.append(1000 * (time.process_time() - began_cpu_s))
    least, median = min(cpu_ms), statistics.median(cpu_ms)
    print(f"Argon2id, {cost.passes} passes over {cost.memory_kib // 1024} MiB, {count} passwords:")
    print(f"  processor time: median {median:.0f} ms, least {least:.0f} ms (at least {LEAST_MS} ms is wanted)")
    print(f"  elapsed: median {statistics.median(wall_ms):.0f} ms")
    return least >= LEAST_MS


def report_logins(client: TestClient, accounts: Accounts, count: int) -> None:
    """Print how long wrong logins take, for addresses with and without an account, and the difference."""
    password_hash = accounts.passwords.hash(PASSWORD)
    per_email = RATES["login-email"].most - 1
    taken: dict[str, list[tuple[float, float]]] = {"known": [], "unknown": []}
    for number in range(-(-count // per_email)):
        persons.create(accounts.people, f"known-{number}@example.com", password_hash=password_hash)
    for number in range(count):
        for kind in random.sample(sorted(taken), 2):
            body = {"email": f"{kind}-{number // per_email}@example.com", "password": "a wrong password"}
            began_s, began_cpu_s = time.perf_counter(), time.process_time()
            status = client.post("/v1/accounts/session", json=body).status_code
            taken[kind].append((1000 * (time.perf_counter() - began_s), 1000 * (time.process_time() - began_cpu_s)))
            assert status == 401, status
    print(f"Wrong logins, {count} of each kind, alternating:")
    for column, what in enumerate(("elapsed", "processor time")):
        known, unknown = (np.array(taken[kind])[:, column] for kind in ("known", "unknown"))
        report_difference(what, known, unknown)


def report_difference(what: str, known: np.ndarray, unknown: np.ndarray) -> None:
    """Print the medians of both kinds, their difference with its interval, and how far one kind spreads."""
    low, high = difference_interval(known, unknown)
    difference, spread = np.median(known) - np.median(unknown), np.subtract(*np.percentile(known, [75, 25]))
    print(f"  {what}: known address {np.median(known):.1f} ms, unknown {np.median(unknown):.1f} ms (medians)")
    print(f"    difference {difference:+.2f} ms, 95 % interval {low:+.2f} to {high:+.2f} ms")
    print(f"    interquartile range of one kind: {spread:.1f} ms")


def difference_interval(known: np.ndarray, unknown: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of the difference of two medians, by resampling each."""
    dice = np.random.default_rng(7)
    medians = [np.median(dice.choice(one, (RESAMPLES, len(one))), axis=1) for one in (known, unknown)]
    low, high = np.percentile(medians[0] - medians[1], [2.5, 97.5])
    return float(low), float(high)


def report_forged(client: TestClient, accounts: Accounts, count: int) -> int:
    """Send forged requests, and print how many of each kind were answered as if they were real; return the sum."""
    kinds, accepted, sent = list(forgeries(accounts)), Counter[str](), Counter[str]()
    for number in range(count):
        name, request = kinds[number % len(kinds)]
        client.cookies.clear()
        status = request(client)
        sent[name] += 1
        accepted[name] += status < 400
    print(f"Forged requests: {sum(sent.values()):,} sent, {sum(accepted.values()):,} accepted")
    for name in sent:
        print(f"  {name}: {sent[name]:,} sent, {accepted[name]:,} accepted")
    return sum(accepted.values())


def forgeries(accounts: Accounts) -> Iterator[Forged]:
    """Requests that are to be refused, each different from the last of its kind."""
    people, store = accounts.people, accounts.people.store
    victim, thief = (persons.create(people, f"{name}@example.com") for name in ("victim", "thief"))
    assert victim
    assert thief
    real = sessions.begin(store, victim.person_id, "shopper")
    own = sessions.begin(store, thief.person_id, "shopper")
    session_id = sessions.sessions_of(store, victim.person_id)[0].session_id
    reset = links.open_link(store, "reset", {"person_id": victim.person_id}, owner=victim.person_id)

    def with_cookie(client: TestClient, token: str, path: str = "/v1/me", name: str = PERSON_COOKIE) -> int:
        return client.get(path, headers={"Cookie": f"{name}={token}"}).status_code

    def ended() -> str:
        token = sessions.begin(store, victim.person_id, "shopper")
        sessions.end(store, token)
        return token

    def change(client: TestClient, token: str, csrf: str) -> int:
        headers = {"Cookie": f"{PERSON_COOKIE}={token}", "X-CSRF-Token": csrf}
        return client.put("/v1/me/personal", json={"is_on": False}, headers=headers).status_code

    def by_token(client: TestClient, path: str, token: str) -> int:
        body = {"token": token, **({"password": PASSWORD} if "reset" in path else {})}
        return client.post(path, json=body).status_code

    def of_another(client: TestClient, path: str) -> int:
        headers = {"Cookie": f"{PERSON_COOKIE}={own}", "X-CSRF-Token": csrf_token(own)}
        return client.delete(path, headers=headers).status_code

    yield "random sessions", lambda client: with_cookie(client, new_token("dsp"))
    yield "a session with one digit changed", lambda client: with_cookie(client, altered(real))
    yield "sessions that were ended", lambda client: with_cookie(client, ended())
    yield "digests of sessions", lambda client: with_cookie(client, f"dsp_{digest_of(real)}")
    yield (
        "the cookie of a pseudonym",
        lambda client: with_cookie(client, secrets.token_hex(32), "/v1/me/wishlist", CLIENT_COOKIE),
    )
    yield "random CSRF tokens", lambda client: change(client, real, secrets.token_hex(32))
    yield "CSRF tokens of another session", lambda client: change(client, real, csrf_token(own))
    yield "random one-time tokens", lambda client: by_token(client, "/v1/accounts:confirm", new_token("dsl"))
    yield (
        "a one-time token with one digit changed",
        lambda client: by_token(client, "/v1/accounts:reset-confirm", altered(reset)),
    )
    yield "ids of another person's sessions", lambda client: of_another(client, f"/v1/me/sessions/{session_id}")
    yield "random ids of passkeys", lambda client: of_another(client, f"/v1/me/passkeys/{secrets.token_hex(8)}")
    yield "pages of the staff, by a shopper", lambda client: with_cookie(client, own, "/v1/overview")


def altered(token: str) -> str:
    """The token with one of its digits changed."""
    place = random.randrange(4, len(token))
    digit = random.choice([one for one in "0123456789abcdef" if one != token[place]])
    return token[:place] + digit + token[place + 1 :]


if __name__ == "__main__":
    raise SystemExit(main())
