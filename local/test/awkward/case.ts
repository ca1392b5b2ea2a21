/** What a case of the table says and what a row of it holds: a command, the parameter that gets every awkward value, and how it shows that each arrived. */
import type { Json } from "@tw/shared/contracts/json";

export type Args = { [name: string]: Json };
/** One step as the run shows it. */
export interface Step {
  status: string;
  outputs: Args | null;
  error: { code: string; message: string } | null;
}
/** A row: what was tried, with which value, and how it went. */
export interface Row {
  command: string;
  /** Empty: an ordinary call. */
  param: string;
  value: string;
  how: string;
}
export interface Given {
  /** What a table calls the value. */
  called: string;
  value: string;
  /** Different for each value, and in no other file. */
  token: string;
  /** The working directory of the case. */
  dir: string;
}
export interface Case {
  command: string;
  /** Empty: the command takes no text, and is only run. */
  param: string;
  /** Every value can arrive (`path`: but those that lead out), or only these. */
  takes: "text" | "path" | string[];
  /** Only these are tried. */
  offers?: (called: string) => boolean;
  /** Of a path: a link is meant itself, so one that leads outside is no matter. */
  link?: boolean;
  /** Values that the program itself refuses, and why; nothing may have changed. */
  no?: (given: Given) => boolean;
  /** A git repository with the values as files, branches and commits; otherwise an empty directory. */
  git?: boolean;
  /** Once, before anything runs. */
  prepare?(dir: string, outside: string): void;
  /** For each value, before anything runs. */
  setup?(given: Given): void;
  args(given: Given): Args;
  /** Throws unless the value arrived as one. `log` is what all steps of the run printed. */
  arrived(given: Given, step: Step, log: string): void;
  /** Steps of the run before that of the value. */
  first?(given: Given): { command: string; args: Args }[];
  /** The run is undone, and the directory is what it was. */
  undone?: boolean;
  /** A fetch is part of it: what was learned of the remote stays. */
  learns?: boolean;
  /** The directory is what it was without an undo. */
  reads?: boolean;
}
