"""A demo catalogue that the project draws itself, with outfits whose rules are known (see ``rules``)."""
