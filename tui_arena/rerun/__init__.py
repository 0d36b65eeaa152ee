"""A session's prompts asked again, and its answers held against those from before."""
