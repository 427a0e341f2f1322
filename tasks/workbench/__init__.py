"""What analysts work with: cases of a metric, checking one, starting one. Nothing here is part of making a report."""
