"""What a user keeps here: contexts, skills and tasks. Knows no HTML, no sessions and no tokens."""
