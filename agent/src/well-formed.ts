/**
 * Is a message of the hub in the shape that the code relies on? A hub checks what agents send; a hub that was taken over must not be able
 * to end an agent with a message that is none.
 */
import type { HubMessage } from "@tw/shared/contracts/agent-protocol";

type Thing = { [name: string]: unknown };
const isThing = (value: unknown): value is Thing =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const orNull = (is: (value: unknown) => boolean) => (value: unknown) => value === null || is(value);
const orLeftOut = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value);
const listOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(is);
const recordOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  isThing(value) && Object.values(value).every(is);
const shape =
  (fields: { [name: string]: (value: unknown) => boolean }) =>
  (value: unknown): boolean =>
    isThing(value) && Object.entries(fields).every(([name, is]) => is(value[name]));

const isValue = (value: unknown) => isText(value) || shape({ secret: isText })(value);
const isProbe = shape({
  program: isText,
  argv: listOf(isText),
  outputs: isThing,
  file: orLeftOut(orNull(isText)),
});
const isRun = shape({
  program: isText,
  argv: listOf(isValue),
  cwd: orNull(isText),
  env: recordOf(isValue),
  stdin: orNull(isValue),
  ok_codes: listOf(isNumber),
  outputs: orNull(isThing),
  file: orNull(isText),
  before: listOf(isProbe),
  after: listOf(isProbe),
  requires: listOf(isThing),
  paths: orLeftOut(listOf(shape({ path: isText, link: (value) => typeof value === "boolean" }))),
});
const isAction = shape({ name: isText, args: isThing, cwd: orNull(isText), requires: listOf(isThing) });
const isStep = shape({
  step: isText,
  attempt: isNumber,
  command: isText,
  effect: (value) => value === "read" || value === "write" || value === "destructive",
  timeout_s: isNumber,
  run: orLeftOut(isRun),
  action: orLeftOut(isAction),
});
const isJob = shape({
  job: isText,
  run: isText,
  fence: isNumber,
  lease_ms: (value) => isNumber(value) && value >= 0,
  purpose: (value) => value === "forward" || value === "rollback",
  plan_digest: isText,
  steps: (value) => listOf(isStep)(value) && (value as unknown[]).length > 0,
});

const SHAPES: { [type in HubMessage["type"]]?: (value: unknown) => boolean } = {
  welcome: shape({ id: isText, tenant: isText, session: isNumber }),
  cancel: shape({ jobs: listOf(isText) }),
  probe: shape({ probe: isText, wants: listOf(shape({ cwd: isText, requirement: isText })) }),
  leases: shape({ id: isText, jobs: listOf(isJob) }),
  ok: shape({ id: isText, leases: orLeftOut(listOf(isJob)) }),
  renewed: shape({ id: isText, jobs: listOf(shape({ job: isText, lease_ms: isNumber })) }),
  granted: shape({
    id: isText,
    secrets: recordOf(isText),
    receipt: orNull(shape({ body: isText, signature: isText, key_id: isText })),
  }),
  error: shape({ id: isText, code: isText, message: isText }),
  services: shape({
    services: listOf(shape({ name: isText, labels: listOf(isText), definition: orNull(isThing) })),
  }),
};

export function isWellFormed(message: unknown): message is HubMessage {
  if (!isThing(message) || !isText(message.type)) return false;
  const is = Object.hasOwn(SHAPES, message.type) ? SHAPES[message.type as HubMessage["type"]] : undefined;
  return is === undefined || is(message);
}
