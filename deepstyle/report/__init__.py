"""Pictures that people look at."""
