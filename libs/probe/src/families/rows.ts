/** Raw records of any kind → columns of their table. */
import type { Columns } from '@mapscope/events';
import { clientRows } from './client/rows.ts';
import { gcRows } from './gc/rows.ts';
import { httpRows } from './http/rows.ts';
import type { RowContext } from '../rows/row-context.ts';
import { eventRows } from './fatal/rows.ts';
import type { AnyRawBatch } from './layouts.ts';
import { lockRows } from './lock/rows.ts';
import { mapRows } from './map/rows.ts';
import { syncmapRows } from './syncmap/rows.ts';

export function rowsOf(batch: AnyRawBatch, context: RowContext): Columns {
  switch (batch.kind) {
    case 'http_requests':
      return httpRows(batch, context);
    case 'lock_waits':
      return lockRows(batch, context);
    case 'probe_events':
      return eventRows(batch, context);
    case 'client_requests':
      return clientRows(batch, context);
    case 'map_events':
      return mapRows(batch, context);
    case 'syncmap_events':
      return syncmapRows(batch, context);
    case 'gc_events':
      return gcRows(batch, context);
  }
}
