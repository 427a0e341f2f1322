"""A person looks before a report is mailed: what they are asked, what they answered, and what it binds."""
