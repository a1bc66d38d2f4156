"""The readers of catalogues, one file for each layout."""
