/** Settings of the role `otlp`. */
import { ACCESS_OPTIONS, type ConfigValues, portOption, textOption } from '@mapscope/events';
import { COMMON_OPTIONS, KAFKA_OPTIONS } from '../process/common-options.ts';

export const OTLP_OPTIONS = {
  host: textOption({ flag: 'host', describe: 'address to listen on', default: '127.0.0.1' }),
  /** 4318: the port of OTLP over HTTP, registered with IANA */
  port: portOption({ flag: 'port', describe: 'port of OTLP over HTTP; 0: any free one', default: 4318 }),
  /** 4317: the port of OTLP over gRPC, registered with IANA */
  grpcPort: portOption({
    flag: 'grpc-port',
    describe: 'port of OTLP over gRPC; 0: any free one; default: 4317 beside 4318, else any free one',
    default: undefined,
  }),
  ...KAFKA_OPTIONS,
  ...ACCESS_OPTIONS,
  ...COMMON_OPTIONS,
};

export type OtlpConfig = ConfigValues<typeof OTLP_OPTIONS>;

/** What OTLP's ports are by convention. */
export const USUAL_PORTS = { http: 4318, grpc: 4317 } as const;

/** Beside a port that was moved, any free one. */
export const grpcPortOf = ({ port, grpcPort }: Pick<OtlpConfig, 'port' | 'grpcPort'>): number =>
  grpcPort ?? (port === USUAL_PORTS.http ? USUAL_PORTS.grpc : 0);
