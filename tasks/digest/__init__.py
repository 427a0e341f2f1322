"""Between two reports: who waits for whom, what is urgent, whether a storm is coming; each told once, by mail."""
