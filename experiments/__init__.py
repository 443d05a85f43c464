"""Questions asked of many worlds: replicate and compare."""
