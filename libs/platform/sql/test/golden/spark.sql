-- id keeps pos/notBlank
NOT (`id` RLIKE '^[\\u0009-\\u000D\\u0020\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF]*\\z')

-- id keeps pos/noControlCharacters
NOT (`id` RLIKE '[\\u0000-\\u001F\\u007F-\\u009F]')

-- id keeps pos/noInvisibleCharacters
NOT (`id` RLIKE '[\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\x{1BCA0}-\\x{1BCA3}\\x{1D173}-\\x{1D17A}\\x{E0000}-\\x{E0FFF}]')

-- id keeps effect/schema/isMaxCodePoints
char_length(`id`) <= 20

-- currency keeps effect/schema/isPattern
(`currency` RLIKE '^[A-Z]{3}\\z')

-- till keeps effect/schema/isGreaterThanOrEqualToBigInt
`till` >= 1

-- till keeps effect/schema/isLessThanBigInt
`till` < 100

-- at keeps effect/schema/isBetween
(`at` >= CAST(0 AS DOUBLE) AND `at` < CAST(1000000000000 AS DOUBLE))

-- too_late is broken
`at` > (CAST({event_time} AS DOUBLE) + CAST(0.5 AS DOUBLE))

-- closed_till is broken
(`till` IN (13, 14))

-- tip_without_currency is broken
((`tip` IS NOT NULL) AND (NOT (`currency` IS NOT NULL)))

-- tip_too_high is broken
(CAST(coalesce(`tip`, 0) AS DECIMAL(19,4)) * CAST(2 AS DECIMAL(1,0))) > abs(CAST(`amount` AS DECIMAL(18,4)))

-- odd_till is broken
((CAST(`amount` AS DECIMAL(23,4)) + CAST(`till` AS DECIMAL(23,4))) < CASE WHEN `id` = 'it\'s' THEN `amount` ELSE 0 END OR CASE WHEN `amount` > 0 THEN 1 WHEN `amount` < 0 THEN -1 ELSE 0 END = -1 OR char_length(`id`) > 19)

-- at_outside_calendar is broken
(`at` < CAST(-2208816000 AS DOUBLE) OR `at` >= CAST(253402128000 AS DOUBLE))

-- the business date
date_from_unix_date(CAST(((unix_micros(from_utc_timestamp(timestamp_micros(event_time_us), 'Europe/Berlin')) - 14400000000) - pmod((unix_micros(from_utc_timestamp(timestamp_micros(event_time_us), 'Europe/Berlin')) - 14400000000), 86400000000)) div 86400000000 AS INT))

-- the business date in UTC
date_from_unix_date(CAST((event_time_us - pmod(event_time_us, 86400000000)) div 86400000000 AS INT))

-- the moment
timestamp_micros(event_time_us)

-- a KPI
SELECT `date`, `till`, CAST(coalesce(CAST(sum(try_cast(`amount` AS DECIMAL(8,4))) AS DECIMAL(28,4)), 0) + coalesce(CAST(sum(`amount`) FILTER (WHERE try_cast(`amount` AS DECIMAL(8,4)) IS NULL) AS DECIMAL(28,4)), 0) AS DECIMAL(28,4)) AS `total`, CAST(sum((CAST(`amount` AS DECIMAL(19,4)) + CAST(coalesce(`tip`, 0) AS DECIMAL(19,4)))) AS DECIMAL(29,4)) AS `gross`, CAST(sum((CAST(`till` AS DECIMAL(19,0)) * CAST(`amount` AS DECIMAL(18,4)))) AS DECIMAL(38,4)) AS `weighted`, CAST(sum(`till`) AS BIGINT) AS `tills`, CAST(count(*) AS BIGINT) AS `receipts`, CAST(count(DISTINCT `id`) AS BIGINT) AS `ids`, CAST(sum(CASE WHEN `amount` < 0 THEN 1 ELSE 0 END) AS BIGINT) AS `refunds`, CAST(min(`amount`) AS DECIMAL(18,4)) AS `smallest`, CAST(max(`amount`) AS DECIMAL(18,4)) AS `largest` FROM receipts GROUP BY `date`, `till`

-- a KPI of weeks, with a lookup
SELECT trunc(`date`, 'week') AS `week`, `places.region` AS `region`, `places.rank` AS `rank`, `currency`, CAST(pmod(unix_micros(from_utc_timestamp(`event_time`, 'America/New_York')), 86400000000) div 3600000000 AS BIGINT) AS `hour`, CAST(`units` < 0 AS BOOLEAN) AS `returned`, CAST(CASE WHEN `amount` > 100 THEN coalesce(`receipt`, 'none') ELSE 'small' END AS STRING) AS `size`, CAST(coalesce(CAST(sum(try_cast(`amount` AS DECIMAL(8,4))) AS DECIMAL(28,4)), 0) + coalesce(CAST(sum(`amount`) FILTER (WHERE try_cast(`amount` AS DECIMAL(8,4)) IS NULL) AS DECIMAL(28,4)), 0) AS DECIMAL(28,4)) AS `total`, CAST(sum(CAST(`units` AS DECIMAL(19,0))) AS DECIMAL(28,0)) AS `units_total`, CAST(count(*) AS BIGINT) AS `rows`, CAST(count(DISTINCT `receipt`) AS BIGINT) AS `receipts`, CAST(max(`amount`) AS DECIMAL(18,4)) AS `dearest` FROM touched LEFT JOIN (SELECT `store` AS `places.store`, `region` AS `places.region`, `rank` AS `places.rank` FROM reference_places) AS places ON `places.store` = `store` GROUP BY trunc(`date`, 'week'), `places.region`, `places.rank`, `currency`, CAST(pmod(unix_micros(from_utc_timestamp(`event_time`, 'America/New_York')), 86400000000) div 3600000000 AS BIGINT), CAST(`units` < 0 AS BOOLEAN), CAST(CASE WHEN `amount` > 100 THEN coalesce(`receipt`, 'none') ELSE 'small' END AS STRING)

-- receipts
`id` STRING NOT NULL COMMENT 'The receipt\'s name',
`currency` STRING COMMENT '',
`till` BIGINT NOT NULL COMMENT '',
`amount` DECIMAL(18,4) NOT NULL COMMENT 'Don\'t panic In euro.',
`tip` DECIMAL(18,4) COMMENT '',
`event_time` TIMESTAMP NOT NULL COMMENT '',
`source_order` BIGINT COMMENT 'Order of arrival of the file that the row comes from; the highest wins.',
`date` DATE NOT NULL COMMENT 'Business date.'

-- takings
`date` DATE NOT NULL COMMENT 'Business date',
`till` BIGINT NOT NULL COMMENT '',
`total` DECIMAL(28,4) NOT NULL COMMENT '',
`gross` DECIMAL(29,4) NOT NULL COMMENT '',
`weighted` DECIMAL(38,4) NOT NULL COMMENT '',
`tills` BIGINT NOT NULL COMMENT '',
`receipts` BIGINT NOT NULL COMMENT '',
`ids` BIGINT NOT NULL COMMENT '',
`refunds` BIGINT NOT NULL COMMENT '',
`smallest` DECIMAL(18,4) NOT NULL COMMENT '',
`largest` DECIMAL(18,4) NOT NULL COMMENT ''
