"""The editions there are, for who looks them up: read from their folders and the ledger, never written."""
