"""The room of the interactive page: atlas -> folium map -> one HTML file that needs no network."""
