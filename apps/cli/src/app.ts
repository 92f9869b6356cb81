/** The command tree. */
import { Command } from "effect/cli"
import { announce } from "./commands/announce.ts"
import { dashboard } from "./commands/dashboard.ts"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { exportKpi } from "./commands/export.ts"
import { ingest } from "./commands/ingest.ts"
import { kpi } from "./commands/kpi.ts"
import { plan } from "./commands/plan.ts"
import { repair } from "./commands/repair.ts"
import { report } from "./commands/report.ts"
import { repeats } from "./commands/repeats.ts"
import { runs } from "./commands/runs.ts"
import { sql } from "./commands/sql.ts"
import { start } from "./commands/start.ts"
import { status } from "./commands/status.ts"
import { stop } from "./commands/stop.ts"
import { validate } from "./commands/validate.ts"
import { watch } from "./commands/watch.ts"

export const VERSION = "1.0.0"

export const pos = Command.make("pos").pipe(
  Command.withDescription(
    "The POS data platform from the command line: check files, run the whole platform on this machine, " +
      "load sales into it and query the results.",
  ),
  Command.withSubcommands([
    validate,
    start,
    stop,
    status,
    ingest,
    runs,
    watch,
    dashboard,
    report,
    kpi,
    sql,
    exportKpi,
    plan,
    doctor,
    announce,
    repair,
    repeats,
    demo,
  ]),
  Command.withExamples([
    { command: "pos validate sales.csv", description: "Would this file be accepted? (offline, seconds)" },
    { command: "pos demo", description: "Start everything and load two weeks of real sales" },
  ]),
)
