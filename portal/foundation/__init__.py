"""Time, credentials, database, limits, headers: what every room stands on."""
