"""Recommend: the plan most likely to meet a goal, and how sure that is."""
