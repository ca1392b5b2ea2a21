/** Every action that a command of type `api` can name as its handler. */
import type { Action } from "./action.ts";
import {
  clientsArchive,
  clientsCreate,
  clientsGet,
  clientsList,
  clientsRestore,
  clientsUpdate,
} from "./clients.ts";
import { costsAdd, costsImport, costsRemove, costsSum } from "./costs.ts";
import { deploymentsList, deploymentsRecord } from "./deployments.ts";
import { employeesCreate, employeesLeave, employeesList, employeesUpdate } from "./employees.ts";
import { filesList, filesRemove, filesRestore } from "./files.ts";
import { groupsList, groupsPut, iamGrant, iamPermissions, iamRevoke, iamUsers } from "./iam.ts";
import { knowledgeAdd, knowledgeRemove, knowledgeSearch } from "./knowledge.ts";
import { listHere } from "./list.ts";
import { dbQuery, dbTables } from "./query.ts";
import { servicesList } from "./services.ts";
import { infrastructureStatus } from "./status.ts";

export const ACTIONS: { readonly [handler: string]: Action } = {
  "clients-archive": clientsArchive,
  "clients-create": clientsCreate,
  "clients-get": clientsGet,
  "clients-list": clientsList,
  "clients-restore": clientsRestore,
  "clients-update": clientsUpdate,
  "costs-add": costsAdd,
  "costs-import": costsImport,
  "costs-remove": costsRemove,
  "costs-sum": costsSum,
  "db-query": dbQuery,
  "db-tables": dbTables,
  "deployments-list": deploymentsList,
  "deployments-record": deploymentsRecord,
  "employees-create": employeesCreate,
  "employees-leave": employeesLeave,
  "employees-list": employeesList,
  "employees-update": employeesUpdate,
  "files-list": filesList,
  "files-remove": filesRemove,
  "files-restore": filesRestore,
  "groups-list": groupsList,
  "groups-put": groupsPut,
  "iam-grant": iamGrant,
  "iam-permissions": iamPermissions,
  "iam-revoke": iamRevoke,
  "iam-users": iamUsers,
  "infrastructure-status": infrastructureStatus,
  "knowledge-add": knowledgeAdd,
  "knowledge-remove": knowledgeRemove,
  "knowledge-search": knowledgeSearch,
  list: listHere,
  "services-list": servicesList,
};
