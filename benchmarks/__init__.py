"""Speed and quality against peers, rerunnable; nothing here is asserted."""
