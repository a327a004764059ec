"""Paragraph-level alignment of news coverage across languages."""
