-- id keeps pos/notBlank
NOT regexp_matches("id", '^[\x{0009}-\x{000D}\x{0020}\x{0085}\x{00A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]*$')

-- id keeps pos/noControlCharacters
NOT regexp_matches("id", '[\x{0000}-\x{001F}\x{007F}-\x{009F}]')

-- id keeps pos/noInvisibleCharacters
NOT regexp_matches("id", '[\x{00AD}\x{034F}\x{061C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{3164}\x{FE00}-\x{FE0F}\x{FEFF}\x{FFA0}\x{FFF0}-\x{FFFB}\x{1BCA0}-\x{1BCA3}\x{1D173}-\x{1D17A}\x{E0000}-\x{E0FFF}]')

-- id keeps effect/schema/isMaxCodePoints
length("id") <= 20

-- currency keeps effect/schema/isPattern
regexp_matches("currency", '^[A-Z]{3}$')

-- till keeps effect/schema/isGreaterThanOrEqualToBigInt
"till" >= 1

-- till keeps effect/schema/isLessThanBigInt
"till" < 100

-- at keeps effect/schema/isBetween
("at" >= CAST(0 AS DOUBLE) AND "at" < CAST(1000000000000 AS DOUBLE))

-- too_late is broken
"at" > (CAST({event_time} AS DOUBLE) + CAST(0.5 AS DOUBLE))

-- closed_till is broken
("till" IN (13, 14))

-- tip_without_currency is broken
(("tip" IS NOT NULL) AND (NOT ("currency" IS NOT NULL)))

-- tip_too_high is broken
(CAST(coalesce("tip", 0) AS DECIMAL(19,4)) * CAST(2 AS DECIMAL(1,0))) > abs(CAST("amount" AS DECIMAL(18,4)))

-- odd_till is broken
((CAST("amount" AS DECIMAL(23,4)) + CAST("till" AS DECIMAL(23,4))) < CASE WHEN "id" = 'it''s' THEN "amount" ELSE 0 END OR CASE WHEN "amount" > 0 THEN 1 WHEN "amount" < 0 THEN -1 ELSE 0 END = -1 OR length("id") > 19)

-- at_outside_calendar is broken
("at" < CAST(-2208816000 AS DOUBLE) OR "at" >= CAST(253402128000 AS DOUBLE))

-- the business date
CAST(timezone('Europe/Berlin', make_timestamptz(event_time_us)) - INTERVAL 4 HOUR AS DATE)

-- the business date in UTC
CAST(make_timestamp(event_time_us) AS DATE)

-- the moment
make_timestamptz(event_time_us)

-- a KPI
SELECT "date", "till", CAST(sum("amount") AS DECIMAL(28,4)) AS "total", CAST(sum((CAST("amount" AS DECIMAL(19,4)) + CAST(coalesce("tip", 0) AS DECIMAL(19,4)))) AS DECIMAL(29,4)) AS "gross", CAST(sum((CAST("till" AS DECIMAL(19,0)) * CAST("amount" AS DECIMAL(18,4)))) AS DECIMAL(38,4)) AS "weighted", CAST(sum("till") AS BIGINT) AS "tills", CAST(count(*) AS BIGINT) AS "receipts", CAST(count(DISTINCT "id") AS BIGINT) AS "ids", CAST(sum(CASE WHEN "amount" < 0 THEN 1 ELSE 0 END) AS BIGINT) AS "refunds", CAST(min("amount") AS DECIMAL(18,4)) AS "smallest", CAST(max("amount") AS DECIMAL(18,4)) AS "largest" FROM receipts GROUP BY "date", "till"

-- a KPI of weeks, with a lookup
SELECT CAST(date_trunc('week', "date") AS DATE) AS "week", "places.region" AS "region", "places.rank" AS "rank", "currency", CAST(hour(timezone('America/New_York', "event_time")) AS BIGINT) AS "hour", CAST("units" < 0 AS BOOLEAN) AS "returned", CAST(CASE WHEN "amount" > 100 THEN coalesce("receipt", 'none') ELSE 'small' END AS VARCHAR) AS "size", CAST(sum("amount") AS DECIMAL(28,4)) AS "total", CAST(sum(CAST("units" AS DECIMAL(19,0))) AS DECIMAL(28,0)) AS "units_total", CAST(count(*) AS BIGINT) AS "rows", CAST(count(DISTINCT "receipt") AS BIGINT) AS "receipts", CAST(max("amount") AS DECIMAL(18,4)) AS "dearest" FROM touched LEFT JOIN (SELECT "store" AS "places.store", "region" AS "places.region", "rank" AS "places.rank" FROM reference_places) AS places ON "places.store" = "store" GROUP BY CAST(date_trunc('week', "date") AS DATE), "places.region", "places.rank", "currency", CAST(hour(timezone('America/New_York', "event_time")) AS BIGINT), CAST("units" < 0 AS BOOLEAN), CAST(CASE WHEN "amount" > 100 THEN coalesce("receipt", 'none') ELSE 'small' END AS VARCHAR)

