"""From articles to statements: language and a model, the slow part."""
