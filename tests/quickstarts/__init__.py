"""The docs' quickstarts, started as their pages say and walked through in Chromium."""
