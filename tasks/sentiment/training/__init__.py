"""Making the weights: ``./weerklank train sentiment``. Nothing here runs when a report is made."""
