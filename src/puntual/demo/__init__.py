"""A believable demo company: its portfolio, its payments and its collection history."""
