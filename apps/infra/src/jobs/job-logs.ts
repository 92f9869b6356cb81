/** Where Glue writes what a job prints, which depends on the kind of job. */
export interface JobLogs {
  /** What comes before `/output` and `/error`. */
  readonly prefix: string
  readonly groups: ReadonlyArray<string>
  /** The group that has standard error, and with it a failed run's sentence. */
  readonly errors: string
  /** What follows the run's id in the name of its stream. */
  readonly streamSuffix: string
}

const logs = (prefix: string, part: Pick<JobLogs, "errors" | "streamSuffix">): JobLogs => ({
  prefix,
  groups: [`${prefix}/output`, `${prefix}/error`],
  ...part,
})

/** Shared by all Python Shell jobs of the account, so that no stack can own the groups. */
const shellPrefix = "/aws-glue/python-jobs"

export const shellLogs: JobLogs = logs(shellPrefix, { errors: `${shellPrefix}/error`, streamSuffix: "" })

/**
 * Since Glue 5.0 a Spark job's standard output and error are both in `output`, by driver and executor; `error` has what
 * Spark itself logs. https://docs.aws.amazon.com/glue/latest/dg/monitor-continuous-logging.html
 */
export const sparkLogs = (prefix: string): JobLogs =>
  logs(prefix, { errors: `${prefix}/output`, streamSuffix: "-driver" })

/** The command that shows what a run said at its end; `run` is its id, or what stands for it. */
export const tailCommand = ({ errors, streamSuffix }: JobLogs, run: string): string =>
  `aws logs tail ${errors} --log-stream-names ${run}${streamSuffix}`
