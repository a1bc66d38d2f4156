"""The error tree is the one that its docstring draws."""

import deepstyle.errors as errors


def test_all_is_sorted_and_complete() -> None:
    defined = sorted(name for name, value in vars(errors).items() if isinstance(value, type))
    assert errors.__all__ == sorted(errors.__all__) == defined


def test_docstring_draws_every_error() -> None:
    assert errors.__doc__ is not None
    for name in errors.__all__:
        assert name in errors.__doc__


def test_remedy_is_part_of_the_text() -> None:
    assert str(errors.DataError("bad file.", remedy="Fix it.")) == "bad file. Fix it."
    assert str(errors.DataError("bad file.")) == "bad file."
