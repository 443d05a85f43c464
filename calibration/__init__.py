"""What is believed about the parameters, before and after looking at history."""
