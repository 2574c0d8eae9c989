export { VERDICTS } from './answer.ts';
export type { Candidate, Estimate, PlatformShare, RootCause, Verdict } from './answer.ts';
export type {
  CodeSite,
  Coverage,
  EvidenceQuery,
  EvidenceSource,
  LatencyPoint,
  RequestColumns,
  WaitColumns,
} from './evidence.ts';
