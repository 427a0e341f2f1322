-- Waiting lines for core.kaplan_meier: who waited how long on both clocks, and whether it has ended.

-- For a first answer: conversations.
CREATE VIEW core.asked_line AS
SELECT week, dimension, "group", calendar_seconds, open_seconds, answered AS ended
FROM core.asked;

-- For any answer: every turn.
CREATE VIEW core.waited_line AS
SELECT week, dimension, "group", calendar_seconds, open_seconds, answered AS ended
FROM core.waited;

-- For somebody who takes the case.
CREATE VIEW core.owner_line AS
SELECT
    week,
    dimension,
    "group",
    to_owner_calendar_seconds AS calendar_seconds,
    to_owner_open_seconds AS open_seconds,
    assigned AS ended
FROM core.issue;

-- For a call back, once somebody has the case.
CREATE VIEW core.callback_line AS
SELECT
    week,
    dimension,
    "group",
    callback_calendar_seconds AS calendar_seconds,
    callback_open_seconds AS open_seconds,
    called_back AS ended
FROM core.issue
WHERE awaits_call;

-- For a solution that lasts.
CREATE VIEW core.solution_line AS
SELECT
    week,
    dimension,
    "group",
    to_solution_calendar_seconds AS calendar_seconds,
    to_solution_open_seconds AS open_seconds,
    solved AS ended
FROM core.issue;
