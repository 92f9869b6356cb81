/** The words of every reason that does not belong to one dataset's rules. Codes are stable: scripts rely on them. */

export interface ReasonText {
  /** What is wrong with this value; `{column}`, `{value}` and `{detail}` are filled in per finding. */
  readonly message: string
  /** What the code means, for the list of reason codes. */
  readonly meaning: string
  /** What to send instead. */
  readonly remedy: string
}

/** Which side of data quality a finding is about, in the words of the Open Data Contract Standard. */
export type Dimension =
  | "accuracy"
  | "completeness"
  | "conformity"
  | "consistency"
  | "coverage"
  | "timeliness"
  | "uniqueness"

export interface ReasonDefinition extends ReasonText {
  readonly scope: "file" | "row"
  readonly severity: "error" | "warning"
  readonly dimension: Dimension
}

/** Most reasons say that a value does not conform; the others name their dimension. */
type Stated = ReasonText & { readonly dimension?: Dimension }

const reason = (scope: "file" | "row", severity: "error" | "warning", text: Stated): ReasonDefinition => ({
  scope,
  severity,
  dimension: "conformity",
  ...text,
})
const fileError = (text: Stated): ReasonDefinition => reason("file", "error", text)
const rowError = (text: Stated): ReasonDefinition => reason("row", "error", text)
const rowWarning = (text: Stated): ReasonDefinition => reason("row", "warning", text)

/** Reasons to refuse a whole file: its rows can't be told apart with certainty. */
export const fileReasons = {
  unreadable: fileError({
    message: "The file can't be read: {detail}.",
    meaning: "The file is damaged: a gzip or Parquet file that ends early, or one that fails its checksum.",
    remedy: "Create the file again and upload it completely.",
  }),
  unreadable_object: fileError({
    message: "The file can't be read from the bucket: {detail}. It stays there.",
    meaning:
      "The bucket holds the file but does not give it to the platform: it is archived (GLACIER, DEEP_ARCHIVE), encrypted with a key of its sender's own (SSE-C, another KMS key), or access to it alone is denied. It can't be moved to the rejected bucket either.",
    remedy: "Upload the file again, in the storage class STANDARD and without an encryption key of your own.",
  }),
  unsupported_format: fileError({
    message: "The file isn't in a format that can be read: {detail}.",
    meaning: "The content is none of the accepted formats, or another one than the file's name says.",
    remedy: "Send CSV, JSON lines (one object a line) or Parquet, plain or gzipped.",
  }),
  not_utf8: fileError({
    message: "The file isn't UTF-8 text: {detail}.",
    meaning: "A text file must be UTF-8, with or without a byte order mark.",
    remedy: "Export the file as UTF-8 (not Latin-1, Windows-1252 or UTF-16).",
  }),
  empty_file: fileError({
    message: "The file is empty.",
    meaning: "The file has no content at all.",
    remedy: "Check the export; send no file when there is nothing to send.",
  }),
  file_too_large: fileError({
    message: "The file has {value}; at most {detail} are accepted.",
    meaning: "The file is larger than one file may be: it could not be judged on one machine.",
    remedy: "Send it in parts, each with a header; they may arrive in any order.",
  }),
  header_not_first: fileError({
    message: "The file must begin with the names of its columns: {detail}.",
    meaning: "Something stands before the header: a title, Excel's sep= line, or an invisible mark.",
    remedy: "Remove what stands before the header, so that it is the first line.",
  }),
  header_too_long: fileError({
    message: "The header line is longer than {detail}.",
    meaning: "The first line has no end where a header would have one long before.",
    remedy: "Check that the header ends with a line break and names only the columns of the data contract.",
  }),
  too_many_columns: fileError({
    message: "The file has {value} columns; at most {detail} are accepted.",
    meaning: "The header names more columns than one file may have: it is likely not what it should be.",
    remedy: "Send only the columns of the data contract, and check that the header ends with a line break.",
  }),
  over_budget: fileError({
    message: "Reading the file took more than {detail}, so it was given up.",
    meaning:
      "Reading the file took more time or memory than a file of its size may take, in two attempts. It's damaged, or holds " +
      "far more than its size suggests.",
    remedy: "Create the file again. If it's whole and large, send it in parts.",
  }),
  reader_crashed: fileError({
    message: "The program that reads the file crashed ({detail}).",
    meaning:
      "The program that reads the file crashed in two attempts, the second time with no other file beside it. The file is " +
      "most likely damaged.",
    remedy:
      "Create the file again and upload it completely. If that doesn't help, show it to those who run the platform: the " +
      "job's log has the details.",
  }),
  no_rows: fileError({
    dimension: "completeness",
    message: "The file has no rows, only a header.",
    meaning: "The file names its columns and then ends.",
    remedy: "Check the export; send no file when there is nothing to send.",
  }),
  missing_column: fileError({
    dimension: "completeness",
    message: 'The column "{column}" is missing.',
    meaning: "A required column isn't named in the header (or the Parquet schema).",
    remedy: "Add the column; order and extra spaces in the header don't matter, spelling does.",
  }),
  duplicate_column: fileError({
    dimension: "uniqueness",
    message: 'The column "{column}" appears more than once in the header.',
    meaning: "Two columns have the same name, so it's unclear which one counts.",
    remedy: "Keep one of them.",
  }),
  row_width: fileError({
    message: "The row has {value} cells where the header has {detail}.",
    meaning: "A row has more or fewer cells than the header, so its values can't be assigned to columns.",
    remedy: "Write every cell, empty ones too, and put values that contain the separator in quotes.",
  }),
  broken_quote: fileError({
    message: "A quotation mark is out of place: {value}.",
    meaning: "A quoted value never ends, or text follows its closing quotation mark.",
    remedy: 'Close every quoted value, and write a quotation mark inside one twice ("").',
  }),
  broken_json: fileError({
    message: "The line isn't a JSON object: {detail}.",
    meaning: "Every line of a JSON lines file must be one complete JSON object.",
    remedy: "Write one object a line, without a surrounding array and without NaN or Infinity.",
  }),
  repeated_header: fileError({
    dimension: "uniqueness",
    message: "The header is repeated within the file.",
    meaning: "A row holds the names of the columns: files were put one behind the other.",
    remedy: "Keep only the first line with the names of the columns, or send the files one by one.",
  }),
  wrong_column_type: fileError({
    message: 'The column "{column}" has the type {value}; {detail} is expected.',
    meaning: "A Parquet file stores the column in a type that can't hold its values.",
    remedy: "Write the column in the type that the data contract names.",
  }),
} as const satisfies Record<string, ReasonDefinition>

