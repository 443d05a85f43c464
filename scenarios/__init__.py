"""The language of a what-if: typed schema, loading with line-numbered errors, defaults and bundled files."""
