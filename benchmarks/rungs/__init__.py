"""What the ladder is made of: data, training, judging, timing, tables and figures."""
