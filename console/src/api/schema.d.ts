// Made by "npm run api-types" from the routes of services/api.
export interface paths {
    "/api/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The commands of the workspace and of the public library; with `q` ranked by relevance */
        get: operations["getCommands"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/commands/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One command, by slug or id */
        get: operations["getCommandsSlug"];
        /** Create a command of the workspace, or give it a new version */
        put: operations["putCommandsSlug"];
        post?: never;
        /** Deprecate a command of the workspace; its versions and runs stay */
        delete: operations["deleteCommandsSlug"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/commands/{slug}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a command */
        post: operations["postCommandsSlugExecute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/{slug}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a workflow */
        post: operations["postWorkflowsSlugExecute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a run would do, resolved; nothing is done */
        post: operations["postPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Commands of package.json, Makefile, justfile, Warp and GitHub workflows: a preview, or with dry_run false the import */
        post: operations["postImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs of the workspace, newest first */
        get: operations["getRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run; with `wait_s` answered when it is over or waits for a person */
        get: operations["getRunsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a run: no further step starts, running ones are ended */
        post: operations["postRunsIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run it again, from the start or from a step, with the same arguments or others */
        post: operations["postRunsIdRerun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo a run that succeeded: its rollbacks, newest first, once a person agrees */
        post: operations["postRunsIdUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plan a run is pinned to, and the command lines of its steps with the values they ran with */
        get: operations["getRunsIdPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to a run, as server-sent events; the list with Accept: application/json */
        get: operations["getRunsIdEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Logs of a run as text; with Accept: text/event-stream as they are written */
        get: operations["getRunsIdLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Checkpoints, newest first; with `mine` only those you may still decide */
        get: operations["getCheckpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One checkpoint with what will run, what has run, and how it would be undone */
        get: operations["getCheckpointsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkpoints/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Vote: approve or reject */
        post: operations["postCheckpointsIdApprove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkpoints/{id}/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Owners: approve without the votes it asks for; everybody who may vote is told, and it waits for a review */
        post: operations["postCheckpointsIdBreakGlass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkpoints/{id}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Owners and approvers: take note of a checkpoint somebody went past */
        post: operations["postCheckpointsIdReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Approval policies that bind this workspace: its own, and those of the installation (tenant_id `system`) */
        get: operations["getPolicies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policies/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Write an approval policy; it binds every plan made from now on */
        put: operations["putPoliciesName"];
        post?: never;
        /** Delete an approval policy; runs that are planned keep what it asked */
        delete: operations["deletePoliciesName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stand-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who stands in for whom, now and later */
        get: operations["getStandIns"];
        put?: never;
        /** Let somebody stand in: between two times they vote with the absent person's role and groups */
        post: operations["postStandIns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stand-ins/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a stand-in at once */
        delete: operations["deleteStandInsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{id}/replan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Plan the rest of a waiting run anew; whoever approves is asked again and shown the difference */
        post: operations["postRunsIdReplan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The agents of the workspace */
        get: operations["getAgents"];
        put?: never;
        /** Register an agent; its token is shown once */
        post: operations["postAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an agent out of service: its token is refused and its connection closed at once */
        delete: operations["deleteAgentsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** WebSocket of an agent; the protocol is in agent-protocol.md */
        get: operations["getAgentsConnect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/poll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same messages for agents where WebSockets are blocked */
        post: operations["postAgentsPoll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your tokens; with the scope admin all of the workspace. Never their values */
        get: operations["getTokens"];
        put?: never;
        /** Make a token of your own scopes or fewer; its value is shown once */
        post: operations["postTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token at once */
        delete: operations["deleteTokensId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who you are here and what you may do */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/iam/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People of the workspace */
        get: operations["getIamUsers"];
        put?: never;
        /** Add a person to the workspace */
        post: operations["postIamUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/iam/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One person */
        get: operations["getIamUsersId"];
        /** Change a person's name, role, groups, Slack account or notifications; what is left out stays */
        put: operations["putIamUsersId"];
        post?: never;
        /** Take a person out of the workspace: their tokens, sessions and links open nothing any more */
        delete: operations["deleteIamUsersId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/iam/users/{id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mail a person a link to sign in with, once more */
        post: operations["postIamUsersIdInvite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Through what you want to be told; what is left out is the workspace's default */
        put: operations["putMeNotifications"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/iam/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each role may do, and what you may */
        get: operations["getIamPermissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mail a link to sign in with; the answer is the same whether or not the address is known */
        post: operations["postSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session this request came with */
        post: operations["postSignOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where you are signed in */
        get: operations["getSessions"];
        put?: never;
        post?: never;
        /** Sign yourself out everywhere else */
        delete: operations["deleteSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign yourself out somewhere */
        delete: operations["deleteSessionsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, newest first */
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Computes the chain of seals again */
        get: operations["getAuditVerify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the workspace well? */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This API, described */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Error: {
            error: {
                /** @enum {string} */
                code: "bad_request" | "unauthorized" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "expired" | "too_large" | "unsupported_media_type" | "invalid_args" | "prerequisite_missing" | "policy_denied" | "idempotency_mismatch" | "rate_limited" | "internal" | "unavailable";
                message: string;
                issues?: {
                    path: string;
                    message: string;
                }[];
            };
        };
        Command: {
            id: string;
            slug: string;
            name: string;
            description: string;
            category: string;
            /** @enum {string} */
            type: "builtin" | "api" | "workflow" | "external";
            version: number;
            /** @enum {string} */
            status: "active" | "inactive" | "deprecated";
            is_public: boolean;
            /** @enum {string} */
            effect: "read" | "write" | "destructive";
            aliases: string[];
            parameters: {
                name: string;
                /** @enum {string} */
                type: "string" | "number" | "boolean" | "enum" | "path" | "secret" | "json";
                /** @default false */
                required: boolean;
                default?: components["schemas"]["Json"];
                /** @default  */
                description: string;
                pattern?: string;
                min?: number;
                max?: number;
                options?: string[];
                from?: string;
                allow_leading_dash?: boolean;
                /** @enum {string} */
                items?: "string" | "path";
                rest?: boolean;
            }[];
            requires: {
                tool?: string;
                version?: string;
                file?: string | string[];
                /** @enum {string} */
                git?: "repository" | "remote";
                login?: string;
                fix?: string;
                install?: string;
                when?: {
                    param: string;
                    equals?: components["schemas"]["Json"];
                    present?: boolean;
                };
            }[];
            rollback?: {
                command: string;
                /** @default {} */
                args: {
                    [key: string]: components["schemas"]["Json"];
                };
                timeout_s?: number;
                retry?: {
                    max: number;
                    /** @default 1 */
                    backoff_s: number;
                };
                when?: components["schemas"]["Part1"];
            };
            timeout_s?: number;
            retry?: {
                max: number;
                /** @default 1 */
                backoff_s: number;
            };
            examples: {
                text: string;
                args: {
                    [key: string]: components["schemas"]["Json"];
                };
            }[];
            /** @description see PUT /api/commands/{slug} */
            definition: {
                [key: string]: components["schemas"]["Json"];
            };
            usage_count: number;
            last_used_at: number | null;
            /** @description milliseconds since the epoch */
            created_at: number;
            /** @description milliseconds since the epoch */
            updated_at: number;
        };
        Json: string | number | boolean | null | components["schemas"]["Json"][] | {
            [key: string]: components["schemas"]["Json"];
        };
        Part1: {
            from: string;
            equals?: components["schemas"]["Json"];
            not_equals?: components["schemas"]["Json"];
            present?: boolean;
            greater_than?: number;
        } | {
            all: components["schemas"]["Part1"][];
        } | {
            any: components["schemas"]["Part1"][];
        } | {
            not: components["schemas"]["Part1"];
        };
        Plan: {
            command: string;
            version: number;
            /** @enum {string} */
            effect: "read" | "write" | "destructive";
            steps: ({
                id: string;
                command: string;
                needs: string[];
            } & {
                [key: string]: unknown;
            })[];
            checkpoints: ({
                step: string;
            } & {
                [key: string]: unknown;
            })[];
            rollback_on_error: boolean;
            plan_digest: string;
            warnings: string[];
        } & {
            [key: string]: unknown;
        };
        Run: {
            id: string;
            command: string;
            command_version: number;
            /** @enum {string} */
            status: "queued" | "running" | "waiting" | "rolling_back" | "succeeded" | "failed" | "rejected" | "cancelled";
            args: {
                [key: string]: components["schemas"]["Json"];
            };
            context: {
                [key: string]: components["schemas"]["Json"];
            };
            requested_by: components["schemas"]["Actor"];
            note: string | null;
            plan_digest: string;
            parent_run_id: string | null;
            rerun_of: string | null;
            /** @description milliseconds since the epoch */
            created_at: number;
            started_at: number | null;
            finished_at: number | null;
            steps: {
                id: string;
                command: string;
                /** @enum {string} */
                status: "pending" | "ready" | "queued" | "running" | "waiting" | "succeeded" | "failed" | "skipped" | "cancelled" | "unknown";
                attempt: number;
                needs: string[];
                agent_id: string | null;
                exit_code: number | null;
                outputs: {
                    [key: string]: components["schemas"]["Json"];
                } | null;
                error: {
                    code: string;
                    message: string;
                } | null;
                started_at: number | null;
                finished_at: number | null;
                rollback: {
                    /** @enum {string} */
                    status: "none" | "pending" | "running" | "succeeded" | "failed";
                    command: string;
                    exit_code: number | null;
                    error: {
                        code: string;
                        message: string;
                    } | null;
                } | null;
            }[];
            checkpoints: components["schemas"]["Checkpoint"][];
            rollback: {
                /** @enum {string} */
                status: "none" | "pending" | "running" | "succeeded" | "failed";
                undone: string[];
                left: string[];
            };
            error: {
                code: string;
                message: string;
                step: string | null;
            } | null;
        };
        Actor: {
            id: string;
            name: string;
            /** @enum {string} */
            type: "person" | "service" | "agent" | "system";
        };
        Checkpoint: {
            id: string;
            run_id: string;
            step: string;
            name: string;
            prompt: string;
            /** @enum {string} */
            status: "pending" | "approved" | "rejected" | "expired" | "withdrawn";
            required: number;
            votes: {
                by: components["schemas"]["Actor"];
                /** @enum {string} */
                decision: "approve" | "reject";
                /** @enum {string} */
                channel: "api" | "console" | "link" | "slack" | "cli";
                comment: string | null;
                /** @description milliseconds since the epoch */
                at: number;
            }[];
            form: {
                name: string;
                label?: string;
                /**
                 * @default string
                 * @enum {string}
                 */
                type: "string" | "number" | "boolean" | "enum";
                /** @default false */
                required: boolean;
                options?: string[];
                default?: components["schemas"]["Json"];
            }[];
            plan_digest: string;
            /** @description milliseconds since the epoch */
            created_at: number;
            expires_at: number | null;
            decided_at: number | null;
        } & {
            [key: string]: unknown;
        };
        ApprovalPolicy: {
            tenant_id: string;
            name: string;
            /** @default  */
            description: string;
            /** @default true */
            enabled: boolean;
            /** @default {} */
            match: {
                effects?: ("read" | "write" | "destructive")[];
                environments?: string[];
                tags?: string[];
                commands?: string[];
                tenants?: string[];
            };
            /** @default {} */
            require: {
                prompt?: string;
                quorum?: number;
                groups?: string[];
                requester_may_vote?: boolean;
                form?: {
                    name: string;
                    label?: string;
                    /**
                     * @default string
                     * @enum {string}
                     */
                    type: "string" | "number" | "boolean" | "enum";
                    /** @default false */
                    required: boolean;
                    options?: string[];
                    default?: components["schemas"]["Json"];
                }[];
                expires_s?: number | "never";
                minimums?: {
                    group: string | string[];
                    min: number;
                }[];
                /** @enum {string} */
                on_expiry?: "reject" | "stop";
                remind_every_s?: number;
                escalate?: {
                    after_s: number;
                    to: string;
                };
                supersede?: boolean;
                sign_in?: boolean;
                break_glass?: boolean;
            };
            /** @description milliseconds since the epoch */
            created_at: number;
            /** @description milliseconds since the epoch */
            updated_at: number;
        };
        StandIn: {
            id: string;
            user_id: string;
            stand_in_id: string;
            /** @description milliseconds since the epoch */
            from: number;
            /** @description milliseconds since the epoch */
            until: number;
            created_by: string;
            /** @description milliseconds since the epoch */
            created_at: number;
        };
        Token: {
            id: string;
            name: string;
            /** @enum {string} */
            type: "person" | "service" | "agent";
            scopes: ("commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read" | "admin")[];
            user_id: string | null;
            agent_id: string | null;
            /** @description milliseconds since the epoch */
            created_at: number;
            expires_at: number | null;
        };
        User: {
            id: string;
            email: string;
            name: string;
            /** @enum {string} */
            role: "owner" | "operator" | "approver" | "viewer";
            groups: string[];
            slack_user_id: string | null;
            notifications: components["schemas"]["Notifications"];
            /** @description milliseconds since the epoch */
            created_at: number;
        };
        Notifications: {
            /** @description false: no mail, as long as you are reached in Slack */
            email?: boolean;
            /** @description true: messages to you alone, where a Slack bot is set up */
            slack?: boolean;
        };
        NotificationsInput: {
            /** @description false: no mail, as long as you are reached in Slack */
            email?: boolean;
            /** @description true: messages to you alone, where a Slack bot is set up */
            slack?: boolean;
        };
        Session: {
            id: string;
            /** @description the one this very request came with */
            current: boolean;
            /**
             * @description how it was begun
             * @enum {string}
             */
            method: "mail" | "console" | "oidc" | "access";
            user_agent: string | null;
            created_at: number;
            /** @description to within a few minutes */
            last_seen_at: number;
            expires_at: number;
        };
        AuditEntry: {
            seq: number;
            /** @description milliseconds since the epoch */
            at: number;
            actor: components["schemas"]["Actor"];
            action: string;
            target: string;
            detail: {
                [key: string]: components["schemas"]["Json"];
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getCommands: {
        parameters: {
            query?: {
                q?: string;
                category?: string;
                type?: "builtin" | "api" | "workflow" | "external";
                status?: "active" | "inactive" | "deprecated";
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Commands, best match first or by slug */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Command"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getCommandsSlug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    putCommandsSlug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    /** @default  */
                    description?: string;
                    /** @default other */
                    category?: string;
                    /**
                     * @default write
                     * @enum {string}
                     */
                    effect?: "read" | "write" | "destructive";
                    /** @default [] */
                    aliases?: string[];
                    /** @default [] */
                    parameters?: {
                        name: string;
                        /** @enum {string} */
                        type: "string" | "number" | "boolean" | "enum" | "path" | "secret" | "json";
                        /** @default false */
                        required?: boolean;
                        default?: components["schemas"]["Json"];
                        /** @default  */
                        description?: string;
                        pattern?: string;
                        min?: number;
                        max?: number;
                        options?: string[];
                        from?: string;
                        allow_leading_dash?: boolean;
                        /** @enum {string} */
                        items?: "string" | "path";
                        rest?: boolean;
                    }[];
                    /** @default [] */
                    requires?: {
                        tool?: string;
                        version?: string;
                        file?: string | string[];
                        /** @enum {string} */
                        git?: "repository" | "remote";
                        login?: string;
                        fix?: string;
                        install?: string;
                        when?: {
                            param: string;
                            equals?: components["schemas"]["Json"];
                            present?: boolean;
                        };
                    }[];
                    rollback?: {
                        command: string;
                        /** @default {} */
                        args?: {
                            [key: string]: components["schemas"]["Json"];
                        };
                        timeout_s?: number;
                        retry?: {
                            max: number;
                            /** @default 1 */
                            backoff_s?: number;
                        };
                        when?: components["schemas"]["Part1"];
                    } | null;
                    timeout_s?: number;
                    retry?: {
                        max: number;
                        /** @default 1 */
                        backoff_s?: number;
                    };
                    /** @default [] */
                    examples?: {
                        text: string;
                        /** @default {} */
                        args?: {
                            [key: string]: components["schemas"]["Json"];
                        };
                    }[];
                    /** @constant */
                    type: "builtin";
                    definition: {
                        program: string;
                        argv: (string | {
                            param: string;
                            when?: {
                                param: string;
                                equals?: components["schemas"]["Json"];
                                present?: boolean;
                            };
                        } | {
                            flag: string;
                            param: string;
                            when?: {
                                param: string;
                                equals?: components["schemas"]["Json"];
                                present?: boolean;
                            };
                        } | {
                            literal: string;
                            when: {
                                param: string;
                                equals?: components["schemas"]["Json"];
                                present?: boolean;
                            };
                        } | {
                            each: string;
                            when?: {
                                param: string;
                                equals?: components["schemas"]["Json"];
                                present?: boolean;
                            };
                        } | {
                            join: (string | {
                                param: string;
                            })[];
                            when?: {
                                param: string;
                                equals?: components["schemas"]["Json"];
                                present?: boolean;
                            };
                        })[];
                        cwd?: string | {
                            param: string;
                        } | {
                            join: (string | {
                                param: string;
                            })[];
                        };
                        env?: {
                            [key: string]: string | {
                                param: string;
                            } | {
                                join: (string | {
                                    param: string;
                                })[];
                            };
                        };
                        stdin?: string | {
                            param: string;
                        } | {
                            join: (string | {
                                param: string;
                            })[];
                        };
                        outputs?: {
                            /** @enum {string} */
                            format: "json" | "porcelain" | "lines" | "regex" | "file";
                            pattern?: string;
                            select?: {
                                [key: string]: string;
                            };
                            param?: string;
                            name?: string;
                        };
                        before?: {
                            program: string;
                            argv: (string | {
                                param: string;
                                when?: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            } | {
                                flag: string;
                                param: string;
                                when?: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            } | {
                                literal: string;
                                when: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            } | {
                                each: string;
                                when?: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            } | {
                                join: (string | {
                                    param: string;
                                })[];
                                when?: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            })[];
                            outputs: {
                                /** @enum {string} */
                                format: "json" | "porcelain" | "lines" | "regex" | "file";
                                pattern?: string;
                                select?: {
                                    [key: string]: string;
                                };
                                param?: string;
                                name?: string;
                            };
                            /** @default false */
                            required?: boolean;
                            when?: {
                                param: string;
                                equals?: components["schemas"]["Json"];
                                present?: boolean;
                            };
                        }[];
                        after?: {
                            program: string;
                            argv: (string | {
                                param: string;
                                when?: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            } | {
                                flag: string;
                                param: string;
                                when?: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            } | {
                                literal: string;
                                when: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            } | {
                                each: string;
                                when?: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            } | {
                                join: (string | {
                                    param: string;
                                })[];
                                when?: {
                                    param: string;
                                    equals?: components["schemas"]["Json"];
                                    present?: boolean;
                                };
                            })[];
                            outputs: {
                                /** @enum {string} */
                                format: "json" | "porcelain" | "lines" | "regex" | "file";
                                pattern?: string;
                                select?: {
                                    [key: string]: string;
                                };
                                param?: string;
                                name?: string;
                            };
                            /** @default false */
                            required?: boolean;
                            when?: {
                                param: string;
                                equals?: components["schemas"]["Json"];
                                present?: boolean;
                            };
                        }[];
                        ok_codes?: number[];
                    };
                } | {
                    name: string;
                    /** @default  */
                    description?: string;
                    /** @default other */
                    category?: string;
                    /**
                     * @default write
                     * @enum {string}
                     */
                    effect?: "read" | "write" | "destructive";
                    /** @default [] */
                    aliases?: string[];
                    /** @default [] */
                    parameters?: {
                        name: string;
                        /** @enum {string} */
                        type: "string" | "number" | "boolean" | "enum" | "path" | "secret" | "json";
                        /** @default false */
                        required?: boolean;
                        default?: components["schemas"]["Json"];
                        /** @default  */
                        description?: string;
                        pattern?: string;
                        min?: number;
                        max?: number;
                        options?: string[];
                        from?: string;
                        allow_leading_dash?: boolean;
                        /** @enum {string} */
                        items?: "string" | "path";
                        rest?: boolean;
                    }[];
                    /** @default [] */
                    requires?: {
                        tool?: string;
                        version?: string;
                        file?: string | string[];
                        /** @enum {string} */
                        git?: "repository" | "remote";
                        login?: string;
                        fix?: string;
                        install?: string;
                        when?: {
                            param: string;
                            equals?: components["schemas"]["Json"];
                            present?: boolean;
                        };
                    }[];
                    rollback?: {
                        command: string;
                        /** @default {} */
                        args?: {
                            [key: string]: components["schemas"]["Json"];
                        };
                        timeout_s?: number;
                        retry?: {
                            max: number;
                            /** @default 1 */
                            backoff_s?: number;
                        };
                        when?: components["schemas"]["Part1"];
                    } | null;
                    timeout_s?: number;
                    retry?: {
                        max: number;
                        /** @default 1 */
                        backoff_s?: number;
                    };
                    /** @default [] */
                    examples?: {
                        text: string;
                        /** @default {} */
                        args?: {
                            [key: string]: components["schemas"]["Json"];
                        };
                    }[];
                    /** @constant */
                    type: "api";
                    definition: {
                        handler: string;
                    };
                } | {
                    name: string;
                    /** @default  */
                    description?: string;
                    /** @default other */
                    category?: string;
                    /**
                     * @default write
                     * @enum {string}
                     */
                    effect?: "read" | "write" | "destructive";
                    /** @default [] */
                    aliases?: string[];
                    /** @default [] */
                    parameters?: {
                        name: string;
                        /** @enum {string} */
                        type: "string" | "number" | "boolean" | "enum" | "path" | "secret" | "json";
                        /** @default false */
                        required?: boolean;
                        default?: components["schemas"]["Json"];
                        /** @default  */
                        description?: string;
                        pattern?: string;
                        min?: number;
                        max?: number;
                        options?: string[];
                        from?: string;
                        allow_leading_dash?: boolean;
                        /** @enum {string} */
                        items?: "string" | "path";
                        rest?: boolean;
                    }[];
                    /** @default [] */
                    requires?: {
                        tool?: string;
                        version?: string;
                        file?: string | string[];
                        /** @enum {string} */
                        git?: "repository" | "remote";
                        login?: string;
                        fix?: string;
                        install?: string;
                        when?: {
                            param: string;
                            equals?: components["schemas"]["Json"];
                            present?: boolean;
                        };
                    }[];
                    rollback?: {
                        command: string;
                        /** @default {} */
                        args?: {
                            [key: string]: components["schemas"]["Json"];
                        };
                        timeout_s?: number;
                        retry?: {
                            max: number;
                            /** @default 1 */
                            backoff_s?: number;
                        };
                        when?: components["schemas"]["Part1"];
                    } | null;
                    timeout_s?: number;
                    retry?: {
                        max: number;
                        /** @default 1 */
                        backoff_s?: number;
                    };
                    /** @default [] */
                    examples?: {
                        text: string;
                        /** @default {} */
                        args?: {
                            [key: string]: components["schemas"]["Json"];
                        };
                    }[];
                    /** @constant */
                    type: "workflow";
                    definition: {
                        name?: string;
                        /** @default [] */
                        steps?: {
                            id?: string;
                            command: string;
                            /** @default {} */
                            args?: {
                                [key: string]: components["schemas"]["Json"];
                            };
                            needs?: string[];
                            /** @default false */
                            checkpoint?: boolean | {
                                name?: string;
                                prompt?: string;
                                /** @default 1 */
                                quorum?: number;
                                /** @default [] */
                                groups?: string[];
                                requester_may_vote?: boolean;
                                /** @default [] */
                                form?: {
                                    name: string;
                                    label?: string;
                                    /**
                                     * @default string
                                     * @enum {string}
                                     */
                                    type?: "string" | "number" | "boolean" | "enum";
                                    /** @default false */
                                    required?: boolean;
                                    options?: string[];
                                    default?: components["schemas"]["Json"];
                                }[];
                                /** @default 86400 */
                                expires_s?: number | "never";
                                notify?: {
                                    channels?: ("email" | "slack" | "webhook")[];
                                    slack_channel?: string;
                                };
                                minimums?: {
                                    group: string | string[];
                                    min: number;
                                }[];
                                /** @enum {string} */
                                on_expiry?: "reject" | "stop";
                                remind_every_s?: number;
                                escalate?: {
                                    after_s: number;
                                    to: string;
                                };
                                supersede?: boolean;
                                sign_in?: boolean;
                                break_glass?: boolean;
                            };
                            when?: components["schemas"]["Part1"];
                            retry?: {
                                max: number;
                                /** @default 1 */
                                backoff_s?: number;
                            };
                            timeout_s?: number;
                            rollback?: {
                                command: string;
                                /** @default {} */
                                args?: {
                                    [key: string]: components["schemas"]["Json"];
                                };
                                timeout_s?: number;
                                retry?: {
                                    max: number;
                                    /** @default 1 */
                                    backoff_s?: number;
                                };
                                when?: components["schemas"]["Part1"];
                            } | false;
                            /** @default false */
                            continue_on_error?: boolean;
                            for_each?: {
                                from: string;
                                default?: components["schemas"]["Json"];
                            } | components["schemas"]["Json"][];
                        }[];
                        given?: string;
                        /** @default false */
                        rollback_on_error?: boolean;
                        /** @default false */
                        parallel_execution?: boolean;
                        /** @default [] */
                        human_checkpoints?: string[];
                        concurrency?: {
                            group: string | {
                                param: string;
                            } | {
                                join: (string | {
                                    param: string;
                                })[];
                            };
                            /**
                             * @default workspace
                             * @enum {string}
                             */
                            scope?: "workspace" | "project";
                            /**
                             * @default queue
                             * @enum {string}
                             */
                            on_conflict?: "queue" | "refuse" | "supersede";
                        };
                    };
                } | {
                    name: string;
                    /** @default  */
                    description?: string;
                    /** @default other */
                    category?: string;
                    /**
                     * @default write
                     * @enum {string}
                     */
                    effect?: "read" | "write" | "destructive";
                    /** @default [] */
                    aliases?: string[];
                    /** @default [] */
                    parameters?: {
                        name: string;
                        /** @enum {string} */
                        type: "string" | "number" | "boolean" | "enum" | "path" | "secret" | "json";
                        /** @default false */
                        required?: boolean;
                        default?: components["schemas"]["Json"];
                        /** @default  */
                        description?: string;
                        pattern?: string;
                        min?: number;
                        max?: number;
                        options?: string[];
                        from?: string;
                        allow_leading_dash?: boolean;
                        /** @enum {string} */
                        items?: "string" | "path";
                        rest?: boolean;
                    }[];
                    /** @default [] */
                    requires?: {
                        tool?: string;
                        version?: string;
                        file?: string | string[];
                        /** @enum {string} */
                        git?: "repository" | "remote";
                        login?: string;
                        fix?: string;
                        install?: string;
                        when?: {
                            param: string;
                            equals?: components["schemas"]["Json"];
                            present?: boolean;
                        };
                    }[];
                    rollback?: {
                        command: string;
                        /** @default {} */
                        args?: {
                            [key: string]: components["schemas"]["Json"];
                        };
                        timeout_s?: number;
                        retry?: {
                            max: number;
                            /** @default 1 */
                            backoff_s?: number;
                        };
                        when?: components["schemas"]["Part1"];
                    } | null;
                    timeout_s?: number;
                    retry?: {
                        max: number;
                        /** @default 1 */
                        backoff_s?: number;
                    };
                    /** @default [] */
                    examples?: {
                        text: string;
                        /** @default {} */
                        args?: {
                            [key: string]: components["schemas"]["Json"];
                        };
                    }[];
                    /** @constant */
                    type: "external";
                    definition: {
                        url: string | {
                            param: string;
                        } | {
                            join: (string | {
                                param: string;
                            })[];
                        };
                        /**
                         * @default GET
                         * @enum {string}
                         */
                        method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
                        headers?: {
                            [key: string]: string | {
                                param: string;
                            } | {
                                join: (string | {
                                    param: string;
                                })[];
                            };
                        };
                        body?: components["schemas"]["Json"];
                        expect?: {
                            /** @default 200 */
                            status?: number | number[] | {
                                param: string;
                            };
                            body_matches?: string | {
                                param: string;
                            } | {
                                join: (string | {
                                    param: string;
                                })[];
                            };
                        };
                        outputs?: {
                            /** @enum {string} */
                            format: "json" | "porcelain" | "lines" | "regex" | "file";
                            pattern?: string;
                            select?: {
                                [key: string]: string;
                            };
                            param?: string;
                            name?: string;
                        };
                    } | {
                        ide: string;
                        args?: {
                            [key: string]: string | {
                                param: string;
                            } | {
                                join: (string | {
                                    param: string;
                                })[];
                            };
                        };
                    };
                };
            };
        };
        responses: {
            /** @description The command, as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            /** @description The new command */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteCommandsSlug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command, deprecated */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postCommandsSlugExecute: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default {} */
                    args?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    agent?: {
                        id?: string;
                        labels?: string[];
                    };
                    /** @description relative to the agent's root */
                    cwd?: string;
                    /** @default {} */
                    context?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /** @description ask a person before the first step */
                    checkpoint?: boolean;
                    note?: string;
                    /**
                     * @description answer with the plan and do nothing
                     * @default false
                     */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description With `dry_run`: what would happen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plan: components["schemas"]["Plan"];
                    };
                };
            };
            /** @description The run, queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkflowsSlugExecute: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default {} */
                    args?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    agent?: {
                        id?: string;
                        labels?: string[];
                    };
                    /** @description relative to the agent's root */
                    cwd?: string;
                    /** @default {} */
                    context?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /** @description ask a person before the first step */
                    checkpoint?: boolean;
                    note?: string;
                    /**
                     * @description answer with the plan and do nothing
                     * @default false
                     */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description With `dry_run`: what would happen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plan: components["schemas"]["Plan"];
                    };
                };
            };
            /** @description The run, queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postPlan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default {} */
                    args?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    agent?: {
                        id?: string;
                        labels?: string[];
                    };
                    /** @description relative to the agent's root */
                    cwd?: string;
                    /** @default {} */
                    context?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /** @description ask a person before the first step */
                    checkpoint?: boolean;
                    note?: string;
                    command: string;
                };
            };
        };
        responses: {
            /** @description With `dry_run`: what would happen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plan: components["schemas"]["Plan"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postImport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description of all files; when not given, told by their names
                     * @enum {string}
                     */
                    kind?: "package-json" | "makefile" | "justfile" | "warp" | "github-actions";
                    files: {
                        /** @description relative to where the commands will run */
                        path: string;
                        text: string;
                    }[];
                    /**
                     * @description only say what would happen; false imports
                     * @default true
                     */
                    dry_run?: boolean;
                    /**
                     * @description slugs that may replace other commands
                     * @default []
                     */
                    replace?: string[];
                    /**
                     * @description also those that need a script, which somebody has read and put in place
                     * @default false
                     */
                    scripts?: boolean;
                };
            };
        };
        responses: {
            /** @description What would happen, or has */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        dry_run: boolean;
                        items: {
                            slug: string;
                            /** @enum {string} */
                            kind: "package-json" | "makefile" | "justfile" | "warp" | "github-actions";
                            path: string;
                            name: string;
                            /** @enum {string} */
                            action: "create" | "update" | "unchanged" | "conflict" | "confirm" | "skip";
                            reason: string | null;
                            conflict: string | null;
                            warnings: string[];
                            /** @description as PUT /api/commands/{slug} takes it */
                            command: {
                                [key: string]: components["schemas"]["Json"];
                            } | null;
                            script: {
                                path: string;
                                text: string;
                            } | null;
                        }[];
                        gone: {
                            slug: string;
                            path: string;
                            name: string;
                        }[];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRuns: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "queued" | "running" | "waiting" | "rolling_back" | "succeeded" | "failed" | "rejected" | "cancelled";
                command?: string;
                requested_by?: string;
                since?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Run"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunsId: {
        parameters: {
            query?: {
                wait_s?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postRunsIdCancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description It is being cancelled */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postRunsIdRerun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description keep the results before it */
                    from_step?: string;
                    /** @description other arguments make a new plan */
                    args?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                };
            };
        };
        responses: {
            /** @description The run, queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postRunsIdUndo: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run, queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunsIdPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan, and by step's id the line that ran */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plan: components["schemas"]["Plan"];
                        ran: {
                            [key: string]: string;
                        };
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunsIdEvents: {
        parameters: {
            query?: {
                after?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events after `after` (or after the Last-Event-ID), in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            seq: number;
                            type: string;
                            at: number;
                            step?: string;
                            data: {
                                [key: string]: components["schemas"]["Json"];
                            };
                        }[];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunsIdLogs: {
        parameters: {
            query?: {
                step?: string;
                attempt?: number;
                after?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log; what is missing is said in its place */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getCheckpoints: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "pending" | "approved" | "rejected" | "expired" | "withdrawn";
                mine?: "true" | "false";
                /** @description only those an owner went past: all, or those nobody has reviewed */
                break_glass?: "all" | "unreviewed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of checkpoints */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Checkpoint"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getCheckpointsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The checkpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postCheckpointsIdApprove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    approved: boolean;
                    comment?: string;
                    inputs?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /** @description of the plan you saw */
                    plan_digest?: string;
                };
            };
        };
        responses: {
            /** @description Your vote counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checkpoint: components["schemas"]["Checkpoint"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postCheckpointsIdBreakGlass: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason: string;
                    inputs?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /** @description of the plan you saw */
                    plan_digest?: string;
                };
            };
        };
        responses: {
            /** @description The checkpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checkpoint: components["schemas"]["Checkpoint"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postCheckpointsIdReview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description The checkpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checkpoint: components["schemas"]["Checkpoint"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPolicies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApprovalPolicy"][];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    putPoliciesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    /** @default true */
                    enabled?: boolean;
                    /** @default {} */
                    match?: {
                        effects?: ("read" | "write" | "destructive")[];
                        environments?: string[];
                        tags?: string[];
                        commands?: string[];
                        tenants?: string[];
                    };
                    /** @default {} */
                    require?: {
                        prompt?: string;
                        quorum?: number;
                        groups?: string[];
                        requester_may_vote?: boolean;
                        form?: {
                            name: string;
                            label?: string;
                            /**
                             * @default string
                             * @enum {string}
                             */
                            type?: "string" | "number" | "boolean" | "enum";
                            /** @default false */
                            required?: boolean;
                            options?: string[];
                            default?: components["schemas"]["Json"];
                        }[];
                        expires_s?: number | "never";
                        minimums?: {
                            group: string | string[];
                            min: number;
                        }[];
                        /** @enum {string} */
                        on_expiry?: "reject" | "stop";
                        remind_every_s?: number;
                        escalate?: {
                            after_s: number;
                            to: string;
                        };
                        supersede?: boolean;
                        sign_in?: boolean;
                        break_glass?: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description The policy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        policy: components["schemas"]["ApprovalPolicy"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deletePoliciesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: string;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getStandIns: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description also those that are over */
                ended?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of stand-ins */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["StandIn"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postStandIns: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description who is away; you, unless an owner says */
                    user_id?: string;
                    stand_in_id: string;
                    /** @description milliseconds since the epoch */
                    from: number;
                    /** @description milliseconds since the epoch */
                    until: number;
                };
            };
        };
        responses: {
            /** @description Stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        stand_in: components["schemas"]["StandIn"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteStandInsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: string;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postRunsIdReplan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description in place of those of the same name */
                    args?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    agent?: {
                        id?: string;
                        labels?: string[];
                    };
                };
            };
        };
        responses: {
            /** @description The run, and what is different; nothing, and the open question stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        difference: {
                            what: string;
                            before: string;
                            after: string;
                        }[];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAgents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of agents, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            labels: string[];
                            /** @enum {string} */
                            status: "online" | "offline" | "draining";
                            last_seen_at: number | null;
                            platform: string | null;
                            version: string | null;
                            tools: {
                                [key: string]: string;
                            };
                            root: string | null;
                            running_jobs: number;
                            created_at: number;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postAgents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    /** @default [] */
                    labels?: string[];
                };
            };
        };
        responses: {
            /** @description The agent and its token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        agent: {
                            id: string;
                            name: string;
                            labels: string[];
                            /** @enum {string} */
                            status: "online" | "offline" | "draining";
                            last_seen_at: number | null;
                            platform: string | null;
                            version: string | null;
                            tools: {
                                [key: string]: string;
                            };
                            root: string | null;
                            running_jobs: number;
                            created_at: number;
                        };
                        token: string;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteAgentsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAgentsConnect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching protocols */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postAgentsPoll: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Answers to the messages, then what was pushed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        messages: unknown[];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTokens: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tokens, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Token"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @default service
                     * @enum {string}
                     */
                    type?: "person" | "service";
                    scopes: ("commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read" | "admin")[];
                    expires_in_s?: number;
                    expires_at?: number;
                    /** @description whose token it is, of type person; yourself when left out, somebody else with the scope admin */
                    user_id?: string;
                };
            };
        };
        responses: {
            /** @description The token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        type: "person" | "service" | "agent";
                        scopes: ("commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read" | "admin")[];
                        user_id: string | null;
                        agent_id: string | null;
                        /** @description milliseconds since the epoch */
                        created_at: number;
                        expires_at: number | null;
                        token: string;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteTokensId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is refused from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        type: "person" | "service" | "agent" | "system";
                        tenant: {
                            id: string;
                            name: string;
                        };
                        user: {
                            id: string;
                            name: string;
                            email: string;
                            /** @enum {string} */
                            role: "owner" | "operator" | "approver" | "viewer";
                            groups: string[];
                        } | null;
                        /** @description null for what is no person */
                        role: ("owner" | "operator" | "approver" | "viewer") | null;
                        groups: string[];
                        /** @description what this request may do */
                        scopes: ("commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read" | "admin")[];
                        /**
                         * @description how a vote of yours would be recorded
                         * @enum {string}
                         */
                        channel: "api" | "console" | "link" | "slack" | "cli";
                        /** @description for the header X-TW-CSRF; null with a token */
                        csrf: string | null;
                        session: {
                            id: string;
                            /** @enum {string} */
                            method: "mail" | "console" | "oidc" | "access";
                            expires_at: number;
                        } | null;
                        /** @description null with a session */
                        token: {
                            id: string;
                            name: string;
                            /** @enum {string} */
                            type: "person" | "service" | "agent";
                            scopes: ("commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read" | "admin")[];
                            expires_at: number | null;
                        } | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getIamUsers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of people, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["User"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postIamUsers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer for seven days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    name: string;
                    /** @enum {string} */
                    role: "owner" | "operator" | "approver" | "viewer";
                    /** @default [] */
                    groups?: string[];
                    slack_user_id?: string;
                    /**
                     * @description mail a link to sign in with, where mail is set up
                     * @default true
                     */
                    invite?: boolean;
                };
            };
        };
        responses: {
            /** @description The person */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: components["schemas"]["User"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getIamUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: components["schemas"]["User"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    putIamUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    /** @enum {string} */
                    role?: "owner" | "operator" | "approver" | "viewer";
                    groups?: string[];
                    slack_user_id?: string | null;
                    notifications?: components["schemas"]["NotificationsInput"];
                };
            };
        };
        responses: {
            /** @description The person as changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: components["schemas"]["User"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteIamUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postIamUsersIdInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mail is on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message: string;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    putMeNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NotificationsInput"];
            };
        };
        responses: {
            /** @description You, as changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: components["schemas"]["User"];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getIamPermissions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Roles and scopes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        scopes: ("commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read" | "admin")[];
                        roles: {
                            [key: string]: ("commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read" | "admin")[];
                        };
                        mine: ("commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read" | "admin")[];
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    /** @description a path of this workspace to go to afterwards */
                    return_to?: string;
                };
            };
        };
        responses: {
            /** @description Taken */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message: string;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSignOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out, here */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSessions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of your sessions, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Only the session this request came with is left */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteSessionsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is refused from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAudit: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: number;
                since?: number;
                actor?: string;
                action?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAuditVerify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether no entry was changed, removed or slipped in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                        entries: number;
                        sealed: number;
                        /** @description keep it elsewhere, and nobody can rewrite what came before it */
                        head: string | null;
                        broken_at?: number;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything it needs answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "failing";
                        version: string;
                        checks: {
                            [key: string]: "ok" | "failing";
                        };
                    };
                };
            };
            /** @description Something it needs does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "failing";
                        version: string;
                        checks: {
                            [key: string]: "ok" | "failing";
                        };
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description What was wrong, where, and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
