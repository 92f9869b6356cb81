/** News in plain words. Pure. */
import { bold, dim, green, red, yellow } from "../output/style.ts"
import { count, counted, seconds } from "../output/text.ts"
import { visible } from "../output/visible.ts"
import { type RemediesOf, renderReport } from "../report/files.ts"
import type { News } from "./news.ts"

const endOf = (news: Extract<News, { readonly event: "ended" }>): Array<string> => {
  const { appended, failure, seconds: took, status } = news
  if (status === "SUCCEEDED")
    return [
      `${green("■")} run ${news.runId} succeeded after ${seconds(took)}${appended === null ? "" : `: ${counted(appended, "new row")}`}`,
    ]
  const head = `${red("■")} run ${news.runId} ended as ${status.toLowerCase()} after ${seconds(took)}`
  return failure === null
    ? [head]
    : [head, `    ${visible(failure.reason)}`, ...(failure.next === "" ? [] : [dim(`    ${visible(failure.next)}`)])]
}

const linesOf = (news: News, remediesOf: RemediesOf): Array<string> => {
  switch (news.event) {
    case "begun":
      return [
        `${yellow("▶")} ${bold(`run ${news.runId}`)}${news.dataset === null ? "" : ` of ${visible(news.dataset)}`}: ${count(news.files.length)} ${news.files.length === 1 ? "file" : "files"}`,
      ]
    case "judged":
      return renderReport(news.file, remediesOf(news.file.dataset))
    case "ended":
      return endOf(news)
  }
}

/** With the time of day, UTC, before the first line. */
export const renderNews = (news: News, remediesOf: RemediesOf): string => {
  const [first = "", ...others] = linesOf(news, remediesOf)
  return [`${dim(news.at.slice(11, 19))} ${first}`, ...others.map((line) => `         ${line}`)].join("\n")
}
