-- read: view incoming; reads validated, sources
SELECT v.`transaction_id`, v.`receipt_id`, v.`store_id`, v.`product_id`, v.`quantity`, v.`revenue`, v.`discount_applied`, timestamp_micros(v.`event_time_us`) AS `event_time`, date_from_unix_date(CAST((v.`event_time_us` - pmod(v.`event_time_us`, 86400000000)) div 86400000000 AS INT)) AS `date`, o.`source_order`, source_file
FROM validated AS v JOIN sources AS o USING (source_file)

-- read: check dates; reads incoming
SELECT `date`, CAST(sum(line_count) AS BIGINT) AS line_count, coalesce(max(overlapping), 0) = 1 AS shared
FROM (
  SELECT `date`, line_count, CASE WHEN lowest <= max(highest) OVER (
    PARTITION BY `date` ORDER BY lowest, highest, source_file ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) THEN 1 ELSE 0 END AS overlapping
  FROM (
    SELECT `date`, source_file, count(*) AS line_count, min(`transaction_id`) AS lowest, max(`transaction_id`) AS highest
    FROM incoming
    GROUP BY `date`, source_file
  ) AS per_file
) AS ranges
GROUP BY `date`
ORDER BY `date`

-- unify: view key_hashes; reads incoming; over dates
SELECT xxhash64(i.`date`, i.`transaction_id`) AS key_hash
FROM incoming AS i
WHERE i.`date` IN ({dates})

-- unify: table suspects; reads key_hashes; empty with key_hashes
SELECT key_hash
FROM key_hashes
GROUP BY key_hash
HAVING count(*) > 1

-- unify: check unknown_files; reads incoming, sources; empty with suspects
SELECT DISTINCT i.source_file FROM incoming AS i LEFT ANTI JOIN sources AS o ON i.source_file = o.source_file
LIMIT 1

-- unify: table ranked; reads incoming, suspects; over dates; empty with suspects
SELECT `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`, `source_order`, row_number() OVER (PARTITION BY `date`, `transaction_id` ORDER BY source_order DESC, source_file DESC) AS place
FROM (
  SELECT i.`transaction_id`, i.`receipt_id`, i.`store_id`, i.`product_id`, i.`quantity`, i.`revenue`, i.`discount_applied`, i.`event_time`, i.`date`, i.`source_order`, i.source_file
  FROM incoming AS i LEFT SEMI JOIN suspects AS s ON xxhash64(i.`date`, i.`transaction_id`) = s.key_hash
  WHERE i.`date` IN ({dates})
) AS suspected

-- unify: table batch_lost; reads ranked; empty with ranked
SELECT l.`date`, l.`transaction_id`, l.`receipt_id`, l.`store_id`, l.`product_id`, l.`quantity`, l.`revenue`, l.`discount_applied`, l.`event_time`, w.`receipt_id` AS `kept_receipt_id`, w.`store_id` AS `kept_store_id`, w.`product_id` AS `kept_product_id`, w.`quantity` AS `kept_quantity`, w.`revenue` AS `kept_revenue`, w.`discount_applied` AS `kept_discount_applied`, w.`event_time` AS `kept_event_time`, l.`receipt_id` IS NOT DISTINCT FROM w.`receipt_id` AND l.`store_id` IS NOT DISTINCT FROM w.`store_id` AND l.`product_id` IS NOT DISTINCT FROM w.`product_id` AND l.`quantity` IS NOT DISTINCT FROM w.`quantity` AND l.`revenue` IS NOT DISTINCT FROM w.`revenue` AND l.`discount_applied` IS NOT DISTINCT FROM w.`discount_applied` AND l.`event_time` IS NOT DISTINCT FROM w.`event_time` AS same, false AS newer
FROM ranked AS l JOIN ranked AS w ON l.`date` = w.`date` AND l.`transaction_id` = w.`transaction_id`
WHERE l.place > 1 AND w.place = 1

