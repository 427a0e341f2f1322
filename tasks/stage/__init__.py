"""Stage: raw pages become the lake. A week's partition depends on the landed pages alone, not their order."""
