/**
 * What one request may cost. Bytes are bounded before decoding; these bound what a few bytes can blow up to: an empty event
 * is two bytes of protobuf and an object here, a resource's attributes are sent once and stored with each of its spans.
 */
import { MapscopeError } from '@mapscope/events';

/** The size the OTLP specification recommends, for the body as sent and as unpacked. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Spans, attributes, events, links and list elements together; a full 64 MiB of usual spans has about 3 million. */
export const MAX_ITEMS = 6_000_000;
/** Commas and opening brackets of a JSON body, counted before it is parsed: each becomes a value in memory. */
export const MAX_JSON_TOKENS = 12_000_000;
/** Lists in lists, maps in maps. Far more than people nest, far less than the stack. */
export const MAX_NESTING = 32;
/** UTF-16 units of one row with its resource: a Kafka value takes 8 MiB, and a unit at most 3 bytes. */
export const MAX_ROW_CHARS = 2 * 1024 * 1024;
/** UTF-16 units of all rows of a request. */
export const MAX_REQUEST_CHARS = 256 * 1024 * 1024;

/** 400: sent again it fails again. */
export const malformed = (problem: string): MapscopeError => new MapscopeError('BATCH_MALFORMED', problem);

/** 413: too much in one request, though each part may be fine. */
export const tooLarge = (problem: string): MapscopeError =>
  new MapscopeError('BATCH_MALFORMED', `${problem}: send smaller batches`, { facts: { tooLarge: true } });

export const isTooLarge = (error: MapscopeError): boolean => error.facts['tooLarge'] === true;

export interface ItemBudget {
  readonly spend: (items: number) => void;
}

export function itemBudget(limit = MAX_ITEMS): ItemBudget {
  let left = limit;
  return {
    spend: (items) => {
      left -= items;
      if (left < 0) throw tooLarge(`the request holds more than ${limit} rows, attributes and list elements together`);
    },
  };
}
