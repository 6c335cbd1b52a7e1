.mode csv
.headers on
SELECT fund, category, printf('%.2f', sum(committed) / 100.0) AS committed, printf('%.2f', sum(delivered) / 100.0) AS delivered,
       printf('%.2f', sum(spent) / 100.0) AS spent, printf('%.2f', sum(paid) / 100.0) AS paid, count(*) AS lines
FROM (
    SELECT l.fund, l.category,
           CASE WHEN b.id IS NULL THEN l.net_pence + CASE l.vat_recoverable WHEN 1 THEN 0 ELSE l.vat_pence END ELSE 0 END AS committed,
           CASE WHEN b.id IS NULL AND l.qty <= (SELECT sum(r.qty) FROM receipt r WHERE r.line_id = l.id)
                THEN l.net_pence + CASE l.vat_recoverable WHEN 1 THEN 0 ELSE l.vat_pence END ELSE 0 END AS delivered,
           coalesce(b.net_pence + CASE l.vat_recoverable WHEN 1 THEN 0 ELSE b.vat_pence END, 0) AS spent,
           CASE WHEN n.paid_on IS NULL THEN 0 ELSE b.net_pence + CASE l.vat_recoverable WHEN 1 THEN 0 ELSE b.vat_pence END END AS paid
    FROM purchase_line l LEFT JOIN invoice_line b ON b.line_id = l.id LEFT JOIN invoice n ON n.id = b.invoice_id
)
GROUP BY fund, category ORDER BY fund, category;
