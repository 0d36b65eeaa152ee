"""What scoring finds, as one HTML file: every figure, and what was said behind it."""
