"""The vector index's contract (``base``), and Milvus; the index is derived from the store and follows it."""
