"""concession-maps: from news articles to measured, publishable maps of who claims which region."""
