/** Every number of the platform and of our own that code relies on, in one place. Units are in the names. */
export const LIMITS = {
  /** Cloudflare D1: bound parameters of one query. */
  d1Parameters: 100,
  /** Cloudflare D1: bytes of one string, blob or row; 2,000,000 less room for the rest of the row. */
  d1ValueBytes: 1_900_000,
  /** Cloudflare Queues: messages of one sendBatch, and of one consumer batch. */
  queueBatchMessages: 100,
  /** Cloudflare Queues: bytes of one message, less room for its metadata. */
  queueMessageBytes: 120_000,
  /** Run ids in one hint: 100 ids of 30 bytes stay far below a message's size. */
  hintRuns: 100,
  /** Our own time-out of a queue send; the platform's can hang for 57 s. */
  sendTimeoutMs: 5_000,
  /** Queue redelivery: seconds before a hint that could not be handled is looked at again. */
  hintRetryS: 2,
  /** A timer that ends within this gets a delayed hint; for a later one the sweep's minute is near enough. */
  timerHintMaxS: 600,

  /** A lease as the server grants it, how often the agent renews it, and when the agent kills its own work without an answer. */
  leaseMs: 60_000,
  renewEveryMs: 15_000,
  selfAbortMs: 45_000,
  /** Jobs one agent holds at a time, unless it says less. */
  agentCapacity: 8,
  /** How often the hub makes sure that an agent's session is still the newest and not revoked, and notes that it was heard of. */
  agentCheckMs: 30_000,
  /** An agent not heard of for this long is shown as offline, whatever its socket looks like. */
  agentSilentMs: 120_000,
  /** Connections one hub takes per second; more are told to come back, so that a reconnect storm spreads out. */
  hubConnectsPerS: 200,
  /** How long a look at the queue is good for sharing it out; what is given meanwhile is taken off. */
  queueLookMs: 100,
  /** When others were told of work too, an agent asks by this later, times what one job more would fill it to. */
  busyAskMs: 100,
  /** How often watchers read again in case a ping was lost, and how often an event stream shows that it is alive. */
  rereadMs: 3_000,
  heartbeatMs: 15_000,
  /** Events travel with the word of a commit when they are no longer than this; else who watches reads them. */
  pingEventsBytes: 16_384,
  /** How often the hub writes to the streams it has open, to learn which of their readers have gone. */
  watchBeatMs: 5_000,
  /** Steps that travel as one job. */
  fusedSteps: 20,

  attemptsMax: 20,
  /** Attempts of a `read` step when nothing is said; `write` and `destructive` get one. */
  readAttempts: 3,
  backoffMaxS: 3_600,
  stepTimeoutS: 3_600,
  stepTimeoutMaxS: 86_400,
  runTimeoutS: 7 * 86_400,
  workflowSteps: 200,
  /** Steps of a plan once nested workflows are laid flat. */
  planSteps: 500,
  forEachItems: 1_000,
  /** Characters of the YAML that is kept beside a version of a command. */
  sourceChars: 400_000,
  workflowDepth: 5,

  checkpointExpiryS: 86_400,
  checkpointMaxExpiryS: 365 * 86_400,
  /** Characters of a voter's comment, and of one text field of a form. */
  commentChars: 4_000,
  /** Bytes of an approval form or a Slack interaction as it is posted. */
  voteBodyBytes: 262_144,
  /** Slack's own rule: an interaction older than this is refused. */
  slackWindowS: 300,
  /** Slack wants an answer within 3 s; what takes longer is answered afterwards. */
  slackAnswerMs: 2_000,
  /** A token that speaks for a person in Slack, for one request. */
  slackTokenMs: 60_000,
  /** The progress below a Slack message changes at most this often. */
  slackProgressMs: 3_000,

  /** A notification is held this long by the notifier that sends it; one send gives up well before. */
  notifyClaimMs: 60_000,
  notifySendMs: 20_000,
  notifyBatch: 50,
  /** Tries before a notification counts as failed: with the longest wait of 15 minutes, about five hours. */
  notifyTries: 24,
  notifyBackoffS: 5,
  notifyBackoffMaxS: 900,

  /** A run that throws so often in a row in reconcile is ended with code `internal`. */
  reconcileThrows: 3,
  /** Passes of decide over one run in one reconcile, so that no definition can hold the dispatcher. */
  decidePasses: 64,
  /** A run with nothing to wait for is looked at again after this long. */
  recheckMs: 300_000,
  /** A new run's hint is given this long before the sweep looks itself. */
  firstCheckMs: 5_000,
  sweepRuns: 500,
  /** A checkpoint nobody was told of is told again after this long. */
  announceMs: 15_000,
  /** A run held back by its concurrency group is looked at again after this long. */
  blockedMs: 30_000,

  /** Slices of audit entries that one tick seals, and how many entries a slice has. */
  sealSlices: 100,
  sealEntries: 500,
  /** Of a dead letter's body this much is kept. */
  deadLetterChars: 120_000,

  outputBytes: 32_768,
  bodyBytes: 512_000,
  argsBytes: 65_536,
  logBytes: 10 * 1024 * 1024,
  logChunkBytes: 32_768,
  /** Log chunks that arrive after the result are still taken this long. */
  lateLogMs: 30_000,

  callTimeoutS: 30,
  /** A longer time-out of an HTTP step is cut to this: one consumer invocation lives 15 minutes. */
  callTimeoutMaxS: 600,
  /** HTTP calls of one consumer invocation at a time: Workers allow six open connections. */
  callsAtOnce: 6,
  /** While a call is slow, its invocation looks for other calls this often, for this long. */
  callsLookMs: 1_000,
  callsLookForMs: 120_000,
  /** How often the lease of a running call is renewed; a cancel reaches it no later. */
  renewCallEveryMs: 3_000,
  /** A call that still runs after this is shown as running. */
  showCallMs: 1_000,
  callBodyBytes: 1_048_576,
  retryAfterMaxS: 3_600,

  /** How long after its end a run can be undone, unless a step says less; and copies are kept a day longer than that. */
  undoS: 30 * 86_400,
  keptMs: 31 * 86_400_000,
  /** Cloudflare D1: how far back Time Travel reaches on every plan (30 days on a paid one). */
  timeTravelS: 7 * 86_400,
  /** How often an agent looks for copies it need not keep any longer. */
  pruneEveryMs: 86_400_000,

  /** Prerequisites asked of an agent at once; how long a plan waits for its answer; how long an answer counts as fresh. */
  probeLooks: 100,
  /** Services an agent asks for or tells of in one message. */
  servicesTold: 200,
  probeWaitMs: 2_500,
  probeFreshMs: 60_000,

  /** Of one import: files, characters of each, commands made of them. */
  importFiles: 50,
  importFileChars: 262_144,
  importItems: 150,

  /** Usage is counted this often, this many runs at a time, and only runs that nobody can still be writing. */
  usageEveryMs: 60_000,
  usageRuns: 5_000,
  usageSettleMs: 10_000,
  /** Facts older than this are asked for again when somebody resolves words. */
  factsFreshMs: 2_000,
  /** An agent that is asked for its facts looks this often at most. */
  factsAskedMs: 1_000,

  idempotencyMs: 7 * 86_400_000,
  listDefault: 50,
  listMax: 100,
  /** Rows of a CSV that is imported at once, of its text, and of what is shown before. */
  importRows: 5_000,
  importChars: 400_000,
  importPreview: 20,
  /** Bytes of an object in the workspace's bucket; a request's body may have 100 MB. */
  objectBytes: 100_000_000,
  objectKeyBytes: 900,
  /** A person's own query (db-query): its text, its values, what it may visit and what it may answer with. */
  queryChars: 10_000,
  queryParameters: 50,
  queryVisits: 20_000_000,
  queryVisitsJoined: 500_000,
  queryRows: 1_000,
  queryColumns: 100,
  queryCellChars: 4_000,
  queryAnswerBytes: 1_000_000,
  queryTimeoutMs: 10_000,
  waitMaxS: 25,
  /** A session ends this long after it began, or when nobody used it for so long; its use is noted at most so often. */
  sessionMs: 14 * 86_400_000,
  sessionIdleMs: 12 * 3_600_000,
  sessionTouchMs: 300_000,
  /** How far behind a token's "last used" may be: a write to the database for every request would be dear. */
  tokenTouchMs: 3_600_000,
  /** How long sign-in links and redirects to a sign-in provider live. */
  signInLinkMs: 900_000,
  invitationMs: 7 * 86_400_000,
  consoleLinkMs: 600_000,
  /** A link that an owner hands over where no mail can be sent. */
  handedLinkMs: 86_400_000,
  oauthStateMs: 600_000,
  /** Unused mailed links of one person at a time; workspaces one address is mailed about; asks of one network address a minute. */
  signInLinksOpen: 5,
  signInWorkspaces: 3,
  signInsPerMinute: 30,
  /** An ask for a link is answered no sooner, so that the time does not tell whether the address is known. */
  signInFloorMs: 300,

  /** Schedules one tick fires; how long a tick holds one; later than this counts as missed. */
  schedulesPerTick: 100,
  scheduleClaimMs: 60_000,
  scheduleLateMs: 150_000,
  /** A secret's value; a shorter one could not be kept out of logs. How many one step may name. */
  secretMinChars: 8,
  secretMaxChars: 32_768,
  grantSecrets: 20,
  /** How long a receipt is good for: from its issue to the start of its step. Clocks of machines may differ so much. */
  receiptMs: 600_000,
  receiptClockMs: 300_000,
  /** How long an agent goes on asking for what a step needs. */
  grantForMs: 20_000,

  /** Requests a minute that one webhook takes from one network address. */
  hooksPerMinute: 120,
  /** Standard Webhooks: a message signed longer ago, or further ahead, is refused. */
  hookWindowS: 300,
  /** After a change of a webhook's secret the old one still signs this long. */
  hookOldSecretMs: 86_400_000,
  hookDeliveriesMs: 90 * 86_400_000,

  /** Of one token. It stops a runaway client; a fleet of agents' worth of work stays far below. */
  requestsPerMinute: 60_000,
} as const;
