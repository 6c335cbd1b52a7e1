.mode csv
.headers on
SELECT l.fund, 'O' || l.purchase_id AS "order", 'O' || l.purchase_id || '/' || l.line AS line,
       substr(coalesce(n.invoiced_on, p.ordered_on), 1, 4) - (substr(coalesce(n.invoiced_on, p.ordered_on), 6, 2) < '09') AS academic_year,
       substr(coalesce(n.invoiced_on, p.ordered_on), 1, 4) - (substr(coalesce(n.invoiced_on, p.ordered_on), 6) < '04-01') AS financial_year,
       p.ordered_on, n.invoiced_on, n.number, s.name, s.framework_lot, l.description, l.nature, l.type, l.kind, l.category, l."group",
       CASE l.adapted WHEN 1 THEN 'yes' ELSE 'no' END AS adapted, l.area, l.qty,
       printf('%d.%02d', l.net_pence / 100, l.net_pence % 100) AS line_net, printf('%d.%02d', l.vat_pence / 100, l.vat_pence % 100) AS line_vat,
       CASE l.vat_recoverable WHEN 1 THEN 'yes' ELSE 'no' END AS vat_recoverable,
       printf('%d.%02d', l.grant_cost_pence / 100, l.grant_cost_pence % 100) AS grant_cost,
       CASE WHEN n.paid_on IS NOT NULL THEN 'paid' WHEN b.id IS NOT NULL THEN 'spent'
            WHEN l.qty <= (SELECT sum(r.qty) FROM receipt r WHERE r.line_id = l.id) THEN 'delivered' ELSE 'committed' END AS state,
       CASE b.is_capital WHEN 1 THEN 'capital' WHEN 0 THEN 'revenue' END AS capital_result, o.effective_on AS policy,
       (SELECT group_concat(i.tag, ', ') FROM instrument i WHERE i.purchase_line_id = l.id) AS tags
FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id JOIN supplier s ON s.id = p.supplier_id
LEFT JOIN invoice_line b ON b.line_id = l.id LEFT JOIN invoice n ON n.id = b.invoice_id LEFT JOIN policy o ON o.id = b.policy_id
ORDER BY l.purchase_id, l.line;
