-- A programme of ?1 lines, four to an order: three fifths of the money from a capital fund, one line in twenty not billed yet,
-- two invoices in three paid.
BEGIN;
INSERT INTO fund VALUES ('CIP', 'Capital Grant for Musical Instruments', 'capital', 100000000000, '2024-09-01', '2026-08-31'),
                        ('OWN', 'Own reserves', 'revenue', 100000000000, NULL, NULL);
INSERT INTO policy VALUES (1, '2024-09-01', 50000, 'line', 12);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
INSERT INTO supplier (id, name, name_key) SELECT i, 'Supplier ' || i, 'supplier' || i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {LINES} / 4)
INSERT INTO purchase (id, supplier_id, ordered_on) SELECT i, i % 40 + 1, date('2024-09-01', '+' || (i % 680) || ' days') FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {LINES})
INSERT INTO purchase_line (id, purchase_id, line, fund, category, description, nature, type, kind, "group", adapted, area, qty, net_pence,
                           vat_pence, vat_rate, vat_recoverable)
SELECT i + 1, i / 4 + 1, i % 4 + 1, CASE WHEN i % 5 < 3 THEN 'CIP' ELSE 'OWN' END,
       CASE i % 6 WHEN 0 THEN 'WCET' WHEN 1 THEN 'CURR' WHEN 2 THEN 'PROG' WHEN 3 THEN 'TECH' WHEN 4 THEN 'ENS' END,
       'Line of goods number ' || i || ', with a few words', 'instrument', 'VN', 'acoustic', 'primary', i % 2,
       CASE WHEN i % 7 THEN 'York' END, i % 12 + 1, (i % 12 + 1) * (500 + i * 37 % 29501), ((i % 12 + 1) * (500 + i * 37 % 29501) * 20 + 50) / 100,
       20, i / 2 % 2
FROM n;
INSERT INTO receipt (line_id, received_on, qty)
SELECT l.id, date(p.ordered_on, '+10 days'), l.qty FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id ORDER BY l.id;
INSERT INTO invoice (id, supplier_id, number, number_key, invoiced_on, paid_on)
SELECT id, supplier_id, 'INV' || id, 'inv' || id, date(ordered_on, '+14 days'), CASE WHEN id % 3 THEN date(ordered_on, '+40 days') END
FROM purchase ORDER BY id;
INSERT INTO invoice_line (invoice_id, line_id, qty, net_pence, vat_pence, policy_id, is_capital)
SELECT purchase_id, id, qty, net_pence, vat_pence, 1, net_pence >= 50000 FROM purchase_line WHERE id % 20 ORDER BY id;
INSERT INTO numbering VALUES ('order', {LINES} / 4);
COMMIT;
