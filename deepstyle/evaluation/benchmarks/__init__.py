"""Published benchmarks: one reader per data set, after the layout in which it is published, and one protocol."""
