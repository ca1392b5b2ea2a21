/** What `tw agent policy init` writes: the defaults in words. */
import { DEFAULT_RECEIPT_FOR } from "./policy-defaults.ts";

export const POLICY_TEMPLATE = `# What this machine lets the workspace do. The workspace can only ask for less.
# A running agent obeys a change from its next step on. Check it: tw agent policy check

# Programs besides those the shipped library needs: names on PATH or in the project, or absolute paths.
# A shell or interpreter here means: any text.
programs: []
# Of the library's programs, those that never run here.
deny_programs: []
# false: start from nothing; only "programs" and "env" of this file count.
defaults: true

# Files under the root that may be run.
scripts: []          # shop/scripts/*
# Commands of the workspace; * is any ending.
commands: ["*"]
# Directories below the root in which programs may run, and to which their paths may lead.
directories: ["."]
# Directories that are not below the root, of which cat, cp, tar and their like may be given files.
outside: []          # /tmp
# Environment names a command's definition may set, besides harmless ones.
env: []              # FEATURE_*

# What stands before a step, by its effect:
#   allow    nothing
#   receipt  the approvals service's signed word that this very step was asked for and, where people were asked, approved
#   votes    the same, and at least one person has approved it
#   pinned   receipt, once this agent knows the key that receipts are signed with
#   deny     it never runs
effects:
  read: allow
  write: allow
  destructive: pinned
# Counts as destructive whatever the workspace says: a program, and words that stand among its arguments.
receipt_for:
${DEFAULT_RECEIPT_FOR.map((entry) => `  - ${entry}`).join("\n")}
`;
