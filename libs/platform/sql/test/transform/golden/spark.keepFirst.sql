-- dateLiteral
DATE '{date}'

-- incoming
SELECT v.`transaction_id`, v.`store_id`, v.`product_id`, v.`quantity`, v.`revenue`, v.`discount_applied`, timestamp_micros(v.`event_time_us`) AS `event_time`, date_from_unix_date(CAST((v.`event_time_us` - pmod(v.`event_time_us`, 86400000000)) div 86400000000 AS INT)) AS `date`, v.source_file
FROM validated AS v

-- dates
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

-- batch.keyHashes
SELECT xxhash64(i.`date`, i.`transaction_id`) AS key_hash
FROM incoming AS i
WHERE i.`date` IN ({dates})

-- batch.suspects
SELECT key_hash
FROM key_hashes
WHERE pmod(key_hash, {parts}) = {part}
GROUP BY key_hash
HAVING count(*) > 1

-- batch.ranked
SELECT `transaction_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`, row_number() OVER (PARTITION BY `date`, `transaction_id` ORDER BY source_order ASC, source_file ASC) AS place
FROM (
  SELECT i.`transaction_id`, i.`store_id`, i.`product_id`, i.`quantity`, i.`revenue`, i.`discount_applied`, i.`event_time`, i.`date`, o.source_order, i.source_file
  FROM incoming AS i JOIN sources AS o ON o.source_file = i.source_file LEFT SEMI JOIN suspects AS s ON xxhash64(i.`date`, i.`transaction_id`) = s.key_hash
  WHERE i.`date` IN ({dates})
) AS suspected

-- batch.lost
SELECT l.`date`, l.`transaction_id`, l.`store_id`, l.`product_id`, l.`quantity`, l.`revenue`, l.`discount_applied`, l.`event_time`, w.`store_id` AS `kept_store_id`, w.`product_id` AS `kept_product_id`, w.`quantity` AS `kept_quantity`, w.`revenue` AS `kept_revenue`, w.`discount_applied` AS `kept_discount_applied`, w.`event_time` AS `kept_event_time`, l.`store_id` IS NOT DISTINCT FROM w.`store_id` AND l.`product_id` IS NOT DISTINCT FROM w.`product_id` AND l.`quantity` IS NOT DISTINCT FROM w.`quantity` AND l.`revenue` IS NOT DISTINCT FROM w.`revenue` AND l.`discount_applied` IS NOT DISTINCT FROM w.`discount_applied` AND l.`event_time` IS NOT DISTINCT FROM w.`event_time` AS same, false AS newer
FROM ranked AS l JOIN ranked AS w ON l.`date` = w.`date` AND l.`transaction_id` = w.`transaction_id`
WHERE l.place > 1 AND w.place = 1

-- batch.rows
SELECT i.`transaction_id`, i.`store_id`, i.`product_id`, i.`quantity`, i.`revenue`, i.`discount_applied`, i.`event_time`, i.`date`
FROM incoming AS i LEFT ANTI JOIN suspects AS s ON xxhash64(i.`date`, i.`transaction_id`) = s.key_hash
UNION ALL
SELECT `transaction_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`
FROM ranked
WHERE place = 1

-- existing.matchedKeys
SELECT e.`date`, e.`transaction_id`
FROM existing AS e LEFT SEMI JOIN batch AS b USING (`date`, `transaction_id`)

-- existing.matched
SELECT e.`transaction_id`, e.`store_id`, e.`product_id`, e.`quantity`, e.`revenue`, e.`discount_applied`, e.`event_time`, e.`date`
FROM existing AS e LEFT SEMI JOIN matched_keys AS k USING (`date`, `transaction_id`)

-- existing.compared
SELECT b.`date`, b.`transaction_id`, b.`store_id`, b.`product_id`, b.`quantity`, b.`revenue`, b.`discount_applied`, b.`event_time`, m.`store_id` AS `kept_store_id`, m.`product_id` AS `kept_product_id`, m.`quantity` AS `kept_quantity`, m.`revenue` AS `kept_revenue`, m.`discount_applied` AS `kept_discount_applied`, m.`event_time` AS `kept_event_time`,
  b.`store_id` IS NOT DISTINCT FROM m.`store_id` AND b.`product_id` IS NOT DISTINCT FROM m.`product_id` AND b.`quantity` IS NOT DISTINCT FROM m.`quantity` AND b.`revenue` IS NOT DISTINCT FROM m.`revenue` AND b.`discount_applied` IS NOT DISTINCT FROM m.`discount_applied` AND b.`event_time` IS NOT DISTINCT FROM m.`event_time` AS same,
  false AS newer
FROM batch AS b JOIN matched AS m ON b.`date` = m.`date` AND b.`transaction_id` = m.`transaction_id`

