"""The contract suite's asserts explain themselves like those of a test file."""

import pytest

pytest.register_assert_rewrite("tests.store.contract", "tests.store.model", "tests.store.stateful")
