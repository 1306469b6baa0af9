"""Tables of facts that contact rules read."""
