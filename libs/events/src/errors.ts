/**
 * One error class for all of Mapscope. A code decides what the caller does (retry, refuse, exit);
 * the message is for people: what happened, with which value, how to mend it.
 * Every code is explained in infra/docs/errors.md (kept complete by a test).
 */
export const ERROR_CODES = {
  CONFIG_INVALID: { exit: 2, retry: false },
  NOT_ROOT: { exit: 2, retry: false },
  KERNEL_UNSUPPORTED: { exit: 2, retry: false },
  PORT_TAKEN: { exit: 2, retry: false },
  SETUP_FAILED: { exit: 2, retry: false },
  TARGET_NOT_FOUND: { exit: 2, retry: false },
  TARGET_NOT_GO: { exit: 2, retry: false },
  TARGET_UNSUPPORTED: { exit: 2, retry: false },
  BINARY_MALFORMED: { exit: 2, retry: false },
  PROBE_REFUSED: { exit: 1, retry: false },
  BPF_FAILED: { exit: 1, retry: false },
  KAFKA_UNREACHABLE: { exit: 2, retry: true },
  KAFKA_REFUSED: { exit: 1, retry: true },
  CLICKHOUSE_UNREACHABLE: { exit: 2, retry: true },
  CLICKHOUSE_REFUSED: { exit: 1, retry: false },
  BATCH_MALFORMED: { exit: 1, retry: false },
  QUERY_INVALID: { exit: 1, retry: false },
  NOT_FOUND: { exit: 1, retry: false },
  NO_VERDICT: { exit: 3, retry: false },
  ALERT_UNDELIVERED: { exit: 1, retry: true },
  ACCESS_REFUSED: { exit: 1, retry: false },
  INTERNAL: { exit: 1, retry: false },
} as const satisfies Record<string, { readonly exit: number; readonly retry: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Values that explain an error: small, printable, never secrets. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean>>;

export class MapscopeError extends Error {
  override readonly name = 'MapscopeError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, options: { facts?: ErrorFacts; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.facts = options.facts ?? {};
  }

  get canRetry(): boolean {
    return ERROR_CODES[this.code].retry;
  }
}
