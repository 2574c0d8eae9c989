import type { LoggerService } from '@nestjs/common';
import type { Log } from '../ports.ts';

const drop = (): void => undefined;

/** Nest's own logger writes to stdout, where the ready line must be the first thing. Routine lines are dropped. */
export function nestLogger(log: Log): LoggerService {
  const write =
    (level: string) =>
    (message: unknown, ...rest: readonly unknown[]): void =>
      log({
        event: 'nest',
        level,
        message: String(message),
        context: rest.filter((part) => typeof part === 'string').join(' '),
      });
  return { log: drop, error: write('error'), warn: write('warn'), fatal: write('fatal') };
}
