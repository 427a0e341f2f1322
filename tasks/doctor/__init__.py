"""Doctor: is this machine, and this institution, fit for Monday? It looks and changes nothing."""
