"""Whom to seed: influencers chosen on reverse-reachable sets, with a proof of how good the choice is."""
