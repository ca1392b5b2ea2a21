/** Every number of the platform and of our own that code relies on, in one place. Units are in the names. */
export const LIMITS = {
  /** Cloudflare D1: bound parameters of one query. */
  d1Parameters: 100,
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

  /** A lease as the server grants it, how often the agent renews it, and when the agent kills its own work without an answer. */
  leaseMs: 60_000,
  renewEveryMs: 15_000,
  selfAbortMs: 45_000,
  /** Jobs one agent holds at a time, unless it says less. */
  agentCapacity: 8,
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
  workflowDepth: 5,

  checkpointExpiryS: 86_400,
  checkpointMaxExpiryS: 365 * 86_400,

  /** A run that throws so often in a row in reconcile is ended with code `internal`. */
  reconcileThrows: 3,
  /** Passes of decide over one run in one reconcile, so that no definition can hold the dispatcher. */
  decidePasses: 64,
  /** A run with nothing to wait for is looked at again after this long. */
  recheckMs: 300_000,
  /** A new run's hint is given this long before the sweep looks itself. */
  firstCheckMs: 5_000,
  sweepRuns: 500,

  outputBytes: 32_768,
  bodyBytes: 512_000,
  argsBytes: 65_536,
  logBytes: 10 * 1024 * 1024,
  logChunkBytes: 32_768,
  /** Log chunks that arrive after the result are still taken this long. */
  lateLogMs: 30_000,

  callTimeoutS: 30,
  callBodyBytes: 1_048_576,
  retryAfterMaxS: 3_600,

  idempotencyMs: 7 * 86_400_000,
  listDefault: 50,
  listMax: 100,
  waitMaxS: 25,
  requestsPerMinute: 6_000,
} as const;
