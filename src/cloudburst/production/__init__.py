"""Many events in shards, on many processes: idempotent, resumable, with checksums."""

__all__ = []
