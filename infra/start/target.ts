/** The service that is watched: our demo shop, or one of the user's own. */
export interface Target {
  readonly service: string;
  readonly pid: number;
  /** how the service is described to a person, e.g. "order (Go 1.24.4)" */
  readonly describe: string;
  readonly startLoad: () => Promise<void>;
  readonly stopLoad: () => Promise<void>;
  /** makes it slow; absent: nothing is known that breaks it */
  readonly breakIt?: (() => Promise<string>) | undefined;
  readonly fixIt?: (() => Promise<string>) | undefined;
  /** true as long as the watched process lives */
  readonly alive: () => boolean;
  readonly stop: () => Promise<void>;
}
