"""Figures and pages for people to look at, and the reports that an operator publishes."""
