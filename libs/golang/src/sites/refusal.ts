import { MapscopeError } from '@mapscope/events';
import type { GoFunction } from '../pclntab/function-table.ts';

export function refused(fn: GoFunction, reason: string): MapscopeError {
  const message = `no probe on ${fn.name}: ${reason}; choose another function for this probe`;
  return new MapscopeError('PROBE_REFUSED', message, { facts: { function: fn.name, reason } });
}

export const hex = (offset: number): string => `+0x${offset.toString(16)}`;
