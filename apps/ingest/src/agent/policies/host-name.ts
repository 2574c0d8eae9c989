/** What this host is called for ever: /etc/machine-id (machine-id(5)), else its name. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export function hostName(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || hostname();
  } catch {
    return hostname();
  }
}
