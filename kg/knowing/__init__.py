"""From statements to a graph: who is who, what happened; no model, the fast part."""
