-- id keeps pos/notBlank
regexp_like("id", '^[!-~]([ -~]*[!-~])?$')

-- id keeps pos/noControlCharacters
regexp_like("id", '^[!-~]([ -~]*[!-~])?$')

-- id keeps pos/noInvisibleCharacters
regexp_like("id", '^[!-~]([ -~]*[!-~])?$')

-- id keeps effect/schema/isMaxCodePoints
octet_length("id") <= 20

-- currency keeps effect/schema/isPattern
regexp_like("currency", '^[A-Z]{3}$')

-- till keeps effect/schema/isGreaterThanOrEqualToBigInt
"till" >= 1

-- till keeps effect/schema/isLessThanBigInt
"till" < 100

-- at keeps effect/schema/isBetween
("at" >= 0.0 AND "at" < 1000000000000.0)

-- too_late is broken
"at" > ({event_time} + 0.5)

-- closed_till is broken
("till" IN (13, 14))

-- tip_without_currency is broken
(("tip" IS NOT NULL) AND (NOT ("currency" IS NOT NULL)))

-- tip_too_high is broken
(coalesce((cast(floor(abs("tip") * 10000 + 0.5) as bigint) * (CASE WHEN "tip" < 0 THEN -1 ELSE 1 END)), 0) * 2) > abs((cast(floor(abs("amount") * 10000 + 0.5) as bigint) * (CASE WHEN "amount" < 0 THEN -1 ELSE 1 END)))
-- while ("tip" IS NULL OR ("tip" >= -1000000000 AND "tip" <= 1000000000))
-- while ("amount" IS NULL OR ("amount" >= -1000000000 AND "amount" <= 1000000000))

-- odd_till is broken
(((cast(floor(abs("amount") * 10000 + 0.5) as bigint) * (CASE WHEN "amount" < 0 THEN -1 ELSE 1 END)) + ("till" * 10000)) < (CASE WHEN "id" = 'it''s' THEN (cast(floor(abs("amount") * 10000 + 0.5) as bigint) * (CASE WHEN "amount" < 0 THEN -1 ELSE 1 END)) ELSE 0 END) OR CASE WHEN "amount" > 0 THEN 1 WHEN "amount" < 0 THEN -1 ELSE 0 END = -1 OR char_length("id") > 19)
-- while ("amount" IS NULL OR ("amount" >= -1000000000 AND "amount" <= 1000000000))
-- while ("till" IS NULL OR ("till" >= -1000000000 AND "till" <= 1000000000))

-- at_outside_calendar is broken
("at" < -2208816000.0 OR "at" >= 253402128000.0)

-- clean
coalesce(regexp_like("id", '^[!-~]([ -~]*[!-~])?$'), false)
coalesce(octet_length("id") <= 20, false)
coalesce(("currency" IS NULL OR (regexp_like("currency", '^[A-Z]{3}$'))), false)
coalesce("till" >= 1, false)
coalesce("till" < 100, false)
coalesce(abs("amount") < 100000000000.0, false)
coalesce(round("amount", 4) = "amount", false)
coalesce(("tip" IS NULL OR (abs("tip") < 100000000000.0 AND round("tip", 4) = "tip")), false)
coalesce(abs("at") < 4294967296.0, false)
coalesce(round("at", 6) = "at", false)
coalesce(("at" >= 0.0 AND "at" < 1000000000000.0), false)
coalesce(NOT ("at" > ({event_time} + 0.5)), false)
coalesce(NOT (("till" IN (13, 14))), false)
coalesce(NOT ((("tip" IS NOT NULL) AND (NOT ("currency" IS NOT NULL)))), false)
coalesce(NOT (("at" < -2208816000.0 OR "at" >= 253402128000.0)), false)
coalesce(("tip" IS NULL OR ("tip" >= -1000000000 AND "tip" <= 1000000000)), false)
coalesce(("amount" IS NULL OR ("amount" >= -1000000000 AND "amount" <= 1000000000)), false)
coalesce(("till" IS NULL OR ("till" >= -1000000000 AND "till" <= 1000000000)), false)

-- warning: tip_too_high
coalesce((coalesce((cast(floor(abs("tip") * 10000 + 0.5) as bigint) * (CASE WHEN "tip" < 0 THEN -1 ELSE 1 END)), 0) * 2) > abs((cast(floor(abs("amount") * 10000 + 0.5) as bigint) * (CASE WHEN "amount" < 0 THEN -1 ELSE 1 END))), false)

-- warning: odd_till
coalesce((((cast(floor(abs("amount") * 10000 + 0.5) as bigint) * (CASE WHEN "amount" < 0 THEN -1 ELSE 1 END)) + ("till" * 10000)) < (CASE WHEN "id" = 'it''s' THEN (cast(floor(abs("amount") * 10000 + 0.5) as bigint) * (CASE WHEN "amount" < 0 THEN -1 ELSE 1 END)) ELSE 0 END) OR CASE WHEN "amount" > 0 THEN 1 WHEN "amount" < 0 THEN -1 ELSE 0 END = -1 OR char_length("id") > 19), false)

-- select
"id" AS id -- String
"currency" AS currency -- String
"till" AS till -- Int64
cast("amount" as decimal(18,4)) AS amount -- Decimal(18,4)
cast("tip" as decimal(18,4)) AS tip -- Decimal(18,4)
cast(floor("at" * 1000000.0 + 0.5) as bigint) AS event_time_us -- Int64
