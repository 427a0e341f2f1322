"""Stage: raw pages become the lake. What is in a week's partition depends on the landed pages alone, not on their order."""
