"""Speed and memory, as ratios measured within one run: machines differ and are shared."""
