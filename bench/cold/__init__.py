"""What a function's first answer costs, against a handler that makes the same AWS calls and nothing else."""
