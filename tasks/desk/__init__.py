"""The case desk: what becomes of those who wait, for teams without a helpdesk. Every statement is journaled."""
