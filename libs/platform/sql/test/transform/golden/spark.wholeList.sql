-- read: view incoming; reads validated, sources
SELECT v.`store_id`, v.`name`, v.`opened`, v.`closed`, o.`source_order`, source_file
FROM validated AS v JOIN sources AS o USING (source_file)

-- read: check arrived; reads incoming
SELECT count(*) AS line_count FROM incoming

-- newest: view delivered; reads existing, incoming
SELECT `store_id`, `name`, `opened`, `closed`, `source_order`
FROM existing
UNION ALL
SELECT `store_id`, `name`, `opened`, `closed`, `source_order`
FROM incoming

-- newest: table newest; reads delivered
SELECT `store_id`, `name`, `opened`, `closed`, `source_order`
FROM (
  SELECT `store_id`, `name`, `opened`, `closed`, `source_order`, row_number() OVER (PARTITION BY `store_id` ORDER BY `source_order` DESC NULLS LAST, `name` DESC NULLS LAST, `opened` DESC NULLS LAST, `closed` DESC NULLS LAST) AS place
  FROM delivered
  WHERE source_order = (SELECT max(source_order) FROM delivered)
) AS placed
WHERE place = 1

-- newest: check tally; reads newest, existing, incoming
SELECT changed.*, came.superseded
FROM (
  SELECT coalesce(sum(CASE WHEN e.`store_id` IS NULL THEN 1 ELSE 0 END), 0) AS appended,
    coalesce(sum(CASE WHEN NOT n.`store_id` IS NULL AND NOT e.`store_id` IS NULL AND NOT (n.`name` IS NOT DISTINCT FROM e.`name` AND n.`opened` IS NOT DISTINCT FROM e.`opened` AND n.`closed` IS NOT DISTINCT FROM e.`closed`) THEN 1 ELSE 0 END), 0) AS updated,
    coalesce(sum(CASE WHEN n.`store_id` IS NULL THEN 1 ELSE 0 END), 0) AS removed,
    coalesce(sum(CASE WHEN NOT n.`store_id` IS NULL AND NOT e.`store_id` IS NULL AND (n.`name` IS NOT DISTINCT FROM e.`name` AND n.`opened` IS NOT DISTINCT FROM e.`opened` AND n.`closed` IS NOT DISTINCT FROM e.`closed`) AND n.source_order > e.source_order THEN 1 ELSE 0 END), 0) AS confirmed
  FROM newest AS n FULL JOIN existing AS e ON n.`store_id` = e.`store_id`
) AS changed CROSS JOIN (
  SELECT coalesce(sum(CASE WHEN n.`store_id` IS NULL OR NOT (i.`name` IS NOT DISTINCT FROM n.`name` AND i.`opened` IS NOT DISTINCT FROM n.`opened` AND i.`closed` IS NOT DISTINCT FROM n.`closed`) THEN 1 ELSE 0 END), 0) AS superseded
  FROM incoming AS i LEFT JOIN newest AS n ON i.`store_id` = n.`store_id`
) AS came

-- repair: table strays; reads examined
SELECT `store_id`, `name`, `opened`, `closed`, `source_order`, CASE WHEN (`store_id` < 1 OR `store_id` > 999999) THEN 'store_id' END AS broken_column, CASE WHEN (`store_id` < 1 OR `store_id` > 999999) THEN CAST(`store_id` AS STRING) END AS broken_value
FROM examined
WHERE coalesce((`store_id` < 1 OR `store_id` > 999999), FALSE)

-- repair: check columns; reads strays
SELECT broken_column, count(*) AS line_count FROM strays GROUP BY broken_column

-- repair: check samples; reads strays
SELECT * FROM strays ORDER BY `store_id` NULLS FIRST, `name` NULLS FIRST, `opened` NULLS FIRST, `closed` NULLS FIRST, `source_order` NULLS FIRST LIMIT 20

-- repair: table kept; reads examined
SELECT `store_id`, `name`, `opened`, `closed`, `source_order`
FROM examined
WHERE NOT coalesce((`store_id` < 1 OR `store_id` > 999999), FALSE)
