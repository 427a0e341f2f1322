"""What is wrong, told once to who looks after it, with what to do; never what people wrote."""
