/** Names of our own spans: constants, few; what differs between calls goes into attributes. */
export const SPANS = {
  rootCause: 'mapscope.root_cause',
  incidents: 'mapscope.incidents',
  storeQuery: 'mapscope.store.query',
  insert: 'mapscope.insert',
  publish: 'mapscope.publish',
  attach: 'mapscope.attach',
  detach: 'mapscope.detach',
} as const;
export type SpanName = (typeof SPANS)[keyof typeof SPANS];

/** Our attribute names, where OpenTelemetry's semantic conventions have none. */
export const ATTRIBUTES = {
  service: 'mapscope.service',
  verdict: 'mapscope.verdict',
  rows: 'mapscope.rows',
  batchKind: 'mapscope.batch.kind',
} as const;
