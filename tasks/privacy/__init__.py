"""What the law asks of whoever keeps people's words: erasure and access, retention, keys, the data map, the journal of
looks (docs/privacy). What changes pages or lake needs ``tasks.holding.alone`` throughout.
"""
