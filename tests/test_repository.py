"""No large file, store, cache or stray model is committed: neither in the tree nor in the history."""

import fnmatch
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
HEAD_BYTES = 16
STORES = {b"SQLite format 3\0": "an SQLite database", b"\x41\xd8\x01\x00": "a WiredTiger file"}
STORE_NAMES = ("*.db", "*.db-wal", "*.db-shm", "*.sqlite", "*.sqlite3", "*.wt", "WiredTiger*")
MODEL_NAMES = ("*.safetensors", "*.onnx", "*.pt", "*.pth", "*.ckpt", "*.npz", "*.bin")
CACHES = {
    *("__pycache__", "node_modules", ".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"),
    *(".import_linter_cache", ".cache", "var"),
}


@dataclass(frozen=True)
class Policy:
    """What ``[tool.deepstyle.repository]`` allows: a size for every file, exceptions by glob, and known mistakes."""

    max_bytes: int
    exceptions: dict[str, int]
    known_blobs: frozenset[str]

    @classmethod
    def read(cls, pyproject: Path) -> "Policy":
        table = tomllib.loads(pyproject.read_text("utf-8"))["tool"]["deepstyle"]["repository"]
        return cls(table["max_bytes"], table["exceptions"], frozenset(table["known_blobs"]))

    def problem(self, path: str, size_bytes: int, head: bytes) -> str | None:
        """Why a file may not be committed, or ``None``; ``head`` is its first bytes."""
        cap = next((cap for glob, cap in self.exceptions.items() if fnmatch.fnmatchcase(path, glob)), None)
        if size_bytes > (cap or self.max_bytes):
            return f"{path} has {size_bytes:,} bytes; at most {cap or self.max_bytes:,} are allowed"
        if cap is not None:
            return None
        return _unwanted(PurePosixPath(path), head)


def _unwanted(path: PurePosixPath, head: bytes) -> str | None:
    for magic, kind in STORES.items():
        if head.startswith(magic):
            return f"{path} is {kind}"
    if CACHES.intersection(path.parts):
        return f"{path} belongs to a cache or a build"
    if any(fnmatch.fnmatchcase(path.name, name) for name in STORE_NAMES):
        return f"{path} has the name of a store"
    if any(fnmatch.fnmatchcase(path.name, name) for name in MODEL_NAMES):
        return f"{path} has the name of a model or of vectors"
    return None


POLICY = Policy.read(ROOT / "pyproject.toml")


def git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(["git", "-C", str(root), *arguments], input=stdin, check=True, capture_output=True).stdout


def tree_problems(root: Path, policy: Policy) -> list[str]:
    """What is wrong with the files that git tracks, as they are in the working tree."""
    problems = []
    for name in git(root, "ls-files", "-z").decode().split("\0"):
        file = root / name
        if name and file.is_file():
            with file.open("rb") as opened:
                problems.append(policy.problem(name, file.stat().st_size, opened.read(HEAD_BYTES)))
    return [problem for problem in problems if problem]


def history_problems(root: Path, policy: Policy) -> list[str]:
    """What is wrong with any file of any commit that ``HEAD`` reaches, known mistakes aside."""
    problems = (policy.problem(path, size, head) for path, size, head in _blobs(root, policy.known_blobs))
    return [problem for problem in problems if problem]


def _blobs(root: Path, known: frozenset[str]) -> Iterator[tuple[str, int, bytes]]:
    """Path, size and first bytes of every blob in the history."""
    listed = (line.partition(" ") for line in git(root, "rev-list", "--objects", "HEAD").decode().splitlines())
    paths = {blob: path for blob, _, path in listed if path and blob not in known}
    out = git(root, "cat-file", "--batch", "--buffer", stdin="".join(f"{blob}\n" for blob in paths).encode())
    start = 0
    while start < len(out):
        end = out.index(b"\n", start)
        blob, kind, size_bytes = out[start:end].decode().split()
        start = end + 1
        if kind == "blob":
            yield paths[blob], int(size_bytes), out[start : start + HEAD_BYTES]
        start += int(size_bytes) + 1


def clone_of(root: Path) -> Path:
    """``root``, or a skip that says why git knows nothing about it."""
    try:
        top = git(root, "rev-parse", "--show-toplevel").decode().strip()
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        pytest.skip(f"git cannot read this checkout: {getattr(error, 'stderr', error)!r}")
    if Path(top).resolve() != root.resolve():
        pytest.skip("this checkout is not a clone of its own, such as an unpacked archive")
    return root


def test_every_tracked_file_may_be_committed() -> None:
    assert tree_problems(clone_of(ROOT), POLICY) == []


def test_no_commit_adds_what_may_not_be_committed() -> None:
    root = clone_of(ROOT)
    if git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        pytest.skip("a shallow clone has no history to check")
    assert history_problems(root, POLICY) == []


@pytest.mark.parametrize(
    ("path", "size_bytes", "head", "reason"),
    [
        ("docs/film.mp4", 1_000_001, b"", "1,000,001 bytes"),
        ("deepstyle/style/packaged/lite2.bin", 1 << 30, b"", "bytes; at most"),
        ("fixtures/shop.dat", 4096, b"SQLite format 3\0", "an SQLite database"),
        ("fixtures/shop.dat", 4096, b"\x41\xd8\x01\x00", "a WiredTiger file"),
        ("bench/shop.db", 0, b"", "the name of a store"),
        ("data/WiredTigerHS.wt", 10, b"", "the name of a store"),
        ("deepstyle/__pycache__/shop.cpython-311.pyc", 10, b"", "a cache"),
        ("web/node_modules/react/index.js", 10, b"", "a cache"),
        ("models/head.safetensors", 10, b"", "the name of a model"),
    ],
)
def test_what_is_refused(path: str, size_bytes: int, head: bytes, reason: str) -> None:
    assert reason in (POLICY.problem(path, size_bytes, head) or "")


@pytest.mark.parametrize(
    ("path", "size_bytes"),
    [("README.md", 1_000_000), ("deepstyle/compatibility/packaged/lite2/head.safetensors", 1_400_000)],
)
def test_what_is_accepted(path: str, size_bytes: int) -> None:
    assert POLICY.problem(path, size_bytes, b"") is None


def test_a_store_that_was_removed_again_is_still_found(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    store = tmp_path / "shop.dat"
    store.write_bytes(b"SQLite format 3\0")
    git(tmp_path, "add", ".")
    git(tmp_path, *identity, "commit", "-qm", "a store")
    assert tree_problems(tmp_path, POLICY) == history_problems(tmp_path, POLICY) == ["shop.dat is an SQLite database"]
    git(tmp_path, "rm", "-q", "shop.dat")
    git(tmp_path, *identity, "commit", "-qm", "no store")
    assert tree_problems(tmp_path, POLICY) == []
    assert history_problems(tmp_path, POLICY) == ["shop.dat is an SQLite database"]
    blob = git(tmp_path, "rev-parse", "HEAD~:shop.dat").decode().strip()
    assert history_problems(tmp_path, Policy(POLICY.max_bytes, {}, frozenset({blob}))) == []
