import {
  CanaryReport,
  CheckedFile,
  CommitNote,
  ExecutionInput,
  ExecutionOutput,
  Failure,
  FileLine,
  FilesToCheck,
  JobName,
  LogLevel,
  MaintenanceReport,
  Manifest,
  MetricDirective,
  RejectedReport,
  RepairReport,
  TableMaintenance,
  TransformationSummary,
  ValidationSummary,
} from "@pos/pipeline"
import { DatasetPlan, DatasetWords, Words } from "@pos/sql"
import type { Schema } from "effect"
import type { Part } from "./split.ts"

/**
 * A generated Python module: its name, what it holds, and the Schemas whose types (and those they name) it has. With `parts`
 * it is a package of a file for each.
 */
export interface PythonModule {
  readonly name: string
  readonly about: string
  readonly schemas: Readonly<Record<string, Schema.Top>>
  readonly parts?: ReadonlyArray<Part>
}

const documents: PythonModule = {
  name: "documents",
  about: "The documents that the apps hand to one another.",
  schemas: {
    CanaryReport,
    CheckedFile,
    CommitNote,
    ExecutionInput,
    ExecutionOutput,
    Failure,
    FileLine,
    FilesToCheck,
    JobName,
    LogLevel,
    MaintenanceReport,
    Manifest,
    MetricDirective,
    RejectedReport,
    RepairReport,
    TableMaintenance,
    TransformationSummary,
    ValidationSummary,
  },
  parts: [
    { name: "runs", types: ["ExecutionInput", "ExecutionOutput", "Failure", "Manifest"] },
    { name: "validation", types: ["CheckedFile", "FileLine", "FilesToCheck", "RejectedReport", "ValidationSummary"] },
    { name: "transformation", types: ["CommitNote", "RepairReport", "TransformationSummary"] },
    { name: "maintenance", types: ["CanaryReport", "MaintenanceReport", "TableMaintenance"] },
    { name: "logs", types: ["JobName", "LogLevel", "MetricDirective"] },
  ],
}

const plan: PythonModule = {
  name: "plan",
  about: "The plan of a dataset: everything that its contract says, compiled.",
  schemas: { DatasetPlan },
  parts: [
    { name: "validation", types: ["Validation"] },
    { name: "transformation", types: ["Transform"] },
    { name: "tables", types: ["Tables"] },
    { name: "dataset", types: ["DatasetPlan"] },
  ],
}

const words: PythonModule = {
  name: "words",
  about: "The words of the datasets: the sentences of reports, and what tables and columns hold.",
  schemas: { DatasetWords, Words },
}

export const modules: ReadonlyArray<PythonModule> = [documents, plan, words]
