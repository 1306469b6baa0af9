"""The API: what programs of the company may read and write."""
