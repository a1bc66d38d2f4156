"""The program ``deepstyle``, which is also ``python -m deepstyle``: the command line in a process of its own."""

from typing import NoReturn

from deepstyle.process import prepare_process


def main() -> NoReturn:
    """Prepare the process, then import and run the command line."""
    prepare_process()  # before NumPy is imported
    from deepstyle.cli import main as run

    run()


if __name__ == "__main__":
    main()
