-- Waiting lines for core.kaplan_meier: who waited how long on both clocks, and whether it has ended.

-- For a first answer: conversations.
CREATE VIEW core.asked_line AS
SELECT week, dimension, "group", 'calendar' AS clock, calendar_seconds AS seconds, answered AS ended FROM core.asked
UNION ALL
SELECT week, dimension, "group", 'open' AS clock, open_seconds AS seconds, answered AS ended FROM core.asked;

CREATE VIEW core.answer_curve AS
SELECT * FROM core.kaplan_meier('core.asked_line');

-- For any answer: every turn.
CREATE VIEW core.waited_line AS
SELECT week, dimension, "group", 'calendar' AS clock, calendar_seconds AS seconds, answered AS ended FROM core.waited
UNION ALL
SELECT week, dimension, "group", 'open' AS clock, open_seconds AS seconds, answered AS ended FROM core.waited;

-- For somebody who takes the case.
CREATE VIEW core.owner_line AS
SELECT week, dimension, "group", 'calendar' AS clock, to_owner_calendar_seconds AS seconds, assigned AS ended
FROM core.issue
UNION ALL
SELECT week, dimension, "group", 'open' AS clock, to_owner_open_seconds AS seconds, assigned AS ended FROM core.issue;

-- For a call back, once somebody has the case.
CREATE VIEW core.callback_line AS
SELECT week, dimension, "group", 'calendar' AS clock, callback_calendar_seconds AS seconds, called_back AS ended
FROM core.issue
WHERE awaits_call
UNION ALL
SELECT week, dimension, "group", 'open' AS clock, callback_open_seconds AS seconds, called_back AS ended
FROM core.issue
WHERE awaits_call;

-- For a solution that lasts.
CREATE VIEW core.solution_line AS
SELECT week, dimension, "group", 'calendar' AS clock, to_solution_calendar_seconds AS seconds, solved AS ended
FROM core.issue
UNION ALL
SELECT week, dimension, "group", 'open' AS clock, to_solution_open_seconds AS seconds, solved AS ended FROM core.issue;
