"""Extract: whatever a source gives becomes immutable raw pages and fetch windows. Nothing is judged here."""
