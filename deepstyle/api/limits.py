"""The limits on everything that a client controls, in one table that the tests walk.

A limit that an operator may change names its setting; the table holds the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.looks import MAX_LOOK_ITEMS
from deepstyle.compatibility.wardrobe import MAX_PIECES
from deepstyle.images.colour_profile import MAX_PROFILE_BYTES
from deepstyle.images.heif_header import MAX_TILES
from deepstyle.images.jpeg_header import MAX_SCANS
from deepstyle.images.parts import MAX_BLOCKS, MAX_FRAMES
from deepstyle.images.pixels import (
    MAX_IMAGE_BYTES,
    MAX_IMAGE_PIXELS,
    MAX_REDUCED_HELD_BYTES,
    MAX_REDUCED_PIXELS,
    MAX_SIDE_PX,
    MAX_WORK_NS,
)
from deepstyle.jobs.journal import KEPT_DELIVERIES, KEPT_JOBS, WAITING_DELIVERIES, WAITING_JOBS
from deepstyle.people.accounts.emails import MAX_EMAIL_CHARS
from deepstyle.people.accounts.mail import WAITING_MAILS
from deepstyle.people.accounts.passkeys import MAX_PASSKEYS
from deepstyle.people.accounts.passwords import MAX_PASSWORD_CHARS, PARALLEL_HASHES
from deepstyle.people.accounts.sessions import IDLE_S, LIFE_S
from deepstyle.people.accounts.sessions import MAX_SESSIONS as MAX_PERSON_SESSIONS
from deepstyle.people.accounts.throttle import RATES
from deepstyle.people.merchandising.desk import MAX_LOOKS
from deepstyle.people.merchandising.kinds import MAX_REDIRECTS, MAX_SYNONYMS
from deepstyle.people.merchandising.rules import MAX_ITEMS, MAX_PLACE, MAX_RULES, MAX_VALUES
from deepstyle.search.orders import NEIGHBOURS
from deepstyle.search.word_matches import MOST_MATCHES
from deepstyle.store.pictures import MAX_PICTURES
from deepstyle.store.sessions import MAX_SESSIONS, SESSION_LIFE


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: ``value`` in the unit that ``name`` ends with, and the HTTP ``status`` of a request beyond it.

    ``status`` 0 means that the connection is closed without an answer, 200 that a request beyond it is answered.
    ``setting`` is the field of ``Settings`` that overrides the value, ``""`` where it is fixed.
    """

    name: str
    value: float
    status: int
    what: str
    setting: str = ""


