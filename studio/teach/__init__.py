"""Word of mouth for a class: a small market that can be changed, watched and replayed, and lessons that come true."""
