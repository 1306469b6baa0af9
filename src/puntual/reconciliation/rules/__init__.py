"""Pure decisions of reconciliation: reading a statement, and whose money each line is."""
