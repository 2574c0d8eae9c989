/** Raw figures of apps/ingest/bench/store → metrics. Pure. */
import { metric, ratios, type Metric } from '../../measure.ts';

export interface KafkaToTable {
  readonly rows: number;
  readonly seconds: number;
  /** rows that were still in Kafka when the time was over */
  readonly left: number;
  readonly writerCpuSeconds: number;
  readonly clickhouseCpuSeconds: number;
  readonly writerMebibytes: number;
  readonly clickhouseMebibytes: number;
}

export interface Inserted {
  readonly rows: number;
  readonly seconds: number;
}

/** One round: the three ways, one after the other on the same machine. */
export interface Round {
  readonly kafka: KafkaToTable;
  readonly limit: Inserted & { readonly cpuSeconds: number };
  readonly json: Inserted;
}

const LIMIT_TARGET = 0.8;
const JSON_TARGET = 8;

const rate = ({ rows, seconds }: Inserted): number => rows / seconds;
const perMillion = (cpuSeconds: number, rows: number): number => (cpuSeconds * 1e6) / rows;

export function storeMetrics(rounds: readonly Round[]): readonly Metric[] {
  const [kafka, limit, json] = [
    rounds.map((round) => rate(round.kafka)),
    rounds.map((round) => rate(round.limit)),
    rounds.map((round) => rate(round.json)),
  ];
  const speed = { unit: 'events/s', better: 'higher' } as const;
  const cost = { unit: 'CPU s per million events', better: 'lower' } as const;
  const memory = { unit: 'MiB', better: 'lower' } as const;
  const of = (figure: (round: Round) => number): readonly number[] => rounds.map(figure);
  return [
    metric({ name: 'store_kafka_to_table', ...speed, runs: kafka }),
    metric({ name: 'store_engine_limit', ...speed, runs: limit }),
    metric({ name: 'store_json_rows', ...speed, runs: json }),
    ratio('store_against_limit', LIMIT_TARGET, ratios(kafka, limit)),
    ratio('store_against_json_rows', JSON_TARGET, ratios(kafka, json)),
    metric({ name: 'store_writer_cpu', ...cost, runs: of((r) => perMillion(r.kafka.writerCpuSeconds, r.kafka.rows)) }),
    metric({
      name: 'store_clickhouse_cpu',
      ...cost,
      runs: of((r) => perMillion(r.kafka.clickhouseCpuSeconds, r.kafka.rows)),
    }),
    metric({ name: 'store_limit_cpu', ...cost, runs: of((r) => perMillion(r.limit.cpuSeconds, r.limit.rows)) }),
    metric({ name: 'store_writer_peak', ...memory, runs: of((r) => r.kafka.writerMebibytes) }),
    metric({ name: 'store_clickhouse_peak', ...memory, runs: of((r) => r.kafka.clickhouseMebibytes) }),
  ];
}

const ratio = (name: string, target: number, runs: readonly number[]): Metric =>
  metric({ name, unit: 'ratio', better: 'higher', target, runs });
