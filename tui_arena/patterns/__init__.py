"""Where a model fails, and whether another one fails elsewhere.

The methods are those of exploratory spatial data analysis, on a graph of prompts that are alike. No
Textual and no JAX in here.
"""