-- unify: view batch; reads incoming, suspects, ranked
SELECT i.`transaction_id`, i.`receipt_id`, i.`store_id`, i.`product_id`, i.`quantity`, i.`revenue`, i.`discount_applied`, i.`event_time`, i.`date`, i.`source_order`
FROM incoming AS i LEFT ANTI JOIN suspects AS s ON xxhash64(i.`date`, i.`transaction_id`) = s.key_hash
UNION ALL
SELECT `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`, `source_order`
FROM ranked
WHERE place = 1

-- match: table matched_keys; reads existing, batch; empty with existing
SELECT e.`date`, e.`transaction_id`
FROM existing AS e LEFT SEMI JOIN batch AS b USING (`date`, `transaction_id`)

-- compare: view matched; reads existing, matched_keys; empty with matched_keys
SELECT e.`transaction_id`, e.`receipt_id`, e.`store_id`, e.`product_id`, e.`quantity`, e.`revenue`, e.`discount_applied`, e.`event_time`, e.`date`, e.`source_order`
FROM existing AS e LEFT SEMI JOIN matched_keys AS k USING (`date`, `transaction_id`)

-- compare: view compared; reads batch, matched; empty with matched
SELECT b.`date`, b.`transaction_id`, b.`receipt_id`, b.`store_id`, b.`product_id`, b.`quantity`, b.`revenue`, b.`discount_applied`, b.`event_time`, m.`receipt_id` AS `kept_receipt_id`, m.`store_id` AS `kept_store_id`, m.`product_id` AS `kept_product_id`, m.`quantity` AS `kept_quantity`, m.`revenue` AS `kept_revenue`, m.`discount_applied` AS `kept_discount_applied`, m.`event_time` AS `kept_event_time`, b.source_order,
  b.`receipt_id` IS NOT DISTINCT FROM m.`receipt_id` AND b.`store_id` IS NOT DISTINCT FROM m.`store_id` AND b.`product_id` IS NOT DISTINCT FROM m.`product_id` AND b.`quantity` IS NOT DISTINCT FROM m.`quantity` AND b.`revenue` IS NOT DISTINCT FROM m.`revenue` AND b.`discount_applied` IS NOT DISTINCT FROM m.`discount_applied` AND b.`event_time` IS NOT DISTINCT FROM m.`event_time` AS same,
  (b.`source_order` IS NOT NULL AND (m.`source_order` IS NULL OR b.`source_order` > m.`source_order`) OR b.`source_order` IS NOT DISTINCT FROM m.`source_order` AND (b.`receipt_id` IS NOT NULL AND (m.`receipt_id` IS NULL OR b.`receipt_id` > m.`receipt_id`) OR b.`receipt_id` IS NOT DISTINCT FROM m.`receipt_id` AND (b.`store_id` IS NOT NULL AND (m.`store_id` IS NULL OR b.`store_id` > m.`store_id`) OR b.`store_id` IS NOT DISTINCT FROM m.`store_id` AND (b.`product_id` IS NOT NULL AND (m.`product_id` IS NULL OR b.`product_id` > m.`product_id`) OR b.`product_id` IS NOT DISTINCT FROM m.`product_id` AND (b.`quantity` IS NOT NULL AND (m.`quantity` IS NULL OR b.`quantity` > m.`quantity`) OR b.`quantity` IS NOT DISTINCT FROM m.`quantity` AND (b.`revenue` IS NOT NULL AND (m.`revenue` IS NULL OR b.`revenue` > m.`revenue`) OR b.`revenue` IS NOT DISTINCT FROM m.`revenue` AND (b.`discount_applied` IS NOT NULL AND (m.`discount_applied` IS NULL OR b.`discount_applied` > m.`discount_applied`) OR b.`discount_applied` IS NOT DISTINCT FROM m.`discount_applied` AND (b.`event_time` IS NOT NULL AND (m.`event_time` IS NULL OR b.`event_time` > m.`event_time`))))))))) AS newer
FROM batch AS b JOIN matched AS m ON b.`date` = m.`date` AND b.`transaction_id` = m.`transaction_id`