-- exact: typed
SELECT *,
  CASE WHEN "id__value" IS NULL THEN CASE WHEN (NOT coalesce("id__wrong", false) AND coalesce("id", '') = '') THEN 'missing_value' ELSE 'wrong_type' END WHEN NOT coalesce(NOT regexp_matches("id__value", '^[\x{0009}-\x{000D}\x{0020}\x{0085}\x{00A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]*$'), false) THEN 'missing_value' WHEN NOT coalesce(NOT regexp_matches("id__value", '[\x{0000}-\x{001F}\x{007F}-\x{009F}]'), false) THEN 'control_characters' WHEN NOT coalesce(NOT regexp_matches("id__value", '[\x{00AD}\x{034F}\x{061C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{3164}\x{FE00}-\x{FE0F}\x{FEFF}\x{FFA0}\x{FFF0}-\x{FFFB}\x{1BCA0}-\x{1BCA3}\x{1D173}-\x{1D17A}\x{E0000}-\x{E0FFF}]'), false) THEN 'invisible_characters' WHEN NOT coalesce(length("id__value") <= 20, false) THEN 'too_long' END AS "id__reason",
  CASE WHEN CASE WHEN "currency__value" IS NULL THEN NOT (NOT coalesce("currency__wrong", false) AND coalesce("currency", '') = '') ELSE false END THEN 'wrong_type' WHEN "currency__value" IS NOT NULL AND NOT coalesce(regexp_matches("currency__value", '^[A-Z]{3}$'), false) THEN 'unknown_currency' END AS "currency__reason",
  CASE WHEN "till__value" IS NULL THEN CASE WHEN (NOT coalesce("till__wrong", false) AND coalesce(CASE WHEN contains("till", ' ') OR contains("till", chr(9)) THEN trim("till", ' ' || chr(9)) ELSE "till" END, '') = '') THEN 'missing_value' ELSE CASE WHEN coalesce("till__wrong", false) THEN 'wrong_type' WHEN regexp_matches("till", '^[ \t]*[+-]?[0-9]+[ \t]*$') THEN 'out_of_range' ELSE 'not_an_integer' END END WHEN NOT coalesce("till__value" >= 1, false) THEN 'out_of_range' WHEN NOT coalesce("till__value" < 100, false) THEN 'out_of_range' WHEN ("till__value" IN (13, 14)) THEN 'closed_till' END AS "till__reason",
  CASE WHEN "amount__value" IS NULL THEN CASE WHEN (NOT coalesce("amount__wrong", false) AND coalesce(CASE WHEN contains("amount", ' ') OR contains("amount", chr(9)) THEN trim("amount", ' ' || chr(9)) ELSE "amount" END, '') = '') THEN 'missing_value' ELSE CASE WHEN coalesce("amount__wrong", false) THEN 'wrong_type' WHEN regexp_matches("amount", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*$') THEN 'out_of_range' WHEN regexp_matches("amount", '^[ \t]*[+-]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?)[ \t]*$') THEN 'not_finite' ELSE 'not_a_number' END END END AS "amount__reason",
  CASE WHEN CASE WHEN "tip__value" IS NULL THEN NOT (NOT coalesce("tip__wrong", false) AND coalesce(CASE WHEN contains("tip", ' ') OR contains("tip", chr(9)) THEN trim("tip", ' ' || chr(9)) ELSE "tip" END, '') = '') ELSE false END THEN CASE WHEN coalesce("tip__wrong", false) THEN 'wrong_type' WHEN regexp_matches("tip", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*$') THEN 'out_of_range' WHEN regexp_matches("tip", '^[ \t]*[+-]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?)[ \t]*$') THEN 'not_finite' ELSE 'not_a_number' END END AS "tip__reason",
  CASE WHEN "at__value" IS NULL THEN CASE WHEN (NOT coalesce("at__wrong", false) AND coalesce(CASE WHEN contains("at", ' ') OR contains("at", chr(9)) THEN trim("at", ' ' || chr(9)) ELSE "at" END, '') = '') THEN 'missing_value' ELSE CASE WHEN coalesce("at__wrong", false) THEN 'wrong_type' WHEN regexp_matches("at", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*$') OR regexp_matches("at", '^[ \t]*[+-]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?)[ \t]*$') THEN 'not_finite' ELSE 'not_a_number' END END WHEN NOT coalesce(("at__value" >= CAST(0 AS DOUBLE) AND "at__value" < CAST(1000000000000 AS DOUBLE)), false) THEN 'out_of_range' WHEN "at__value" > (CAST({event_time} AS DOUBLE) + CAST(0.5 AS DOUBLE)) THEN 'too_late' WHEN ("at__value" < CAST(-2208816000 AS DOUBLE) OR "at__value" >= CAST(253402128000 AS DOUBLE)) THEN 'at_outside_calendar' END AS "at__reason"
