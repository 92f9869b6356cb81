/** How reference data come, and what the contract of such a dataset can't say. */
import { fileReasons, type ReasonDefinition } from "./reasons.ts"

/**
 * What one file of reference data is. `wholeList`: every row that there is; a key that the newest list lacks is gone.
 * `changes`: new and changed rows only; a key that a file lacks stays as it is.
 */
export type Delivers = "wholeList" | "changes"

/** What of a dataset has to do with how it is delivered. */
interface Delivered {
  readonly kind: "facts" | "reference"
  readonly delivers?: Delivers
  readonly canary?: object
  readonly policies: { readonly fileTolerance: number; readonly acrossFiles: string }
}

/** Every contradiction between a dataset's kind and how it says that it is delivered. */
export const deliveryProblems = ({ canary, delivers, kind, policies }: Delivered): ReadonlyArray<string> => {
  if (kind === "facts")
    return delivers === undefined ? [] : ["`delivers` is for reference data: each file of facts adds rows"]
  return [
    ...(delivers === "wholeList" || delivers === "changes"
      ? []
      : [
          "reference data must say what a file is: `delivers` is `wholeList` (all rows that there are) or `changes` " +
            "(new and changed rows only)",
        ]),
    ...(delivers === "wholeList" && policies.fileTolerance > 0
      ? [
          "`fileTolerance` must be 0 where a file is the whole list: what an invalid row describes would be gone from the table",
        ]
      : []),
    ...(policies.acrossFiles === "latestWins"
      ? []
      : ["`acrossFiles` is not for reference data: what was sent last always wins"]),
    ...(canary === undefined ? [] : ["reference data have no canary: it is dropped by its business date"]),
  ]
}

const STAYS = "Until then the list that was sent before stays in force."
const IN_ONE_PIECE =
  "Each file is the whole list, so it can't be sent in parts: a part would remove all the others. Leave out what nobody " +
  "needs, or ask those who run the platform for a higher limit."

/** The words of the reasons that mean something else where a file is the whole list. */
export const wholeListReasons = {
  empty_file: {
    ...fileReasons.empty_file,
    message: "The file is empty. As the whole list it would remove everything, so it's refused.",
    meaning: "The file has no content at all, and an empty list would remove every row that there is.",
    remedy: `Check the export and send the whole list. ${STAYS}`,
  },
  no_rows: {
    ...fileReasons.no_rows,
    message: "The list has no rows, only a header. It would remove everything, so it's refused.",
    meaning: "The file names its columns and then ends; an empty list would remove every row that there is.",
    remedy: `Check the export and send the whole list. ${STAYS}`,
  },
  file_too_large: { ...fileReasons.file_too_large, remedy: IN_ONE_PIECE },
  over_budget: {
    ...fileReasons.over_budget,
    remedy: `Create the file again. ${IN_ONE_PIECE}`,
  },
  repeated_header: {
    ...fileReasons.repeated_header,
    remedy: "Keep only the first line with the names of the columns. Each file is the whole list, in one piece.",
  },
} as const satisfies Record<string, ReasonDefinition>