-- compare: view fresh; reads batch, matched_keys
SELECT b.`transaction_id`, b.`receipt_id`, b.`store_id`, b.`product_id`, b.`quantity`, b.`revenue`, b.`discount_applied`, b.`event_time`, b.`date`, b.`source_order`
FROM batch AS b LEFT ANTI JOIN matched_keys AS k USING (`date`, `transaction_id`)

-- compare: check tally; reads batch_lost, compared; empty with batch_lost, compared
SELECT
  `date` AS date,
  coalesce(sum(CASE WHEN same THEN 1 ELSE 0 END), 0) AS duplicates,
  coalesce(sum(CASE WHEN NOT same AND NOT newer THEN 1 ELSE 0 END), 0) AS conflicts,
  coalesce(sum(CASE WHEN NOT same AND newer THEN 1 ELSE 0 END), 0) AS updated
FROM (
  SELECT `date`, same, newer FROM batch_lost
  UNION ALL
  SELECT `date`, same, newer FROM compared
) AS judged
GROUP BY `date`
ORDER BY 1

-- conflicts: check conflict_samples; reads batch_lost, compared; over dates
SELECT `date`, `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `kept_receipt_id`, `kept_store_id`, `kept_product_id`, `kept_quantity`, `kept_revenue`, `kept_discount_applied`, `kept_event_time`
FROM (
  SELECT `date`, `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `kept_receipt_id`, `kept_store_id`, `kept_product_id`, `kept_quantity`, `kept_revenue`, `kept_discount_applied`, `kept_event_time` FROM batch_lost WHERE NOT same AND NOT newer AND `date` IN ({dates})
  UNION ALL
  SELECT `date`, `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `kept_receipt_id`, `kept_store_id`, `kept_product_id`, `kept_quantity`, `kept_revenue`, `kept_discount_applied`, `kept_event_time` FROM compared WHERE NOT same AND NOT newer AND `date` IN ({dates})
) AS conflicts
ORDER BY `date` NULLS FIRST, `transaction_id` NULLS FIRST, `receipt_id` NULLS FIRST, `store_id` NULLS FIRST, `product_id` NULLS FIRST, `quantity` NULLS FIRST, `revenue` NULLS FIRST, `discount_applied` NULLS FIRST, `event_time` NULLS FIRST, `kept_receipt_id` NULLS FIRST, `kept_store_id` NULLS FIRST, `kept_product_id` NULLS FIRST, `kept_quantity` NULLS FIRST, `kept_revenue` NULLS FIRST, `kept_discount_applied` NULLS FIRST, `kept_event_time` NULLS FIRST
LIMIT 20

-- replace: table updates; reads compared; empty with compared
SELECT `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`, `source_order`
FROM compared
WHERE newer

-- replace: check dates; reads updates; empty with updates
SELECT DISTINCT `date` AS date FROM updates ORDER BY 1

-- replace: merge replaced; reads updates; over dates; empty with updates
SELECT * FROM updates
-- {
--   "on": "t.`date` IN ({dates}) AND t.`date` = s.`date` AND t.`transaction_id` = s.`transaction_id`",
--   "update": "true",
--   "delete": null,
--   "insert": null,
--   "set": {
--     "transaction_id": "s.`transaction_id`",
--     "receipt_id": "s.`receipt_id`",
--     "store_id": "s.`store_id`",
--     "product_id": "s.`product_id`",
--     "quantity": "s.`quantity`",
--     "revenue": "s.`revenue`",
--     "discount_applied": "s.`discount_applied`",
--     "event_time": "s.`event_time`",
--     "date": "s.`date`",
--     "source_order": "s.`source_order`"
--   }
-- }

-- explain: check stray_samples; reads examined
SELECT `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`, `source_order`, CASE WHEN (`quantity` < -1000000000 OR `quantity` > 1000000000) THEN 'quantity' END AS broken_column, CASE WHEN (`quantity` < -1000000000 OR `quantity` > 1000000000) THEN CAST(`quantity` AS STRING) END AS broken_value
FROM examined
WHERE coalesce((`quantity` < -1000000000 OR `quantity` > 1000000000), FALSE)
LIMIT 5

-- repair: table strays; reads examined
SELECT `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`, `source_order`, CASE WHEN (`quantity` < -1000000000 OR `quantity` > 1000000000) THEN 'quantity' END AS broken_column, CASE WHEN (`quantity` < -1000000000 OR `quantity` > 1000000000) THEN CAST(`quantity` AS STRING) END AS broken_value
FROM examined
WHERE coalesce((`quantity` < -1000000000 OR `quantity` > 1000000000), FALSE)

-- repair: check dates; reads strays
SELECT DISTINCT `date` AS date FROM strays ORDER BY 1

-- repair: check columns; reads strays
SELECT broken_column, count(*) AS line_count FROM strays GROUP BY broken_column

-- repair: check samples; reads strays
SELECT * FROM strays ORDER BY `transaction_id` NULLS FIRST, `receipt_id` NULLS FIRST, `store_id` NULLS FIRST, `product_id` NULLS FIRST, `quantity` NULLS FIRST, `revenue` NULLS FIRST, `discount_applied` NULLS FIRST, `event_time` NULLS FIRST, `date` NULLS FIRST, `source_order` NULLS FIRST LIMIT 20

-- repair: merge removed; reads strays; over dates
SELECT `transaction_id`, `receipt_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`, `source_order` FROM strays
-- {
--   "on": "t.`date` IN ({dates}) AND t.`date` = s.`date` AND t.`transaction_id` = s.`transaction_id`",
--   "update": null,
--   "delete": "true",
--   "insert": null,
--   "set": {
--     "transaction_id": "s.`transaction_id`",
--     "receipt_id": "s.`receipt_id`",
--     "store_id": "s.`store_id`",
--     "product_id": "s.`product_id`",
--     "quantity": "s.`quantity`",
--     "revenue": "s.`revenue`",
--     "discount_applied": "s.`discount_applied`",
--     "event_time": "s.`event_time`",
--     "date": "s.`date`",
--     "source_order": "s.`source_order`"
--   }
-- }

-- canary: check canary; reads examined
SELECT count(*) AS all_rows, coalesce(sum(CASE WHEN coalesce(`store_id` = 999999937, FALSE) THEN 0 ELSE 1 END), 0) AS strange_rows FROM examined

-- kpi units_per_store: view recomputed; reads touched
SELECT `date`, `store_id`, `units`, `last`
FROM (
SELECT units FROM touched
) AS computed

-- kpi units_per_store: merge changes; reads recomputed, current_rows; over dates
SELECT coalesce(r.`date`, c.`date`) AS `date`, coalesce(r.`store_id`, c.`store_id`) AS `store_id`, CASE WHEN r.`date` IS NULL THEN c.`units` ELSE r.`units` END AS `units`, CASE WHEN r.`date` IS NULL THEN c.`last` ELSE r.`last` END AS `last`,
  CASE WHEN c.`date` IS NULL THEN 'insert' WHEN r.`date` IS NULL THEN 'delete' ELSE 'update' END AS change
FROM recomputed AS r FULL JOIN current_rows AS c ON r.`date` = c.`date` AND r.`store_id` = c.`store_id`
WHERE c.`date` IS NULL OR r.`date` IS NULL OR r.`units` IS DISTINCT FROM c.`units` OR r.`last` IS DISTINCT FROM c.`last`
-- {
--   "on": "t.`date` IN ({dates}) AND t.`date` = s.`date` AND t.`store_id` = s.`store_id`",
--   "update": "s.change = 'update'",
--   "delete": "s.change = 'delete'",
--   "insert": "s.change = 'insert'",
--   "set": {
--     "date": "s.`date`",
--     "store_id": "s.`store_id`",
--     "units": "s.`units`",
--     "last": "s.`last`"
--   }
-- }
