"""What an institution may call its own in the report: a logo, two colours, typefaces and a letter above the mail."""
