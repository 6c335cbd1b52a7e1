-- {DUE} loans due at a stage on 22 November 2026, four to a household, and ten times as many that ended long ago. Half of those
-- due were written about at an earlier stage.
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {DUE})
INSERT INTO instrument (id, tag, tag_key, type, size, adapted, condition, source, search_key, replacement_value_pence)
SELECT i, printf('VN-%06d', i), printf('VN-%06d', i), 'VN', '3/4', 0, 'good', 'unknown', printf('vn-%06d violin', i), 25000 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
INSERT INTO school (urn, name, name_key, status) SELECT 100000 + i, 'School ' || i, 'school ' || i, 'open' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= {DUE} / 4)
INSERT INTO person (id, name, name_key, role, email)
SELECT i, 'Hirer Number ' || i, 'hirer number ' || i, 'adult', 'hirer' || i || '@example.org' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= {DUE})
INSERT INTO person (id, name, name_key, role, school_urn, year_group, hirer_id)
SELECT {DUE} + i, 'Pupil Number ' || i, 'pupil number ' || i, 'pupil', 100001 + i % 400, '5', i / 4 + 1 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {DUE} * 10)
INSERT INTO loan (id, instrument_id, scheme, person_id, school_urn, hirer_id, out_on, due_on, returned_on)
SELECT i + 1, i % {DUE} + 1, 'hire', {DUE} + i % {DUE} + 1, 100001 + i % 400, i % {DUE} / 4 + 1, '2020-09-10', '2021-07-21', '2021-07-20' FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {DUE})
INSERT INTO loan (id, instrument_id, scheme, person_id, school_urn, hirer_id, out_on, due_on)
SELECT {DUE} * 10 + i + 1, i + 1, 'hire', {DUE} + i + 1, 100001 + i % 400, i / 4 + 1, '2025-09-10',
       date('2026-11-22', '-' || (i % 100 + 14) || ' days') FROM n;
INSERT INTO message (id, person_id, route, address, claimed_at, claimed_on, settled_at)
SELECT id, id, 'email', email, '2026-11-01T06:00:00+00:00', '2026-11-01', '2026-11-01T06:00:00+00:00' FROM person WHERE role = 'adult';
INSERT INTO reminder (loan_id, due_on, stage, state, message_id)
SELECT id, due_on, 'first', 'sent', hirer_id FROM loan WHERE returned_on IS NULL AND id % 2;
INSERT INTO numbering VALUES ('message', {DUE}), ('loan', {DUE} * 11), ('person', {DUE} * 2);
COMMIT;
