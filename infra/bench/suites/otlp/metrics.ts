/** Raw figures of apps/ingest/bench/otlp → metrics. Pure. */
import { metric, type Metric, ratios } from '../../measure.ts';

export interface Decoded {
  readonly spans: number;
  readonly cpuSeconds: number;
  readonly bytesPerSpan: number;
}

export interface Received {
  readonly spans: number;
  /** of the receiver's process */
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly mebibytes: number;
}

/** One round: one after the other on the same machine. */
export interface OtlpRound {
  readonly decodeProtobuf: Decoded;
  readonly http: Received;
  readonly grpc: Received;
  readonly decodeJson: Decoded;
  readonly json: Received;
}

const perCore = ({ spans, cpuSeconds }: Pick<Decoded, 'spans' | 'cpuSeconds'>): number => spans / cpuSeconds;

const rate = (name: string, runs: readonly number[]): Metric =>
  metric({ name, unit: 'spans/s/core', better: 'higher', runs });
const share = (name: string, runs: readonly number[]): Metric =>
  metric({ name, unit: 'ratio', better: 'higher', runs });

export function otlpMetrics(rounds: readonly OtlpRound[]): readonly Metric[] {
  const of = (figure: (round: OtlpRound) => number): readonly number[] => rounds.map(figure);
  const [protobuf, json] = [of((r) => perCore(r.decodeProtobuf)), of((r) => perCore(r.decodeJson))];
  const received = {
    http: of((r) => perCore(r.http)),
    grpc: of((r) => perCore(r.grpc)),
    json: of((r) => perCore(r.json)),
  };
  return [
    rate('otlp_decode_protobuf', protobuf),
    rate('otlp_decode_json', json),
    rate('otlp_http_to_kafka', received.http),
    rate('otlp_grpc_to_kafka', received.grpc),
    rate('otlp_json_to_kafka', received.json),
    share('otlp_http_against_decoding', ratios(received.http, protobuf)),
    share('otlp_grpc_against_decoding', ratios(received.grpc, protobuf)),
    share('otlp_json_against_decoding', ratios(received.json, json)),
    metric({
      name: 'otlp_http_wall',
      unit: 'spans/s',
      better: 'higher',
      runs: of((r) => r.http.spans / r.http.seconds),
    }),
    metric({ name: 'otlp_receiver_peak', unit: 'MiB', better: 'lower', runs: of((r) => r.http.mebibytes) }),
    metric({
      name: 'otlp_bytes_per_span',
      unit: 'bytes',
      better: 'lower',
      runs: of((r) => r.decodeProtobuf.bytesPerSpan).slice(0, 1),
    }),
  ];
}
