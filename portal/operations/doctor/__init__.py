"""`flask doctor`: looks at all that the portal depends on, and names a cure for what is wrong. Changes nothing."""
