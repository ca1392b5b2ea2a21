/** Names for what the API answers. The shapes themselves are generated: see schema.d.ts. */
import type { components, operations } from "./schema.d.ts";

type Schemas = components["schemas"];
export type Run = Schemas["Run"];
export type RunStatus = Run["status"];
export type RunStep = Run["steps"][number];
export type StepStatus = RunStep["status"];
export type Checkpoint = Schemas["Checkpoint"];
export type Command = Schemas["Command"];
export type Parameter = Command["parameters"][number];
export type Effect = Command["effect"];
export type Plan = Schemas["Plan"];
export type Actor = Schemas["Actor"];
export type Json = Schemas["Json"];
export type Me = operations["getMe"]["responses"][200]["content"]["application/json"];
export type Agent = operations["getAgents"]["responses"][200]["content"]["application/json"]["items"][number];
export type RunEvent =
  operations["getRunsIdEvents"]["responses"][200]["content"]["application/json"]["items"][number];
export type Values = { [name: string]: Json };
export type Service = Schemas["Service"];
export type Schedule = Schemas["Schedule"];
export type Hook = Schemas["Hook"];
export type User = Schemas["User"];
export type Token = Schemas["Token"];
export type Group = Schemas["Group"];
export type Grant = Schemas["Grant"];
export type AuditEntry = Schemas["AuditEntry"];
export type ApprovalPolicy = Schemas["ApprovalPolicy"];
export type StandIn = Schemas["StandIn"];
export type Session = Schemas["Session"];
export type Delivery = Schemas["Delivery"];
export type Client = Schemas["Client"];
export type Deployment = Schemas["Deployment"];
export type Article = Schemas["Article"];
export type Cost = Schemas["Cost"];
export type Employee = Schemas["Employee"];
export type StoredFile = Schemas["File"];
export type Secret = Schemas["Secret"];
