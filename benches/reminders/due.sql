.mode csv
.headers on
-- What `remind` asks of the file, with its columns, its conditions and its order; the ladder's stages by a CASE.
SELECT * FROM (
    SELECT coalesce(h.id, p.id) AS contact, coalesce(h.name, p.name) AS contact_name,
           CASE WHEN coalesce(h.email, p.email) IS NOT NULL THEN 'email' WHEN coalesce(h.address, p.address) IS NOT NULL THEN 'letter' ELSE 'none' END AS route,
           coalesce(h.email, p.email, h.address, p.address) AS address, l.id AS loan, i.tag, i.type, p.name AS borrower_name, l.due_on,
           julianday('2026-11-22') - julianday(l.due_on) AS days_late,
           CASE WHEN l.due_on <= '2026-10-25' THEN 4 WHEN l.due_on <= '2026-11-08' THEN 3 WHEN l.due_on <= '2026-11-21' THEN 2 ELSE 1 END AS stage,
           (SELECT max(CASE r.stage WHEN 'due-soon' THEN 1 WHEN 'first' THEN 2 WHEN 'second' THEN 3 ELSE 4 END) FROM reminder r
            WHERE r.loan_id = l.id AND r.due_on = l.due_on AND r.state IN ('waiting', 'claimed', 'sent') AND r.state <> 'waiting') AS said
    FROM loan l
    JOIN instrument i ON i.id = l.instrument_id
    JOIN type t ON t.code = i.type
    LEFT JOIN person p ON p.id = l.person_id
    LEFT JOIN person h ON h.id = l.hirer_id AND h.role <> 'pupil'
    LEFT JOIN organisation o ON o.id = l.organisation_id
    LEFT JOIN school s ON s.urn = l.school_urn
    WHERE l.due_on <= '2026-12-06' AND l.due_on >= '2026-07-25'
      AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
      AND NOT EXISTS (SELECT 1 FROM repair r WHERE r.instrument_id = l.instrument_id AND r.back_on IS NULL)
      AND NOT EXISTS (SELECT 1 FROM hold k WHERE k.loan_id = l.id AND k.until >= '2026-11-22')
) AS due
WHERE said IS NULL OR said < stage
ORDER BY contact, due_on, loan;
