/** What is said of a process that could not be probed. */
import { MapscopeError } from '@mapscope/events';
import type { Reporter } from '../../process/reporter.ts';
import type { SeenTarget } from './scan.ts';

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

export function tellFailed({ reporter }: { readonly reporter: Reporter }, { facts }: SeenTarget, error: unknown): void {
  const { message } = asError(error);
  const code = error instanceof MapscopeError ? error.code : 'INTERNAL';
  const { pid, service } = facts;
  reporter.event('target-failed', { pid, service, code, message });
  reporter.log('warn', `process ${pid} is not probed: ${code}: ${message}`, { service });
}
