-- core.message: every item, ours and theirs, of the weeks that are read: those asked for and some before them.
-- Columns as staging made them (sql/staging/40_message.sql); iso_week is the week it was written in.

CREATE VIEW core.message AS
SELECT * EXCLUDE (case_cause, case_action, first_resolved_at) FROM staging.week_message;
