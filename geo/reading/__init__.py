"""The reading rooms: an article in, claims, amounts and unmappable phrases out (`reader.read_article`)."""
