"""The reading rooms: an article in, the regions, claims, amounts and unmappable phrases in it out (`reader.read_article`)."""
