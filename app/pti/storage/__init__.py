"""What must survive: received instances, the outbox."""
