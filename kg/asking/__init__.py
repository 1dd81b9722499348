"""From the graph to answers: queries, the network of actors, pictures, a page."""
