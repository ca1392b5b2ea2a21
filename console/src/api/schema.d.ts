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
    "/api/commands/{slug}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions a command had, newest first, each as it was put */
        get: operations["getCommandsSlugVersions"];
        put?: never;
        post?: never;
        delete?: never;
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
    "/api/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The commands that words mean, with arguments, reasons and what is missing; nothing is done */
        post: operations["postResolve"];
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
    "/api/run-stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs of the last days by day and by command: how many, how they ended, how long they took */
        get: operations["getRunStats"];
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
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages to people and systems, newest first: what was sent, what waits, what failed and why */
        get: operations["getNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a message again that was given up */
        post: operations["postNotificationsIdRetry"];
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
        /** One agent, with what it knows of its projects */
        get: operations["getAgentsId"];
        put?: never;
        post?: never;
        /** Take an agent out of service: its token is refused and its connection closed at once */
        delete: operations["deleteAgentsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/approval-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public key that receipts of approvals are signed with; agents pin it */
        get: operations["getApprovalKey"];
        put?: never;
        post?: never;
        delete?: never;
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
    "/api/iam/users/{id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a link that signs a person in once, to be handed over; only where no mail can be sent */
        post: operations["postIamUsersIdLink"];
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
    "/api/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Schedules, newest first */
        get: operations["getSchedules"];
        put?: never;
        /** Let a command run by the clock; it is asked for by you */
        post: operations["postSchedules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One schedule, with what became of its last times */
        get: operations["getSchedulesId"];
        /** Change a schedule; what is left out stays. From then on it is asked for by you */
        put: operations["putSchedulesId"];
        post?: never;
        /** Delete a schedule; runs it has started go on */
        delete: operations["deleteSchedulesId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/hooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Webhooks that start commands, newest first */
        get: operations["getHooks"];
        put?: never;
        /** Let signed messages start a command, asked for by you; the secret is shown once */
        post: operations["postHooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/hooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook; never its secret */
        get: operations["getHooksId"];
        /** Change a webhook; what is left out stays. From then on it is asked for by you */
        put: operations["putHooksId"];
        post?: never;
        /** Delete a webhook; runs it has started go on */
        delete: operations["deleteHooksId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/hooks/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new secret, shown once; the old one signs for one more day */
        post: operations["postHooksIdSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/hooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What came in, newest first, and what became of it */
        get: operations["getHooksIdDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The names of the secrets the workspace keeps; never their values */
        get: operations["getSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set a secret, new or changed; a run that starts a step from now on gets this value */
        put: operations["putSecretsName"];
        post?: never;
        /** Forget a secret; a step that names it fails from now on, unless its agent has one of this name */
        delete: operations["deleteSecretsName"];
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
    "/api/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Clients, newest first; `q` looks in name, company and address */
        get: operations["getClients"];
        put?: never;
        /** Add a client */
        post: operations["postClients"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One client */
        get: operations["getClientsId"];
        /** Change what is given of a client; null takes a value away */
        put: operations["putClientsId"];
        post?: never;
        /** Archive a client; nothing that refers to them is lost */
        delete: operations["deleteClientsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was deployed, newest first */
        get: operations["getDeployments"];
        put?: never;
        /** Record a deployment */
        post: operations["postDeployments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/deployments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One deployment */
        get: operations["getDeploymentsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/db/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tables that can be queried, with their columns and how many rows are yours */
        get: operations["getDbTables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/db/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One SELECT over your workspace's own rows */
        post: operations["postDbQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/infrastructure/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs, what waits, what hangs, what failed */
        get: operations["getInfrastructureStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/r2": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files whose keys begin with `prefix`; with `delimiter=/` one level of folders */
        get: operations["getR2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/r2/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The contents of a file; takes Range, If-None-Match and If-Match */
        get: operations["getR2Key"];
        /** Store a file of at most 100 MB; takes If-Match, and If-None-Match: * for a new one */
        put: operations["putR2Key"];
        post?: never;
        /** Delete a file */
        delete: operations["deleteR2Key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/job-files/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file for the step that shows its pass */
        get: operations["getJobFilesKey"];
        /** Store a file for the step that shows its pass */
        put: operations["putJobFilesKey"];
        /** Copy a file aside before the step that shows its pass replaces it */
        post: operations["postJobFilesKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/iam/permissions/grant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Grant a scope to a person or a group, for good or until a time */
        post: operations["postIamPermissionsGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/iam/permissions/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a granted scope away again; what the role holds stays */
        post: operations["postIamPermissionsRevoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/iam/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups and who is in them */
        get: operations["getIamGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/iam/groups/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Make a group what is said: its description and exactly these members */
        put: operations["putIamGroupsName"];
        post?: never;
        /** End a group; its members leave it and what it was granted ends */
        delete: operations["deleteIamGroupsName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** With `q` the best matches of a full-text search; else all articles, newest first */
        get: operations["getKnowledge"];
        put?: never;
        /** Add an article */
        post: operations["postKnowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One article */
        get: operations["getKnowledgeId"];
        /** Change what is given of an article */
        put: operations["putKnowledgeId"];
        post?: never;
        /** Remove an article */
        delete: operations["deleteKnowledgeId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/meauxos/costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Costs by month and category; the last twelve months unless said */
        get: operations["getMeauxosCosts"];
        put?: never;
        /** Add a cost */
        post: operations["postMeauxosCosts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/meauxos/costs/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Single costs, newest first */
        get: operations["getMeauxosCostsEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/meauxos/costs/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the costs of a CSV: all rows or none; with `dry_run` only show what would be taken */
        post: operations["postMeauxosCostsImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/meauxos/costs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a cost */
        delete: operations["deleteMeauxosCostsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/meauxos/employees": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Employees, oldest first */
        get: operations["getMeauxosEmployees"];
        put?: never;
        /** Add an employee */
        post: operations["postMeauxosEmployees"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/meauxos/employees/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One employee */
        get: operations["getMeauxosEmployeesId"];
        /** Change what is given of an employee; null takes a value away */
        put: operations["putMeauxosEmployeesId"];
        post?: never;
        /** An employee leaves; their record stays */
        delete: operations["deleteMeauxosEmployeesId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/meauxos/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Backups: the runs that made them, newest first */
        get: operations["getMeauxosBackup"];
        put?: never;
        /** Start a backup of database and files */
        post: operations["postMeauxosBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Services by name */
        get: operations["getServices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/services/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One service */
        get: operations["getServicesName"];
        /** Define a service, or change it; what runs goes on until it is restarted */
        put: operations["putServicesName"];
        post?: never;
        /** Remove a service that is stopped */
        delete: operations["deleteServicesName"];
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
                link?: boolean;
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
                within_s?: number;
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
            prerequisites?: {
                step: string;
                requirement: {
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
                };
                /** @enum {string} */
                state: "met" | "missing" | "unknown";
                found: string | null;
                message: string | null;
                agent_id: string | null;
                probed_at: number | null;
                fix: ({
                    command: string;
                    args: {
                        [key: string]: components["schemas"]["Json"];
                    };
                } | string) | null;
                install: string | null;
                /** @description a run is not begun while it is missing */
                blocks: boolean;
            }[];
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
            /** @description only of one run: steps that no connected agent can take, and why */
            waiting_for?: {
                steps: string[];
                labels: string[];
                agent_id: string | null;
                /** @description milliseconds since the epoch */
                since: number;
                message: string;
            }[];
            /** @description only in a list: the run that undid it */
            undone_by?: string | null;
            /** @description only of one run, once it is over */
            undo?: {
                possible: boolean;
                until: number | null;
                reason: string | null;
                undone_by: string | null;
                steps: {
                    id: string;
                    captured: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /** @description milliseconds since the epoch */
                    until: number;
                    command: string;
                    args: {
                        [key: string]: components["schemas"]["Json"];
                    };
                }[];
                left: {
                    id: string;
                    command: string;
                    reason: string;
                }[];
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
            /** @description of one checkpoint: whom it reached, and whom not */
            deliveries?: components["schemas"]["Delivery"][];
            /** @description of one checkpoint that waits: may the caller vote, why not, and how many people may */
            may_vote?: {
                yes: boolean;
                why: string | null;
                people: number;
            };
        } & {
            [key: string]: unknown;
        };
        Delivery: {
            id: string;
            run_id: string | null;
            checkpoint_id: string | null;
            /** @enum {string} */
            channel: "email" | "slack" | "webhook";
            /** @enum {string} */
            kind: "request" | "reminder" | "escalation" | "changed" | "break_glass" | "settled" | "progress" | "finished" | "sign_in" | "invitation";
            /** @description a person's address or name, or what reads the channel */
            to: string;
            user_id: string | null;
            /** @enum {string} */
            status: "pending" | "sent" | "failed";
            attempts: number;
            /** @description of the last try that failed */
            error: string | null;
            /** @description milliseconds since the epoch */
            created_at: number;
            next_try_at: number | null;
            sent_at: number | null;
        };
        Part2: {
            from: string;
            equals?: components["schemas"]["Json"];
            not_equals?: components["schemas"]["Json"];
            present?: boolean;
            greater_than?: number;
        } | {
            all: components["schemas"]["Part2"][];
        } | {
            any: components["schemas"]["Part2"][];
        } | {
            not: components["schemas"]["Part2"];
        };
        Candidate: {
            slug: string;
            name: string;
            description: string;
            /** @enum {string} */
            type: "builtin" | "api" | "workflow" | "external";
            /** @enum {string} */
            effect: "read" | "write" | "destructive";
            /** @description 0 to 1 */
            score: number;
            reasons: string[];
            args: {
                [key: string]: components["schemas"]["Json"];
            };
            sources: {
                [key: string]: {
                    /** @constant */
                    from: "words";
                    text: string;
                } | {
                    /** @constant */
                    from: "fact";
                    fact: string;
                };
            };
            /** @description required arguments that nothing told; of a chain as step.argument */
            missing: string[];
            warnings: string[];
            /** @description runs that are not over and that it would meet, as warned of */
            under_way: string[];
            steps?: {
                id: string;
                command: string;
                args: {
                    [key: string]: components["schemas"]["Json"];
                };
                /** @description it only looks */
                look: boolean;
                /**
                 * @description as far as the facts tell
                 * @enum {string}
                 */
                will: "run" | "skip" | "depends";
                why: string | null;
            }[];
            /** @description the request that runs it, once nothing is missing */
            run: {
                /** @constant */
                method: "POST";
                path: string;
                body: {
                    [key: string]: components["schemas"]["Json"];
                };
            };
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
            /** @description Within the hour; null when it never was. */
            last_used_at: number | null;
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
        Grant: {
            /** @enum {string} */
            subject_type: "user" | "group";
            subject: string;
            scope: string;
            granted_by: {
                id: string;
                name: string;
                /** @enum {string} */
                type: "person" | "service" | "agent" | "system";
            };
            /** @description milliseconds since the epoch */
            created_at: number;
            expires_at: number | null;
        };
        Group: {
            name: string;
            description: string;
            members: {
                id: string;
                name: string;
                email: string;
            }[];
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
        Schedule: {
            id: string;
            name: string;
            /** @description minute hour day month weekday */
            cron: string;
            /** @description such as Europe/Berlin */
            time_zone: string;
            command: string;
            /** @default {} */
            args: {
                [key: string]: components["schemas"]["Json"];
            };
            agent?: {
                id?: string;
                labels?: string[];
            };
            /** @description relative to the agent's root */
            cwd?: string;
            /** @description ask a person before the first step */
            checkpoint?: boolean;
            note?: string;
            /**
             * @description skip: not while the run before is still under way; allow: as the command's concurrency says
             * @enum {string}
             */
            overlap: "skip" | "allow";
            /** @description after a time in which nothing ran: one run for all that was missed */
            catch_up: boolean;
            enabled: boolean;
            /** @description who last set it: runs are asked for by them, with the rights they have then */
            user_id: string;
            next_at: number | null;
            /** @description the next five, as things stand */
            next_runs: number[];
            /** @description in the list: what became of its last time */
            last?: {
                due_at: number;
                /** @description when it was fired */
                at: number;
                /** @enum {string} */
                status: "pending" | "started" | "refused" | "skipped";
                run_id: string | null;
                /** @description how its run stands now */
                run_status: string | null;
                /** @description why its run failed, where it did */
                run_error?: {
                    code: string;
                    message: string;
                } | null;
                /** @description it came late, and stands for what was missed */
                catch_up: boolean;
                missed: number;
                message: string | null;
            } | null;
            created_at: number;
            updated_at: number;
        };
        Hook: {
            id: string;
            /** @description where its messages go */
            url: string;
            name: string;
            command: string;
            /** @default {} */
            args: {
                [key: string]: components["schemas"]["Json"];
            };
            agent?: {
                id?: string;
                labels?: string[];
            };
            /** @description relative to the agent's root */
            cwd?: string;
            /** @description ask a person before the first step */
            checkpoint?: boolean;
            note?: string;
            /** @description argument → path into the JSON body */
            map: {
                [key: string]: string;
            };
            /** @description path → the value the body must have there; else the message is ignored */
            when: {
                [key: string]: string | number | boolean | null;
            };
            /** @description of GitHub: only these; empty for all */
            events: string[];
            enabled: boolean;
            /** @enum {string} */
            scheme: "standard" | "github";
            /** @description who last set it: runs are asked for by them, with the rights they have then */
            user_id: string;
            created_at: number;
            updated_at: number;
        };
        Secret: {
            name: string;
            /** @description counts its values, from 1 */
            version: number;
            updated_by: {
                id: string;
                name: string;
                type: string;
            };
            created_at: number;
            updated_at: number;
        };
        AuditEntry: {
            seq: number;
            /** @description milliseconds since the epoch */
            at: number;
            actor: components["schemas"]["Actor"];
            action: string;
            target: string;
            /** @description what it is called now, where it has a name and is still there */
            target_name: string | null;
            detail: {
                [key: string]: components["schemas"]["Json"];
            };
        };
        Client: {
            id: string;
            name: string;
            email: string | null;
            company: string | null;
            phone: string | null;
            notes: string;
            /** @enum {string} */
            status: "active" | "archived";
            /** @description milliseconds since the epoch */
            created_at: number;
            /** @description milliseconds since the epoch */
            updated_at: number;
        };
        Deployment: {
            id: string;
            worker: string;
            environment: string;
            version_id: string | null;
            url: string | null;
            commit: string | null;
            branch: string | null;
            run_id: string | null;
            note: string | null;
            deployed_by: {
                id: string;
                name: string;
                /** @enum {string} */
                type: "person" | "service" | "agent" | "system";
            };
            /** @description milliseconds since the epoch */
            created_at: number;
        };
        File: {
            key: string;
            bytes: number;
            etag: string;
            content_type: string | null;
            /** @description milliseconds since the epoch */
            uploaded_at: number;
        };
        ArticleFound: {
            id: string;
            title: string;
            tags: string[];
            url: string | null;
            created_by: {
                id: string;
                name: string;
                /** @enum {string} */
                type: "person" | "service" | "agent" | "system";
            };
            /** @description milliseconds since the epoch */
            created_at: number;
            /** @description milliseconds since the epoch */
            updated_at: number;
            snippet?: string;
            score?: number;
        };
        Article: {
            id: string;
            title: string;
            tags: string[];
            url: string | null;
            created_by: {
                id: string;
                name: string;
                /** @enum {string} */
                type: "person" | "service" | "agent" | "system";
            };
            /** @description milliseconds since the epoch */
            created_at: number;
            /** @description milliseconds since the epoch */
            updated_at: number;
            body: string;
        };
        Cost: {
            id: string;
            spent_on: string;
            category: string;
            vendor: string | null;
            description: string | null;
            /** @description in the currency's smallest unit */
            amount_minor: number;
            currency: string;
            /** @enum {string} */
            source: "manual" | "csv";
            /** @description milliseconds since the epoch */
            created_at: number;
        };
        Employee: {
            id: string;
            name: string;
            email: string | null;
            title: string | null;
            department: string | null;
            started_on: string | null;
            ended_on: string | null;
            /** @description in the currency's smallest unit */
            monthly_cost_minor: number | null;
            currency: string | null;
            /** @enum {string} */
            status: "active" | "left";
            /** @description milliseconds since the epoch */
            created_at: number;
            /** @description milliseconds since the epoch */
            updated_at: number;
        };
        Service: {
            name: string;
            /** @enum {string} */
            driver: "process" | "systemd" | "compose";
            description: string;
            command: string[];
            unit: string | null;
            file: string | null;
            cwd: string | null;
            env: {
                [key: string]: string;
            };
            /** @enum {string} */
            restart: "no" | "on-failure" | "always";
            health: {
                [key: string]: unknown;
            } | null;
            labels: string[];
            /** @enum {string} */
            status: "unknown" | "stopped" | "starting" | "running" | "failed";
            status_detail: {
                [key: string]: unknown;
            } | null;
            status_at: number | null;
            /** @description milliseconds since the epoch */
            created_at: number;
            /** @description milliseconds since the epoch */
            updated_at: number;
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
                        link?: boolean;
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
                        within_s?: number;
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
                    source?: string;
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
                        link?: boolean;
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
                        within_s?: number;
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
                    source?: string;
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
                        link?: boolean;
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
                        within_s?: number;
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
                                within_s?: number;
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
                    source?: string;
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
                        link?: boolean;
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
                        within_s?: number;
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
                    source?: string;
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
    getCommandsSlugVersions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: number;
            };
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            version: number;
                            /** @description as PUT /api/commands/{slug} takes it */
                            command: {
                                [key: string]: components["schemas"]["Json"];
                            };
                            created_at: number;
                            /** @description id of a person or a machine; `library` for what was loaded */
                            created_by: string;
                            /** @description the YAML it was written as, with its comments */
                            source: string | null;
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
                    /** @description install commands that may run first when what they install is missing */
                    consent?: string[];
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
            /** @description The run: over already when it needed nobody */
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
                    /** @description install commands that may run first when what they install is missing */
                    consent?: string[];
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
            /** @description The run: over already when it needed nobody */
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
                    /** @description install commands that may run first when what they install is missing */
                    consent?: string[];
                    command: string;
                    /** @description a draft: planned as if it were stored as that command; asks for commands:write too */
                    definition?: {
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
                            link?: boolean;
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
                            when?: components["schemas"]["Part2"];
                            within_s?: number;
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
                            link?: boolean;
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
                            when?: components["schemas"]["Part2"];
                            within_s?: number;
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
                            link?: boolean;
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
                            when?: components["schemas"]["Part2"];
                            within_s?: number;
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
                                when?: components["schemas"]["Part2"];
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
                                    when?: components["schemas"]["Part2"];
                                    within_s?: number;
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
                            link?: boolean;
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
                            when?: components["schemas"]["Part2"];
                            within_s?: number;
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
    postResolve: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description what somebody said or typed */
                    text: string;
                    /**
                     * @description where the words are said; other facts go before those of the agent
                     * @default {}
                     */
                    context?: {
                        /** @description id or name; the one heard of last unless said */
                        agent?: string;
                        /** @description relative to the agent's root */
                        cwd?: string;
                        /** @description path of what is open: /api/clients */
                        resource?: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /**
                     * @description the last word may be a beginning
                     * @default false
                     */
                    typing?: boolean;
                };
            };
        };
        responses: {
            /** @description Candidates, best first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "match" | "chain" | "suggestions" | "none";
                        candidates: components["schemas"]["Candidate"][];
                        /** @description what the answer rests on */
                        facts: {
                            agent: {
                                id: string;
                                name: string;
                                online: boolean;
                            } | null;
                            cwd: string | null;
                            /** @description seconds since the agent told them */
                            age_s: number | null;
                            known: {
                                [key: string]: components["schemas"]["Json"];
                            };
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
                /** @description stands in its command, arguments or note */
                text?: string;
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
            /** @description The run: over already when it needed nobody */
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
            /** @description The run: over already when it needed nobody */
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
    getRunStats: {
        parameters: {
            query?: {
                days?: number;
                /** @description minutes your clock is before UTC: your days are meant */
                offset_min?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counted over the newest 2,000 runs at most; `partial` says that there were more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        days: {
                            day: number;
                            runs: number;
                            succeeded: number;
                            failed: number;
                            /** @description until that day's checkpoints were decided */
                            waited_ms: number;
                        }[];
                        commands: {
                            command: string;
                            runs: number;
                            succeeded: number;
                            failed: number;
                            /** @description of the newest that are over, oldest first, without what they waited for people */
                            durations_ms: number[];
                            /** @description how long each of these waited for people */
                            waited_ms: number[];
                        }[];
                        partial: boolean;
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
    getNotifications: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                run?: string;
                status?: "pending" | "sent" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
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
    postNotificationsIdRetry: {
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
            /** @description It is tried now */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        notification: components["schemas"]["Delivery"];
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
                            /** @description of the policy in force on its machine */
                            policy_hash: string | null;
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
                            /** @description of the policy in force on its machine */
                            policy_hash: string | null;
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
    getAgentsId: {
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
            /** @description The agent */
            200: {
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
                            /** @description of the policy in force on its machine */
                            policy_hash: string | null;
                            running_jobs: number;
                            created_at: number;
                            /** @description steps it runs at the same time */
                            capacity: number | null;
                            /** @description projects, branches, files: what it last told */
                            facts: {
                                [key: string]: components["schemas"]["Json"];
                            };
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
    getApprovalKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ed25519, base64url, and its fingerprint for people to compare */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: string;
                        key_id: string;
                        fingerprint: string;
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
                        /** @description Within the hour; null when it never was. */
                        last_used_at: number | null;
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
    postIamUsersIdLink: {
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
            /** @description The link; it is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                        /** @description milliseconds since the epoch */
                        expires_at: number;
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
                        /** @description beyond the role; empty without audit:read */
                        grants: components["schemas"]["Grant"][];
                        /** @description empty without audit:read */
                        groups: components["schemas"]["Group"][];
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
    getSchedules: {
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
            /** @description A page of schedules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Schedule"][];
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
    postSchedules: {
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
                    /** @description minute hour day month weekday */
                    cron: string;
                    /**
                     * @description such as Europe/Berlin
                     * @default UTC
                     */
                    time_zone?: string;
                    command: string;
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
                    /** @description ask a person before the first step */
                    checkpoint?: boolean;
                    note?: string;
                    /**
                     * @description skip: not while the run before is still under way; allow: as the command's concurrency says
                     * @default skip
                     * @enum {string}
                     */
                    overlap?: "skip" | "allow";
                    /**
                     * @description after a time in which nothing ran: one run for all that was missed
                     * @default true
                     */
                    catch_up?: boolean;
                    /** @default true */
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description The schedule */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schedule: components["schemas"]["Schedule"];
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
    getSchedulesId: {
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
            /** @description The schedule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schedule: components["schemas"]["Schedule"];
                        fires: {
                            due_at: number;
                            /** @description when it was fired */
                            at: number;
                            /** @enum {string} */
                            status: "pending" | "started" | "refused" | "skipped";
                            run_id: string | null;
                            /** @description how its run stands now */
                            run_status: string | null;
                            /** @description why its run failed, where it did */
                            run_error?: {
                                code: string;
                                message: string;
                            } | null;
                            /** @description it came late, and stands for what was missed */
                            catch_up: boolean;
                            missed: number;
                            message: string | null;
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
    putSchedulesId: {
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
                    /** @description minute hour day month weekday */
                    cron?: string;
                    /** @description such as Europe/Berlin */
                    time_zone?: string;
                    command?: string;
                    args?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    agent?: {
                        id?: string;
                        labels?: string[];
                    };
                    /** @description relative to the agent's root */
                    cwd?: string;
                    /** @description ask a person before the first step */
                    checkpoint?: boolean;
                    note?: string;
                    /**
                     * @description skip: not while the run before is still under way; allow: as the command's concurrency says
                     * @enum {string}
                     */
                    overlap?: "skip" | "allow";
                    /** @description after a time in which nothing ran: one run for all that was missed */
                    catch_up?: boolean;
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description The schedule as changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schedule: components["schemas"]["Schedule"];
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
    deleteSchedulesId: {
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
            /** @description It starts nothing any more */
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
    getHooks: {
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
            /** @description A page of webhooks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Hook"][];
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
    postHooks: {
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
                    command: string;
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
                    /** @description ask a person before the first step */
                    checkpoint?: boolean;
                    note?: string;
                    /**
                     * @description argument → path into the JSON body
                     * @default {}
                     */
                    map?: {
                        [key: string]: string;
                    };
                    /**
                     * @description path → the value the body must have there; else the message is ignored
                     * @default {}
                     */
                    when?: {
                        [key: string]: string | number | boolean | null;
                    };
                    /**
                     * @description of GitHub: only these; empty for all
                     * @default []
                     */
                    events?: string[];
                    /** @default true */
                    enabled?: boolean;
                    /**
                     * @description standard: webhook-id, -timestamp, -signature; github: X-Hub-Signature-256
                     * @default standard
                     * @enum {string}
                     */
                    scheme?: "standard" | "github";
                };
            };
        };
        responses: {
            /** @description The webhook and its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        hook: components["schemas"]["Hook"];
                        /** @description shown once */
                        secret: string;
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
    getHooksId: {
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
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        hook: components["schemas"]["Hook"];
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
    putHooksId: {
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
                    command?: string;
                    args?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    agent?: {
                        id?: string;
                        labels?: string[];
                    };
                    /** @description relative to the agent's root */
                    cwd?: string;
                    /** @description ask a person before the first step */
                    checkpoint?: boolean;
                    note?: string;
                    /** @description argument → path into the JSON body */
                    map?: {
                        [key: string]: string;
                    };
                    /** @description path → the value the body must have there; else the message is ignored */
                    when?: {
                        [key: string]: string | number | boolean | null;
                    };
                    /** @description of GitHub: only these; empty for all */
                    events?: string[];
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description The webhook as changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        hook: components["schemas"]["Hook"];
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
    deleteHooksId: {
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
            /** @description It starts nothing any more */
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
    postHooksIdSecret: {
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
            /** @description The webhook and its new secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        hook: components["schemas"]["Hook"];
                        /** @description shown once */
                        secret: string;
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
    getHooksIdDeliveries: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description what the sender calls it */
                            id: string;
                            /** @enum {string} */
                            status: "pending" | "started" | "ignored" | "refused";
                            run_id: string | null;
                            /** @description how its run stands now */
                            run_status?: string | null;
                            /** @description why its run failed, where it did */
                            run_error?: {
                                code: string;
                                message: string;
                            } | null;
                            message: string | null;
                            tries: number;
                            at: number;
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
    getSecrets: {
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
            /** @description A page of names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Secret"][];
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
    putSecretsName: {
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
                    value: string;
                };
            };
        };
        responses: {
            /** @description It has a new value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: components["schemas"]["Secret"];
                    };
                };
            };
            /** @description It is new */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: components["schemas"]["Secret"];
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
    deleteSecretsName: {
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
            /** @description It is gone */
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
    getClients: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                q?: string;
                status?: "active" | "archived";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Client"][];
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
    postClients: {
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
                    email?: string | null;
                    company?: string | null;
                    phone?: string | null;
                    notes?: string;
                };
            };
        };
        responses: {
            /** @description The client */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        client: components["schemas"]["Client"];
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
    getClientsId: {
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
            /** @description The client */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        client: components["schemas"]["Client"];
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
    putClientsId: {
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
                    email?: string | null;
                    company?: string | null;
                    phone?: string | null;
                    notes?: string;
                    /** @enum {string} */
                    status?: "active" | "archived";
                };
            };
        };
        responses: {
            /** @description The client */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        client: components["schemas"]["Client"];
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
    deleteClientsId: {
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
            /** @description The client, archived */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        client: components["schemas"]["Client"];
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
    getDeployments: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                worker?: string;
                environment?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deployments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Deployment"][];
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
    postDeployments: {
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
                    worker: string;
                    /** @default production */
                    environment?: string;
                    version_id?: string | null;
                    url?: string | null;
                    commit?: string | null;
                    branch?: string | null;
                    note?: string | null;
                };
            };
        };
        responses: {
            /** @description The deployment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deployment: components["schemas"]["Deployment"];
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
    getDeploymentsId: {
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
            /** @description The deployment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deployment: components["schemas"]["Deployment"];
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
    getDbTables: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tables you may read */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            name: string;
                            also: string[];
                            description: string;
                            rows: number;
                            columns: {
                                name: string;
                                type: string;
                            }[];
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
    postDbQuery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    sql: string;
                    /** @default [] */
                    params?: (string | number | null)[];
                    /** @default 100 */
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description The rows; `truncated` when there were more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        columns: string[];
                        rows: (string | number | null)[][];
                        truncated: boolean;
                        rows_read: number;
                        duration_ms: number;
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
    getInfrastructureStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the workspace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "attention" | "failing";
                        checks: {
                            name: string;
                            /** @enum {string} */
                            status: "ok" | "attention" | "failing";
                            message: string;
                        }[];
                    } & {
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
    getR2: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                prefix?: string;
                /** @description folders instead of all that lies in them */
                delimiter?: "/";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["File"][];
                        folders: string[];
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
    getR2Key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The part that was asked for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
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
    putR2Key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file as it is stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        file: components["schemas"]["File"];
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
    deleteR2Key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
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
    getJobFilesKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
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
    putJobFilesKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file as it is stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        file: components["schemas"]["File"];
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
    postJobFilesKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether there was one, and the copy's id */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        existed: boolean;
                        kept?: string;
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
    postIamPermissionsGrant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description id or e-mail address */
                    user?: string;
                    group?: string;
                    /** @enum {string} */
                    scope: "commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read";
                    expires_at?: number;
                };
            };
        };
        responses: {
            /** @description The grant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        grant: components["schemas"]["Grant"];
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
    postIamPermissionsRevoke: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description id or e-mail address */
                    user?: string;
                    group?: string;
                    /** @enum {string} */
                    scope: "commands:read" | "commands:write" | "runs:read" | "runs:execute" | "checkpoints:decide" | "agents:manage" | "secrets:write" | "audit:read";
                };
            };
        };
        responses: {
            /** @description Whether there was such a grant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        revoked: boolean;
                        /** @enum {string} */
                        subject_type: "user" | "group";
                        subject: string;
                        scope: string;
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
    getIamGroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Group"][];
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
    putIamGroupsName: {
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
                    /** @description ids or e-mail addresses */
                    members: string[];
                };
            };
        };
        responses: {
            /** @description The group */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        group: components["schemas"]["Group"];
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
    deleteIamGroupsName: {
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
            /** @description Ended */
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
    getKnowledge: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Articles without their bodies */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ArticleFound"][];
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
    postKnowledge: {
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
                    title: string;
                    body: string;
                    /** @default [] */
                    tags?: string[];
                    url?: string | null;
                };
            };
        };
        responses: {
            /** @description The article */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        article: components["schemas"]["Article"];
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
    getKnowledgeId: {
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
            /** @description The article */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        article: components["schemas"]["Article"];
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
    putKnowledgeId: {
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
                    title?: string;
                    body?: string;
                    tags?: string[];
                    url?: string | null;
                };
            };
        };
        responses: {
            /** @description The article */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        article: components["schemas"]["Article"];
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
    deleteKnowledgeId: {
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
            /** @description Removed */
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
    getMeauxosCosts: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                category?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sums, newest month first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        from: string;
                        to: string;
                        items: {
                            month: string;
                            category: string;
                            currency: string;
                            amount_minor: number;
                            count: number;
                        }[];
                        totals: {
                            currency: string;
                            amount_minor: number;
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
    postMeauxosCosts: {
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
                    /** Format: date */
                    spent_on: string;
                    category: string;
                    vendor?: string | null;
                    description?: string | null;
                    amount_minor: number;
                    currency: string;
                };
            };
        };
        responses: {
            /** @description The cost */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cost: components["schemas"]["Cost"];
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
    getMeauxosCostsEntries: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                from?: string;
                to?: string;
                category?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of costs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Cost"][];
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
    postMeauxosCostsImport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    csv: string;
                    /** @description of rows that name none */
                    currency?: string;
                    /**
                     * @description only show what would be taken
                     * @default false
                     */
                    dry_run?: boolean;
                    /**
                     * @description take the good rows and leave the others
                     * @default false
                     */
                    skip_errors?: boolean;
                };
            };
        };
        responses: {
            /** @description What was taken, what was there already, what is wrong */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        rows: number;
                        valid: number;
                        duplicates: number;
                        imported: number;
                        error_count: number;
                        errors: {
                            line: number;
                            field: string;
                            message: string;
                        }[];
                        preview: components["schemas"]["Cost"][];
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
    deleteMeauxosCostsId: {
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
            /** @description Removed */
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
    getMeauxosEmployees: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                q?: string;
                department?: string;
                status?: "active" | "left";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of employees */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Employee"][];
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
    postMeauxosEmployees: {
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
                    email?: string | null;
                    title?: string | null;
                    department?: string | null;
                    started_on?: string | null;
                    ended_on?: string | null;
                    monthly_cost_minor?: number | null;
                    currency?: string | null;
                };
            };
        };
        responses: {
            /** @description The employee */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        employee: components["schemas"]["Employee"];
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
    getMeauxosEmployeesId: {
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
            /** @description The employee */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        employee: components["schemas"]["Employee"];
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
    putMeauxosEmployeesId: {
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
                    email?: string | null;
                    title?: string | null;
                    department?: string | null;
                    started_on?: string | null;
                    ended_on?: string | null;
                    monthly_cost_minor?: number | null;
                    currency?: string | null;
                    /** @enum {string} */
                    status?: "active" | "left";
                };
            };
        };
        responses: {
            /** @description The employee */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        employee: components["schemas"]["Employee"];
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
    deleteMeauxosEmployeesId: {
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
            /** @description The employee */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        employee: components["schemas"]["Employee"];
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
    getMeauxosBackup: {
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
    postMeauxosBackup: {
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
                    /** @description install commands that may run first when what they install is missing */
                    consent?: string[];
                };
            };
        };
        responses: {
            /** @description The run */
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
    getServices: {
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
            /** @description A page of services */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Service"][];
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
    getServicesName: {
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
            /** @description The service */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        service: components["schemas"]["Service"];
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
    putServicesName: {
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
                    /** @enum {string} */
                    driver: "process" | "systemd" | "compose";
                    /** @default  */
                    description?: string;
                    /**
                     * @description process: program and arguments, never a shell's sentence
                     * @default []
                     */
                    command?: string[];
                    /** @default null */
                    unit?: string | null;
                    /** @default null */
                    file?: string | null;
                    /** @default null */
                    cwd?: string | null;
                    /** @default {} */
                    env?: {
                        [key: string]: string;
                    };
                    /**
                     * @default on-failure
                     * @enum {string}
                     */
                    restart?: "no" | "on-failure" | "always";
                    /** @default null */
                    health?: {
                        /** @description on 127.0.0.1 */
                        port: number;
                        /**
                         * @description GET must answer below 400; without it an accepted connection is enough
                         * @default null
                         */
                        path?: string | null;
                        /** @default 10 */
                        every_s?: number;
                        /** @default 3 */
                        timeout_s?: number;
                        /**
                         * @description so many in a row mean that it hangs
                         * @default 3
                         */
                        failures?: number;
                    } | null;
                    /** @default [] */
                    labels?: string[];
                };
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        service: components["schemas"]["Service"];
                    };
                };
            };
            /** @description Defined */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        service: components["schemas"]["Service"];
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
    deleteServicesName: {
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
            /** @description Removed */
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
