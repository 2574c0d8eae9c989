/**
 * Question: how many bytes on disk is an event? What is compared, and with which rows: apps/ingest/bench/storage. Sizes do not
 * depend on the machine: one run is enough, also on a busy one.
 */
import { join } from 'node:path';
import { REPO_ROOT } from '../../world/paths.ts';
import type { Suite } from '../measure.ts';
import { type Stored, storageMetrics } from './storage/metrics.ts';
import { child, inFreshData } from './store/world.ts';

const ROWS = 200_000;
const CAPTURE = join(REPO_ROOT, 'infra/replay/order-lock.capture');

export const storageSuite: Suite = {
  name: 'storage',
  question:
    "bytes on disk of an event, with its proof columns, marks and indexes, against the collector exporter's schema and a naive one with the same rows",
  run: async () => {
    const asked = { rows: ROWS, capture: CAPTURE };
    const stored = await inFreshData(({ root }) => child<Stored>('storage/storage.ts', { ...asked, folder: root }));
    return { metrics: storageMetrics(stored) };
  },
};
