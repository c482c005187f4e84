"""File mode's way in: what lies in a folder, what of it can be used, and what is wrong with the rest (FILE-01, FILE-02)."""
