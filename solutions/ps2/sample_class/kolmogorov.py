# Handed in as it was given out: nothing is written.
