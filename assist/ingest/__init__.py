"""Live calls: one pure session a door, and what all doors share."""