_LIMITS: Final[tuple[Limit, ...]] = (
    # Connections: held by the server before a request exists.
    Limit("connections", 4096, 503, "connections of all clients", "max_connections"),
    Limit("connections_per_client", 256, 0, "connections of one address", "max_connections_per_client"),
    Limit("header_timeout_s", 10, 408, "wait for a request and for all of its headers", "header_timeout_s"),
    Limit("keep_alive_timeout_s", 5, 0, "wait between two requests", "keep_alive_timeout_s"),
    Limit("body_timeout_s", 15, 408, "pause within a body, and in its arrival at the least rate", "body_timeout_s"),
    Limit("request_timeout_s", 60, 408, "from the headers to the end of the body", "request_timeout_s"),
    Limit("write_timeout_s", 15, 0, "pause of a client that reads its answer", "write_timeout_s"),
    Limit("least_rate_bytes_s", 4096, 408, "rate of a body and of an answer; a timeout runs while it is slower"),
    Limit("url_bytes", 8 * 1024, 414, "path and query"),
    Limit("header_bytes", 32 * 1024, 431, "request line and headers"),
    Limit("headers", 100, 431, "headers of a request"),
    Limit("framing_bytes", 16 * 1024, 400, "chunk extensions and trailers of a body"),
    Limit("pipelined_requests", 8, 0, "requests of a connection that wait for the answer to an earlier one"),
    # Requests: held by the application.
    Limit("reads_running", 2, 503, "requests worked on at a time, uploads and health aside", "reads_running"),
    Limit("reads_waiting", 1000, 503, "requests that wait for one of these to end", "reads_waiting"),
    Limit("uploads_waiting", 64, 503, "uploads that wait for the encoder", "queue_size"),
    Limit("queue_wait_s", 1.25, 503, "wait of a request or an upload for its turn, and for room", "queue_wait_s"),
    Limit("reads_per_minute", 3000, 429, "requests of one client, uploads and health aside", "rate_limit"),
    Limit("uploads_per_minute", 120, 429, "uploads and questions about outfits of one client", "upload_rate_limit"),
    Limit("tracked_clients", 10_000, 200, "clients whose requests are counted; beyond it the oldest count is dropped"),
    # Bodies and forms.
    Limit("body_bytes", 64 * 1024, 413, "a body that is no form"),
    Limit("upload_bytes", 10 * 1024 * 1024, 413, "all images of one form", "max_upload_bytes"),
    Limit("form_overhead_bytes", 64 * 1024, 413, "the rest of a form: boundaries, part headers and other fields"),
    Limit("form_images", 4, 422, "images of one form, except of an item's"),
    Limit("form_fields", 64, 400, "other fields of one form"),
    Limit("form_field_bytes", 48 * 1024, 400, "one field that is no image"),
    Limit("small_body_bytes", 1024 * 1024, 200, "what is in memory of one body; a larger one lies on disk"),
    Limit("memory_bytes", 128 * 1024 * 1024, 503, "all bodies in memory; a client may have a third of what is left"),
    Limit(
        "spool_bytes", 512 * 1024 * 1024, 503, "all bodies on disk, likewise; or half of what is free", "spool_bytes"
    ),
    # Keys and writes.
    Limit("failed_keys_per_minute", 30, 429, "requests of one client with a missing or wrong API key, session or link"),
    Limit("sessions", MAX_SESSIONS, 200, "sessions at /admin; where another one begins, the first ends"),
    Limit("session_s", SESSION_LIFE.total_seconds(), 401, "how long a session at /admin lasts"),
    Limit("writes_waiting", 32, 503, "writes that wait for the one that runs"),
    Limit("write_wait_s", 10, 503, "wait of a write for its turn"),
    Limit("batches_running", 2, 503, "batches of writes worked on at a time; their parts take turns with other writes"),
    Limit("batch_bytes", 64 * 1024 * 1024, 413, "a batch of writes"),
    Limit("batch_rows", 10_000, 413, "rows of a batch"),
    Limit(
        "batch_row_bytes", 14 * 1024 * 1024, 200, "one row of a batch, its pictures in base64; a larger one is rejected"
    ),
    Limit("idempotency_key_chars", 200, 422, "an `Idempotency-Key`"),
    Limit("look_items", MAX_LOOK_ITEMS, 422, "items of one look"),
    # Orders of search results.
    Limit("ordered_neighbours", NEIGHBOURS, 200, "nearest products of a photo or an item that `sort` puts in order"),
    Limit(
        "ordered_matches", MOST_MATCHES, 200, "items with all words that are counted and put in order, the best ones"
    ),
    # Links with a preview.
    Limit("preview_items", MAX_PIECES, 422, "items in the preview of a look; further ones of its page are left out"),
    Limit("look_name_chars", 80, 200, "a look's name in its address; the rest is cut off"),
    Limit("previews_kept", 64, 200, "previews of looks in memory; the one that was not asked for longest goes"),
    Limit("sitemap_products", 200_000, 404, "products of a catalogue that has a sitemap"),
    # Pictures.
    Limit("image_bytes", MAX_IMAGE_BYTES, 413, "one picture's file", "max_upload_bytes"),
    Limit("image_pixels", MAX_IMAGE_PIXELS, 413, "one picture's width times its height", "max_image_pixels"),
    Limit("reduced_pixels", MAX_REDUCED_PIXELS, 413, "the same of a JPEG, which is then decoded at a reduced scale"),
    Limit(
        "reduced_held_bytes", MAX_REDUCED_HELD_BYTES, 413, "what the decoder of such a JPEG may hold (progressive ones)"
    ),
    Limit("image_tiles", MAX_TILES, 422, "coded pictures of one AVIF or HEIC"),
    Limit("image_side_px", MAX_SIDE_PX, 413, "one picture's longer side"),
    Limit("image_work_ns", MAX_WORK_NS, 413, "CPU time that decoding one picture may take, by its header"),
    Limit("image_scans", MAX_SCANS, 413, "scans of a JPEG"),
    Limit("image_frames", MAX_FRAMES, 413, "frames of an animation, of which the first is read"),
    Limit("image_blocks", MAX_BLOCKS, 413, "segments or chunks of one file"),
    Limit("item_pictures", MAX_PICTURES, 422, "pictures of one item, each of which a search compares"),
    Limit("profile_bytes", MAX_PROFILE_BYTES, 200, "an ICC profile; a larger one is ignored"),
    Limit("decode_memory_bytes", 512 * 1024 * 1024, 503, "memory of all decoding together", "decode_memory_bytes"),
    Limit("decode_timeout_s", 10.0, 503, "a picture's wait for that memory", "decode_timeout_s"),
    Limit("image_cache_bytes", 512 * 1024 * 1024, 200, "served widths on disk; the oldest go", "image_cache_bytes"),
    # Imports and webhooks.
    Limit("import_bytes", 2 * 1024**3, 413, "a feed or an archive that is sent to be imported", "import_bytes"),
    Limit("imports_bytes", 4 * 1024**3, 503, "all of these on disk, and what they unpack to", "imports_bytes"),
    Limit("import_timeout_s", 3600, 408, "arrival of one of these", "import_timeout_s"),
    Limit("imports_waiting", WAITING_JOBS, 503, "imports that are not finished"),
    Limit("imports_kept", KEPT_JOBS, 200, "imports that are listed; the oldest are forgotten"),
    Limit("event_streams", 16, 503, "streams of an import's events that are open"),
    Limit("webhook_bytes", 2 * 1024 * 1024, 413, "a webhook's body"),
    Limit("webhooks_waiting", WAITING_DELIVERIES, 503, "webhooks that are not applied yet"),
    Limit("deliveries_remembered", KEPT_DELIVERIES, 200, "webhooks that are not applied again when they come again"),
    # Merchandising.
    Limit("rules", MAX_RULES, 422, "a merchandiser's rules"),
    Limit("rule_items", MAX_ITEMS, 422, "items that one rule names"),
    Limit("rule_values", MAX_VALUES, 422, "values of one condition of a rule"),
    Limit("rule_place", MAX_PLACE, 422, "the last place that an item is pinned to"),
    Limit("synonym_groups", MAX_SYNONYMS, 422, "a merchandiser's groups of synonyms"),
    Limit("redirects", MAX_REDIRECTS, 422, "searches that lead to a page"),
    Limit("arranged_looks", MAX_LOOKS, 422, "looks that a merchandiser arranged"),
    # Accounts.
    Limit("email_chars", MAX_EMAIL_CHARS, 422, "an e-mail address"),
    Limit("password_chars", MAX_PASSWORD_CHARS, 422, "a password"),
    Limit("logins_running", PARALLEL_HASHES, 503, "passwords that are hashed at a time"),
    Limit("logins_waiting", 64, 503, "requests with a password that wait for one of these"),
    Limit("login_wait_s", 10, 503, "wait of such a request for its turn"),
    Limit("people_work_running", 2, 503, "exports, deletions and requests to providers at a time; others wait"),
    Limit("logins_per_email", RATES["login-email"].most, 429, "attempts to sign in with one address in 15 minutes"),
    Limit("logins_per_network", RATES["login-network"].most, 429, "the same from one client, on all servers"),
    Limit("mails_per_email", RATES["mail-email"].most, 429, "requests that send a mail to one address in an hour"),
    Limit("mails_per_network", RATES["mail-network"].most, 429, "the same from one client, on all servers"),
    Limit("mails_waiting", WAITING_MAILS, 503, "mails that wait to be sent"),
    Limit("failed_sessions_per_minute", 300, 429, "requests of one client with a session of an account that has ended"),
    Limit("person_sessions", MAX_PERSON_SESSIONS, 200, "sessions of one person; the one not used for longest ends"),
    Limit("person_session_s", LIFE_S, 401, "how long a session of a person lasts; of staff 12 hours"),
    Limit("person_idle_s", IDLE_S, 401, "how long it lasts without use; of staff 2 hours"),
    Limit("passkeys", MAX_PASSKEYS, 422, "passkeys of one person"),
    Limit("passkey_name_chars", 60, 422, "the name of a passkey"),
    # Events.
    Limit("events_per_request", 100, 422, "events of one request"),
    Limit("event_query_chars", 1000, 422, "the words of a search, in an event"),
    Limit("event_age_s", 7 * 86_400, 200, "age of a page's event; an older one is dropped"),
    Limit("event_ahead_s", 86_400, 200, "how far an event may be in the future, by a wrong clock; else it is dropped"),
    Limit("events_waiting", 1000, 503, "requests with events that wait for the disk"),
    Limit("events_remembered", 100_000, 200, "ids of events that a process refuses at once; others at the roll-over"),
    Limit("events_journal_bytes", 1024**3, 503, "events that are not rolled over yet"),
)

LIMITS: Final[Mapping[str, Limit]] = MappingProxyType({limit.name: limit for limit in _LIMITS})
"""Every limit by name."""


def share(value: int, workers: int) -> int:
    """The part of a limit that one of ``workers`` server processes gets, at least 1."""
    return max(1, value // workers)


def as_markdown() -> str:
    """The table as ``docs/limits.md`` shows it."""
    rows = [
        f"| `{limit.name}` | {limit.value:,.12g} | {limit.status or 'closed'} | {limit.what} | {_variable(limit)} |"
        for limit in LIMITS.values()
    ]
    return "\n".join(["| Limit | Default | Beyond it | On | Variable |", "|---|---:|---|---|---|", *rows])


def _variable(limit: Limit) -> str:
    return f"`DEEPSTYLE_{limit.setting.upper()}`" if limit.setting else ""
