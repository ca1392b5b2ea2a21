-- What nobody has used for months can be revoked without fear.
ALTER TABLE tokens ADD COLUMN last_used_at INTEGER; -- within the hour: written at most once an hour and token
