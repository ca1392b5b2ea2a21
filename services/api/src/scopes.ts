/** Scopes and roles, where the API's modules look for them; the dispatcher's handlers ask the same ones. */
export {
  effectiveScopes,
  personScopes,
  ROLE_SCOPES,
  SCOPES,
  type Scope,
  widen,
} from "@tw/shared/scopes";