-- existing.fresh
SELECT b.`transaction_id`, b.`store_id`, b.`product_id`, b.`quantity`, b.`revenue`, b.`discount_applied`, b.`event_time`, b.`date`
FROM batch AS b LEFT ANTI JOIN matched_keys AS k USING (`date`, `transaction_id`)

-- existing.updates: none

-- existing.merge: none

-- tally
SELECT
  coalesce(sum(CASE WHEN same THEN 1 ELSE 0 END), 0) AS duplicates,
  coalesce(sum(CASE WHEN NOT same AND NOT newer THEN 1 ELSE 0 END), 0) AS conflicts,
  coalesce(sum(CASE WHEN NOT same AND newer THEN 1 ELSE 0 END), 0) AS updated
FROM (
  SELECT same, newer FROM batch_lost
  UNION ALL
  SELECT same, newer FROM compared
) AS judged

-- conflictSamples
SELECT `date`, `transaction_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `kept_store_id`, `kept_product_id`, `kept_quantity`, `kept_revenue`, `kept_discount_applied`, `kept_event_time`
FROM (
  SELECT `date`, `transaction_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `kept_store_id`, `kept_product_id`, `kept_quantity`, `kept_revenue`, `kept_discount_applied`, `kept_event_time` FROM batch_lost WHERE NOT same AND NOT newer
  UNION ALL
  SELECT `date`, `transaction_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `kept_store_id`, `kept_product_id`, `kept_quantity`, `kept_revenue`, `kept_discount_applied`, `kept_event_time` FROM compared WHERE NOT same AND NOT newer
) AS conflicts
ORDER BY `date`, `transaction_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `kept_store_id`, `kept_product_id`, `kept_quantity`, `kept_revenue`, `kept_discount_applied`, `kept_event_time`
LIMIT 20

-- bounds.outside
SELECT `transaction_id`, `store_id`, `product_id`, `quantity`, `revenue`, `discount_applied`, `event_time`, `date`, CASE WHEN (`quantity` < -1000000000 OR `quantity` > 1000000000) THEN 'quantity' END AS broken_column, CASE WHEN (`quantity` < -1000000000 OR `quantity` > 1000000000) THEN CAST(`quantity` AS STRING) END AS broken_value
FROM examined
WHERE coalesce((`quantity` < -1000000000 OR `quantity` > 1000000000), FALSE)

-- bounds.removal.on
t.`date` IN ({dates}) AND t.`date` = s.`date` AND t.`transaction_id` = s.`transaction_id`

-- bounds.removal.update: none

-- bounds.removal.delete
true

-- bounds.removal.insert: none

-- bounds.removal.set.transaction_id
s.`transaction_id`

-- bounds.removal.set.store_id
s.`store_id`

-- bounds.removal.set.product_id
s.`product_id`

-- bounds.removal.set.quantity
s.`quantity`

-- bounds.removal.set.revenue
s.`revenue`

-- bounds.removal.set.discount_applied
s.`discount_applied`

-- bounds.removal.set.event_time
s.`event_time`

-- bounds.removal.set.date
s.`date`

-- kpis.0.name
units_per_store

-- kpis.0.recomputed
SELECT `date`, `store_id`, `units`, `last`
FROM (
SELECT units FROM touched
) AS computed

-- kpis.0.changes
SELECT coalesce(r.`date`, c.`date`) AS `date`, coalesce(r.`store_id`, c.`store_id`) AS `store_id`, CASE WHEN r.`date` IS NULL THEN c.`units` ELSE r.`units` END AS `units`, CASE WHEN r.`date` IS NULL THEN c.`last` ELSE r.`last` END AS `last`,
  CASE WHEN c.`date` IS NULL THEN 'insert' WHEN r.`date` IS NULL THEN 'delete' ELSE 'update' END AS change
FROM recomputed AS r FULL JOIN current_rows AS c ON r.`date` = c.`date` AND r.`store_id` = c.`store_id`
WHERE c.`date` IS NULL OR r.`date` IS NULL OR r.`units` IS DISTINCT FROM c.`units` OR r.`last` IS DISTINCT FROM c.`last`

-- kpis.0.merge.on
t.`date` IN ({dates}) AND t.`date` = s.`date` AND t.`store_id` = s.`store_id`

-- kpis.0.merge.update
s.change = 'update'

-- kpis.0.merge.delete
s.change = 'delete'

-- kpis.0.merge.insert
s.change = 'insert'

-- kpis.0.merge.set.date
s.`date`

-- kpis.0.merge.set.store_id
s.`store_id`

-- kpis.0.merge.set.units
s.`units`

-- kpis.0.merge.set.last
s.`last`
