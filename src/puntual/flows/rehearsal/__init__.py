"""What a plan would do: today, in the days to come, and in days that are over. Nothing of it is carried out."""
