"""The only room that speaks SQL: the journal, the settings, and their migrations."""
