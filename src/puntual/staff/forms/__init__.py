"""Forms of the staff pages: what may be typed, in which words."""
