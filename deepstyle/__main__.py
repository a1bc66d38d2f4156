"""``python -m deepstyle``: the command line."""

from deepstyle.cli import main

if __name__ == "__main__":
    main()