/** Reasons to refuse a file that may end with a trailer row. */
export const trailerReasons = {
  missing_trailer: fileError({
    dimension: "completeness",
    message: "The file doesn't end with its trailer row, {detail}; it may have been cut off.",
    meaning: "The last line of the file isn't the trailer row that every file of this sender ends with.",
    remedy: "Send the file again, completely.",
  }),
  trailer_count: fileError({
    dimension: "completeness",
    message: "The trailer row says {value}, but the file has {detail}.",
    meaning: "The number of rows in the trailer row is another than that of the rows before it.",
    remedy: "Send the file again, completely.",
  }),
} as const satisfies Record<string, ReasonDefinition>

/** A column that the contract does not know. Policy decides how bad that is. */
export const unexpectedColumn = (severity: "error" | "warning"): ReasonDefinition => ({
  scope: "file",
  severity,
  dimension: "conformity",
  message: 'The column "{column}" isn\'t part of the contract' + (severity === "warning" ? " and is ignored." : "."),
  meaning: "The file has a column that the contract doesn't name.",
  remedy: "Leave the column out, or correct its spelling if it is meant to be one of the contract's.",
})

/** Reasons that any column of a kind can have. */
export const rowReasons = {
  missing_value: rowError({
    dimension: "completeness",
    message: "{column} is missing.",
    meaning: "A required cell is empty or holds only spaces.",
    remedy: "Send a value in every required column.",
  }),
  wrong_type: rowError({
    message: "{column} is {value}; {detail} is expected.",
    meaning: "In JSON or Parquet the value has another type, such as a number in quotation marks.",
    remedy: "Send numbers as numbers and texts as texts.",
  }),
  not_an_integer: rowError({
    message: "{column} is {value}, which isn't a whole number.",
    meaning: "The column needs a whole number; 1.5, 3.0, 1e3, 1,000 and 0x10 are none.",
    remedy: "Send digits only, with a minus in front where needed.",
  }),
  not_a_number: rowError({
    message: "{column} is {value}, which isn't a number.",
    meaning: "The column needs a number with a point as decimal separator and no other characters.",
    remedy: "Send 1234.56, not 1,234.56, 1.234,56 or $1234.56.",
  }),
  not_finite: rowError({
    message: "{column} is {value}, which isn't a finite number.",
    meaning: "NaN and Infinity stand for failed calculations and can't be added up.",
    remedy: "Find the calculation that failed and send its right result.",
  }),
  not_a_date: rowError({
    message: "{column} is {value}, which isn't a date such as 2026-01-31.",
    meaning: "The column needs a day of the calendar, from the year 1900 on, as year, month and day: YYYY-MM-DD.",
    remedy: "Send 2026-01-31, not 31.01.2026, 01/31/2026 or 20260131; and no 30th of February.",
  }),
  not_a_timestamp: rowError({
    message: "{column} is {value}, which isn't a date and time with a time zone such as 2026-01-31T18:05:00+01:00.",
    meaning:
      "The column needs day, time and time zone in ISO 8601: YYYY-MM-DD, T, hh:mm:ss (and up to nine digits of a second), " +
      "then Z for UTC or the distance to it, such as +01:00.",
    remedy: "Send 2026-01-31T17:05:00Z or 2026-01-31T18:05:00+01:00, always with the time zone.",
  }),
  not_a_boolean: rowError({
    message: "{column} is {value}, which is neither true nor false.",
    meaning: "The column needs true or false; in a CSV TRUE, FALSE, True and False are read as well.",
    remedy: "Send true or false, not yes, no, 1 or 0.",
  }),
  not_one_of: rowError({
    message: "{column} is {value}; it must be {detail}.",
    meaning: "The column takes only the values that the data contract lists, written exactly so.",
    remedy: "Send one of the values of the data contract, with the same capitals and without spaces around it.",
  }),
  unexpected_form: rowError({
    message: "{column} is {value}; it must be {detail}.",
    meaning: "The value is neither in the form of the data contract nor in the one that was agreed on with its sender.",
    remedy: "Send it in one of the forms that the data contract names, the same in all rows.",
  }),
  absent_local_time: rowError({
    message: "{column} is {value}, a time that the clocks skipped that day: it must be {detail}.",
    meaning: "When the clocks are set forward in spring, the times in between never come.",
    remedy: "Find out what moment is meant, and check how the till's clock changes to summer time.",
  }),
  ambiguous_local_time: rowError({
    message: "{column} is {value}, a time that the clocks showed twice that day: it must be {detail}.",
    meaning:
      "When the clocks are set back in autumn, the times of an hour come twice, and the text doesn't say which it is.",
    remedy: "Send the moment with its distance to UTC, or agree on which of the two is meant.",
  }),
  out_of_range: rowError({
    message: "{column} is {value}; it must be {detail}.",
    meaning: "The number is outside of what the column allows.",
    remedy: "Send a number within the range that the data contract names.",
  }),
  too_long: rowError({
    message: "{column} is too long ({value}); it may have {detail}.",
    meaning: "The text has more characters than the column allows.",
    remedy: "Shorten the value, the same way in every file.",
  }),
  control_characters: rowError({
    message: "{column} contains control characters such as tabs or line breaks.",
    meaning: "The text contains invisible control characters.",
    remedy: "Remove tabs, line breaks and other control characters from the value.",
  }),
  invisible_characters: rowError({
    message: "{column} is {value} and contains a character that nobody sees: {detail}.",
    meaning:
      "The text contains invisible characters, such as a zero width space or a direction mark: it looks like another one.",
    remedy: "Remove the invisible characters; they often come from copying out of documents, web pages and chats.",
  }),
  duplicate_key: rowError({
    dimension: "uniqueness",
    message: "{column} {value} appears more than once in the file, with different values.",
    meaning: "Rows of one file share a key but differ, so it's unclear which of them is true.",
    remedy: "Give each row its own key, or send only the right one.",
  }),
  repeated_row: rowWarning({
    dimension: "uniqueness",
    message: "{column} {value} appears again with the same values; the repetition is dropped.",
    meaning: "A row is an exact repetition of another one in the same file. It's counted once.",
    remedy: "Nothing to do; check the export if it happens often.",
  }),
  precision_lost: rowWarning({
    message: "{column} is {value} and is rounded to {detail}.",
    meaning: "The number has more digits than are stored.",
    remedy: "Send amounts with at most as many decimals as the data contract names.",
  }),
} as const satisfies Record<string, ReasonDefinition>

/**
 * Fills a message's braces.
 *
 * @example
 * fillMessage("{column} is {value}.", { column: "quantity", value: "0" }) // quantity is 0.
 */
export const fillMessage = (
  message: string,
  {
    column = "",
    value = "",
    detail = "",
  }: { readonly column?: string; readonly value?: string; readonly detail?: string },
): string =>
  message.replaceAll(/\{(column|value|detail)\}/g, (_, name: string) =>
    name === "column" ? column : name === "value" ? value : detail,
  )
