"""The reading rooms: an `Article` in, a `Reading` out (`reader.read_article`); nothing here opens a file."""
