/** What a program of somebody else is to a test: how it is started, what it is asked, and how it ends. */

export interface Ask {
  readonly url: string;
  /** sent by POST */
  readonly body?: string;
  /** how many requests of its own the program serves for it: 2 where it asks itself, with the caller's traceparent */
  readonly requests: number;
  /** how many requests it sends for it */
  readonly calls: number;
}

export interface Stranger {
  readonly name: string;
  /** below the folder for programs that the set-up fetches (infra/setup/tasks/strangers.ts) */
  readonly executable: string;
  readonly ports: number;
  /** in the folder it is started in, by name */
  readonly files: (ports: readonly number[]) => Readonly<Record<string, string>>;
  readonly args: (ports: readonly number[]) => readonly string[];
  /** answers 200 once all is up */
  readonly ready: (ports: readonly number[]) => string;
  /** in this order each gets the same answer from every fresh process */
  readonly asks: (ports: readonly number[]) => readonly Ask[];
  /** without what differs from run to run */
  readonly steady?: (answer: string) => string;
  /** over another protocol than HTTP: what was said */
  readonly converse?: (ports: readonly number[]) => Promise<string>;
  /** where it serves Go's own profiles; undefined: Go's traceback comes from SIGQUIT, which ends it */
  readonly profiles?: (ports: readonly number[]) => string;
  /** what ends it, and how; null: by the signal itself */
  readonly end: { readonly signal: NodeJS.Signals; readonly status: number | null };
}

/** http://127.0.0.1 at one of the ports */
export const at = (ports: readonly number[], index: number, path: string): string =>
  `http://${hostAt(ports, index)}${path}`;

export const hostAt = (ports: readonly number[], index: number): string => `127.0.0.1:${ports[index] ?? 0}`;
