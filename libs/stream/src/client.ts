/** Makes the kafkajs client: every time-out and retry stated here, since its defaults differ under NODE_ENV=test. */
import kafkajs, { type Kafka, type LogEntry, type RetryOptions } from 'kafkajs';
import { registerZstd } from './codec.ts';
import { fixForgottenMembers } from './member-memory.ts';
import type { Security } from './security/read-security.ts';
import { fixNegativeTimers } from './timer-fix.ts';

export interface StreamLogLine {
  /** kafkajs' ERROR lines come as "warn": it logs each retried step so; what finally fails is thrown. */
  readonly level: 'debug' | 'info' | 'warn';
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface ClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly onLog?: ((line: StreamLogLine) => void) | undefined;
  readonly security: Security;
}

/**
 * About 10 s in all: a broker that has just started needs seconds to load its coordinators. What lasts longer is met
 * above: consumers are made anew, publishers have a queue.
 */
export const PATIENT: RetryOptions = {
  retries: 8,
  initialRetryTime: 200,
  maxRetryTime: 2_000,
  factor: 0.2,
  multiplier: 1.7,
};
/** For the first look: say within seconds that nobody answers. */
const QUICK: RetryOptions = { retries: 1, initialRetryTime: 200, maxRetryTime: 500, factor: 0.2, multiplier: 2 };

let prepared = false;

/** Registers codec and fixes once per process: they live in kafkajs' module state. */
function prepare(): void {
  if (prepared) return;
  registerZstd();
  fixNegativeTimers();
  fixForgottenMembers();
  prepared = true;
}

function lineOf(entry: LogEntry): StreamLogLine {
  const { logLevel } = kafkajs;
  const { message, timestamp: _timestamp, logger: _logger, ...rest } = entry.log;
  const level = entry.level === logLevel.ERROR || entry.level === logLevel.WARN ? 'warn' : 'info';
  return {
    level: entry.level === logLevel.DEBUG ? 'debug' : level,
    message: `kafkajs ${entry.namespace}: ${message}`,
    facts: rest,
  };
}

export function makeClient(options: ClientOptions, patience: 'patient' | 'quick'): Kafka {
  prepare();
  const { Kafka, logLevel } = kafkajs;
  const { onLog } = options;
  return new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    ...options.security,
    connectionTimeout: 1_500,
    requestTimeout: patience === 'quick' ? 3_000 : 15_000,
    enforceRequestTimeout: true,
    retry: patience === 'quick' ? QUICK : PATIENT,
    logLevel: onLog === undefined ? logLevel.NOTHING : logLevel.INFO,
    logCreator: () => (entry) => onLog?.(lineOf(entry)),
  });
}
