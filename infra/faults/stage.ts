/** Where everything is, and what becomes of a scenario. */
import type { DataPaths } from '../world/paths.ts';
import type { Check } from './compare.ts';
import type { LoadReport } from './load.ts';
import type { Pair } from './pairs.ts';
import type { Programs } from './service.ts';

export interface Stage {
  readonly paths: DataPaths;
  readonly programs: Programs;
  readonly kafkaBrokers: readonly string[];
  readonly clickhouseUrl: string;
  readonly apiUrl: string;
  readonly otlpUrl: string;
  /** version the services are built by */
  readonly go: string;
  readonly seconds: number;
  readonly seed: number;
  /** slices in turn after the answer's own; see pairs.ts */
  readonly isPaired: boolean;
}

export interface Outcome {
  readonly scenario: string;
  readonly goVersion: string;
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly sentence: string;
  readonly reasons: readonly string[];
  readonly secondsToIncident: number | null;
  /** of a scenario that ends in a crash: from the crash until its incident was told */
  readonly secondsFromCrash?: number | null;
  readonly load: { readonly off: LoadReport; readonly on: LoadReport };
  /** slices without and with the fault in turn; none where it is not the only cause */
  readonly pairs: readonly Pair[];
}