FROM (
  SELECT line, "id", "id__wrong", "currency", "currency__wrong", "till", "till__wrong", "amount", "amount__wrong", "tip", "tip__wrong", "at", "at__wrong",
    CASE WHEN NOT coalesce("id__wrong", false) AND "id" <> '' THEN "id" END AS "id__value",
    CASE WHEN NOT coalesce("currency__wrong", false) AND "currency" <> '' THEN "currency" END AS "currency__value",
    CASE WHEN NOT coalesce("till__wrong", false) AND regexp_matches("till", '^[ \t]*[+-]?[0-9]+[ \t]*$') THEN TRY_CAST(CASE WHEN contains("till", ' ') OR contains("till", chr(9)) THEN trim("till", ' ' || chr(9)) ELSE "till" END AS BIGINT) END AS "till__value",
    CASE WHEN NOT coalesce("amount__wrong", false) THEN TRY_CAST("amount__digits" AS DECIMAL(18,4)) END AS "amount__value",
    regexp_matches("amount__digits", '\.[0-9]{4}[0-9]*[1-9]') AS "amount__rounded",
    CASE WHEN NOT coalesce("tip__wrong", false) THEN TRY_CAST("tip__digits" AS DECIMAL(18,4)) END AS "tip__value",
    regexp_matches("tip__digits", '\.[0-9]{4}[0-9]*[1-9]') AS "tip__rounded",
    CASE WHEN NOT coalesce("at__wrong", false) AND "at__digits" IS NOT NULL AND isfinite(TRY_CAST(CASE WHEN contains("at", ' ') OR contains("at", chr(9)) THEN trim("at", ' ' || chr(9)) ELSE "at" END AS DOUBLE)) THEN TRY_CAST(CASE WHEN contains("at", ' ') OR contains("at", chr(9)) THEN trim("at", ' ' || chr(9)) ELSE "at" END AS DOUBLE) END AS "at__value",
    TRY_CAST(replace(CAST(TRY_CAST("at__digits" AS DECIMAL(18,6)) AS VARCHAR), '.', '') AS BIGINT) AS "at__micros"
  FROM (SELECT *,
      CASE WHEN regexp_matches("amount", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[ \t]*$') THEN CASE WHEN contains("amount", ' ') OR contains("amount", chr(9)) THEN trim("amount", ' ' || chr(9)) ELSE "amount" END
        WHEN "amount__parts" IS NOT NULL THEN "amount__parts".sign || substr(repeat('0', (length("amount") + 50)) || "amount__parts".whole || "amount__parts".fraction || repeat('0', (length("amount") + 50)), 1, (length("amount") + 50) + length("amount__parts".whole) + greatest(least(coalesce(TRY_CAST("amount__parts".exponent AS INTEGER), CASE WHEN "amount__parts".exponent LIKE '-%' THEN -1000000000 ELSE 1000000000 END), (length("amount") + 50)), -(length("amount") + 50))) || '.' || substr(repeat('0', (length("amount") + 50)) || "amount__parts".whole || "amount__parts".fraction || repeat('0', (length("amount") + 50)), (length("amount") + 50) + length("amount__parts".whole) + greatest(least(coalesce(TRY_CAST("amount__parts".exponent AS INTEGER), CASE WHEN "amount__parts".exponent LIKE '-%' THEN -1000000000 ELSE 1000000000 END), (length("amount") + 50)), -(length("amount") + 50)) + 1) END AS "amount__digits",
      CASE WHEN regexp_matches("tip", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[ \t]*$') THEN CASE WHEN contains("tip", ' ') OR contains("tip", chr(9)) THEN trim("tip", ' ' || chr(9)) ELSE "tip" END
        WHEN "tip__parts" IS NOT NULL THEN "tip__parts".sign || substr(repeat('0', (length("tip") + 50)) || "tip__parts".whole || "tip__parts".fraction || repeat('0', (length("tip") + 50)), 1, (length("tip") + 50) + length("tip__parts".whole) + greatest(least(coalesce(TRY_CAST("tip__parts".exponent AS INTEGER), CASE WHEN "tip__parts".exponent LIKE '-%' THEN -1000000000 ELSE 1000000000 END), (length("tip") + 50)), -(length("tip") + 50))) || '.' || substr(repeat('0', (length("tip") + 50)) || "tip__parts".whole || "tip__parts".fraction || repeat('0', (length("tip") + 50)), (length("tip") + 50) + length("tip__parts".whole) + greatest(least(coalesce(TRY_CAST("tip__parts".exponent AS INTEGER), CASE WHEN "tip__parts".exponent LIKE '-%' THEN -1000000000 ELSE 1000000000 END), (length("tip") + 50)), -(length("tip") + 50)) + 1) END AS "tip__digits",
      CASE WHEN regexp_matches("at", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[ \t]*$') THEN CASE WHEN contains("at", ' ') OR contains("at", chr(9)) THEN trim("at", ' ' || chr(9)) ELSE "at" END
        WHEN "at__parts" IS NOT NULL THEN "at__parts".sign || substr(repeat('0', (length("at") + 50)) || "at__parts".whole || "at__parts".fraction || repeat('0', (length("at") + 50)), 1, (length("at") + 50) + length("at__parts".whole) + greatest(least(coalesce(TRY_CAST("at__parts".exponent AS INTEGER), CASE WHEN "at__parts".exponent LIKE '-%' THEN -1000000000 ELSE 1000000000 END), (length("at") + 50)), -(length("at") + 50))) || '.' || substr(repeat('0', (length("at") + 50)) || "at__parts".whole || "at__parts".fraction || repeat('0', (length("at") + 50)), (length("at") + 50) + length("at__parts".whole) + greatest(least(coalesce(TRY_CAST("at__parts".exponent AS INTEGER), CASE WHEN "at__parts".exponent LIKE '-%' THEN -1000000000 ELSE 1000000000 END), (length("at") + 50)), -(length("at") + 50)) + 1) END AS "at__digits"
    FROM (SELECT *,
      CASE WHEN regexp_matches("amount", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+[ \t]*$') THEN regexp_extract("amount", '^[ \t]*([+-]?)([0-9]*)\.?([0-9]*)[eE]([+-]?[0-9]+)[ \t]*$', ['sign', 'whole', 'fraction', 'exponent']) END AS "amount__parts",
      CASE WHEN regexp_matches("tip", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+[ \t]*$') THEN regexp_extract("tip", '^[ \t]*([+-]?)([0-9]*)\.?([0-9]*)[eE]([+-]?[0-9]+)[ \t]*$', ['sign', 'whole', 'fraction', 'exponent']) END AS "tip__parts",
      CASE WHEN regexp_matches("at", '^[ \t]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+[ \t]*$') THEN regexp_extract("at", '^[ \t]*([+-]?)([0-9]*)\.?([0-9]*)[eE]([+-]?[0-9]+)[ \t]*$', ['sign', 'whole', 'fraction', 'exponent']) END AS "at__parts"
    FROM raw))
)

-- exact: id.missing_value
"id__reason" IS NOT DISTINCT FROM 'missing_value'

-- exact: id.wrong_type
"id__reason" IS NOT DISTINCT FROM 'wrong_type'

-- exact: id.control_characters
"id__reason" IS NOT DISTINCT FROM 'control_characters'

-- exact: id.invisible_characters
"id__reason" IS NOT DISTINCT FROM 'invisible_characters'

-- exact: id.too_long
"id__reason" IS NOT DISTINCT FROM 'too_long'

-- exact: currency.wrong_type
"currency__reason" IS NOT DISTINCT FROM 'wrong_type'

-- exact: currency.unknown_currency
"currency__reason" IS NOT DISTINCT FROM 'unknown_currency'

-- exact: till.missing_value
"till__reason" IS NOT DISTINCT FROM 'missing_value'

-- exact: till.wrong_type
"till__reason" IS NOT DISTINCT FROM 'wrong_type'

-- exact: till.not_an_integer
"till__reason" IS NOT DISTINCT FROM 'not_an_integer'

-- exact: till.out_of_range
"till__reason" IS NOT DISTINCT FROM 'out_of_range'

-- exact: amount.missing_value
"amount__reason" IS NOT DISTINCT FROM 'missing_value'

-- exact: amount.wrong_type
"amount__reason" IS NOT DISTINCT FROM 'wrong_type'

-- exact: amount.not_a_number
"amount__reason" IS NOT DISTINCT FROM 'not_a_number'

-- exact: amount.not_finite
"amount__reason" IS NOT DISTINCT FROM 'not_finite'

-- exact: amount.out_of_range
"amount__reason" IS NOT DISTINCT FROM 'out_of_range'

-- exact: tip.wrong_type
"tip__reason" IS NOT DISTINCT FROM 'wrong_type'

-- exact: tip.not_a_number
"tip__reason" IS NOT DISTINCT FROM 'not_a_number'

-- exact: tip.not_finite
"tip__reason" IS NOT DISTINCT FROM 'not_finite'

-- exact: tip.out_of_range
"tip__reason" IS NOT DISTINCT FROM 'out_of_range'

-- exact: at.missing_value
"at__reason" IS NOT DISTINCT FROM 'missing_value'

-- exact: at.wrong_type
"at__reason" IS NOT DISTINCT FROM 'wrong_type'

-- exact: at.not_a_number
"at__reason" IS NOT DISTINCT FROM 'not_a_number'

-- exact: at.not_finite
"at__reason" IS NOT DISTINCT FROM 'not_finite'

-- exact: at.out_of_range
"at__reason" IS NOT DISTINCT FROM 'out_of_range'

-- exact: too_late
"at__reason" IS NOT DISTINCT FROM 'too_late'

-- exact: closed_till
"till__reason" IS NOT DISTINCT FROM 'closed_till'

-- exact: tip_without_currency
("tip__reason" IS NULL AND "currency__reason" IS NULL AND coalesce((("tip__value" IS NOT NULL) AND (NOT ("currency__value" IS NOT NULL))), false))

-- exact: tip_too_high
("tip__reason" IS NULL AND "amount__reason" IS NULL AND coalesce((CAST(coalesce("tip__value", 0) AS DECIMAL(19,4)) * CAST(2 AS DECIMAL(1,0))) > abs(CAST("amount__value" AS DECIMAL(18,4))), false))

-- exact: odd_till
("amount__reason" IS NULL AND "till__reason" IS NULL AND "id__reason" IS NULL AND coalesce(((CAST("amount__value" AS DECIMAL(23,4)) + CAST("till__value" AS DECIMAL(23,4))) < CASE WHEN "id__value" = 'it''s' THEN "amount__value" ELSE 0 END OR CASE WHEN "amount__value" > 0 THEN 1 WHEN "amount__value" < 0 THEN -1 ELSE 0 END = -1 OR length("id__value") > 19), false))

-- exact: at_outside_calendar
"at__reason" IS NOT DISTINCT FROM 'at_outside_calendar'

-- exact: amount.precision_lost
("amount__reason" IS NULL AND coalesce("amount__rounded", false))

-- exact: tip.precision_lost
("tip__reason" IS NULL AND coalesce("tip__rounded", false))

-- exact: rows that share a key
SELECT one.*, about."group.first line",
  one."id" IS NOT DISTINCT FROM other."id"
    AND one."currency" IS NOT DISTINCT FROM other."currency"
    AND one."till" IS NOT DISTINCT FROM other."till"
    AND one."amount" IS NOT DISTINCT FROM other."amount"
    AND one."tip" IS NOT DISTINCT FROM other."tip"
    AND one."event_time_us" IS NOT DISTINCT FROM other."event_time_us" AS "group.sameAsFirst"
FROM good AS one
JOIN (
  SELECT "id",
    min(line) AS "group.first line"
  FROM good GROUP BY "id" HAVING count(*) > 1
) AS about ON one."id" = about."id"
JOIN good AS other ON other.line = about."group.first line"

-- exact: duplicate_key, among these
coalesce(((NOT (line = "group.first line")) AND (NOT "group.sameAsFirst")), false)

-- exact: repeated_row, among these
coalesce(((NOT (line = "group.first line")) AND "group.sameAsFirst"), false)
