"""One world, day by day: population, social graph, daily pressure, draws, rules, kernel, Mesa model, metrics."""
