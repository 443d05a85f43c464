"""The commands of ``apath``: their words and options; each imports what it needs when it is called."""
