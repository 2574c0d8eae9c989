/** For integration tests: the settings of an agent, all but what a test is about. */
import type { AgentConfig } from '../agent/options.ts';

type Wanted = Partial<AgentConfig> & Pick<AgentConfig, 'kafkaBrokers' | 'topicPrefix' | 'dataDir'>;

export const agentConfig = (wanted: Wanted): AgentConfig => ({
  pid: undefined,
  exe: undefined,
  target: undefined,
  maxTargets: 32,
  policies: false,
  hostBudgetPercent: 20,
  service: undefined,
  families: ['lock', 'http'],
  panicValues: false,
  traceLabels: undefined,
  ringBytes: 1024 * 1024,
  flightBytes: 1024 * 1024,
  flushMillis: 50,
  goroutineDumpSeconds: 0,
  ttlSeconds: 60,
  capture: undefined,
  queueBytes: 16 * 1024 * 1024,
  spoolBytes: 64 * 1024 * 1024,
  kafkaProperties: undefined,
  overheadPercent: '3',
  logLevel: 'info',
  ...wanted,
});
