"""Ways to hand a message over. `contract` says what each must keep; `fake` passes the same tests as `smtp`."""
