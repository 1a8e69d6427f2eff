"""The operators' door: commands, the demonstration data, and starting the server."""
