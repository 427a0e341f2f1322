"""Deliver: an edition goes to every recipient, at most once unless somebody asks for more, and a receipt stays."""
