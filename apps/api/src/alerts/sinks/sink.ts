/** Where alerts go. A port: what it takes to be told, and nothing of how. */
import type { Alert } from '../alert.ts';

export interface AlertSink {
  /** stands in the book of deliveries: the same sink keeps its name */
  readonly name: string;
  /** resolves when the other side has taken it; rejects, and it comes again */
  readonly send: (alert: Alert) => Promise<void>;
  /** Told again while it is open, so often: the other side forgets what it does not hear of. */
  readonly repeatMillis?: number;
}
