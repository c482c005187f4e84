"""What the workers do: one module per kind of job, each a plain function that can be called without a thread."""
