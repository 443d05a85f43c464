"""The same work by other tools, each by its own documented interface at its best, and imported only when asked for.

A peer of work A is ``cascade(graph, seeds=, p=)``, one of work B is ``ladder(setting, graph)``. Either sets up once and
returns a function that takes a seed, makes one replicate ready, and returns a second function that runs it and says
what came of it. Only the second one is timed: setting up costs the peers much, and counts for nothing.
"""
