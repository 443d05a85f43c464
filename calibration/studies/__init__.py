"""Calibrations of histories whose course is known: measured, beside what knows nothing of a market."""
