"""Shoppers that do not exist: their tastes, what they click, and catalogues for them. Seeds are fixed."""
