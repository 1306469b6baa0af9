"""Use cases across stages: each reads like a list and opens its own transactions."""
