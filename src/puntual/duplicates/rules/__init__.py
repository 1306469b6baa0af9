"""Pure decisions about duplicates: how names are read, who is compared with whom, and what is proposed."""
