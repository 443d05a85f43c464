"""Stub."""


def report_html(comparison, loaded):
    """Stub."""
    return "<!doctype html>"
