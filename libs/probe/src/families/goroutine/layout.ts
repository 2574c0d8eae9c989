/**
 * The flight recorder's memory, as bpf/records.h and bpf/maps.h lay it out (compared by a test): fields of an entry, by
 * byte, and of what families trace and http keep of a goroutine.
 */
export const FLIGHT_ENTRY = {
  sizeBytes: 64,
  sequence: 0,
  ts: 8,
  g: 16,
  goid: 24,
  caller_pc: 32,
  stack: 40,
  tid: 44,
  hook: 48,
  reason: 49,
  old_state: 50,
  new_state: 51,
} as const;

export const FLIGHT_HEAD = { sizeBytes: 64, written: 0 } as const;
export const FLIGHT_CRASH = { sizeBytes: 96, ts: 0, g: 8, goid: 16, hook: 24, text_length: 28, text: 32 } as const;

/** Of the map `goroutines`, whose key is the address of the g. */
export const GOROUTINE_CONTEXT = {
  sizeBytes: 144,
  trace_id: 0,
  span_id: 16,
  epoch: 32,
  binding: 37,
  started_ns: 40,
  request_epoch: 64,
} as const;
