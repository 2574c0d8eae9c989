/** Nothing found may mean a name written wrong: then the services there are, nearest first, help more than an empty table. */
import { nearestName, servicesAnswer } from '@mapscope/contract';
import { MapscopeError } from '@mapscope/events';
import type { ApiClient } from './api-client.ts';

const MAX_LISTED = 10;

/** Throws NOT_FOUND where the service served no request in a week; a known one that was quiet is no mistake. */
export async function refuseUnknown(api: ApiClient, service: string): Promise<void> {
  const { items } = await api.get('/api/v1/services', { from: 'now-1w' }, servicesAnswer);
  const names = items.map((each) => each.service);
  if (names.includes(service)) return;
  const nearest = nearestName(service, names);
  const hint = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  const known = names.length === 0 ? 'none was seen yet' : `seen were ${names.slice(0, MAX_LISTED).join(', ')}`;
  const text = `no request of ${JSON.stringify(service.slice(0, 64))} was seen in a week: ${hint}${known}`;
  throw new MapscopeError('NOT_FOUND', text, { facts: { service } });
}
