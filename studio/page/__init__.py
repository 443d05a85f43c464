"""The page on this machine: edit plans, run them, watch people talk. Imports nothing heavy before it has to."""
