import type { CrashesAnswer, CrashJson } from '@mapscope/contract';
import { crashesPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { ago, dateTime } from '../format/instant.ts';
import { fileLine, shortFunction } from '../format/code-place.ts';
import { plural } from '../format/number.ts';
import { platformWords } from '../format/platform.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { TraceLink } from '../parts/trace-link.tsx';
import { useNow } from '../parts/use-now.ts';
import { Link } from '../router/link.tsx';
import { hrefOf } from '../router/query.ts';
import { useRoute } from '../router/use-route.ts';
import { ScopeBar } from '../scope/scope-bar.tsx';
import { scopeOf, type Scope } from '../scope/scope.ts';
import { blamedFrame, fixOf, KIND_WORDS } from './crash-words.ts';

/** Processes that the Go runtime ended: what it said, where, and what came before. */
export function CrashesPage() {
  const { query } = useRoute();
  const scope = scopeOf(query);
  const { value, problem, retry } = useAnswer<CrashesAnswer>(
    crashesPath({ service: scope.service, from: scope.from, to: scope.to }),
    { subject: 'crashes', pollMillis: scope.to === undefined ? 10_000 : undefined },
  );
  const nowMs = useNow();
  return (
    <>
      <ScopeBar page="crashes" title="Crashes" scope={scope} all />
      {problem !== undefined && <ProblemNote problem={problem} onRetry={retry} />}
      {value === undefined && problem === undefined && <Loading what="Crashes" heights={[220]} />}
      {value?.items.length === 0 && <NoCrashes scope={scope} />}
      <ol className="crashes">
        {value?.items.map((crash) => (
          <Crash key={`${crash.service} ${crash.pid} ${crash.at}`} crash={crash} nowMs={nowMs} />
        ))}
      </ol>
    </>
  );
}

function NoCrashes({ scope }: { readonly scope: Scope }) {
  return (
    <div className="note">
      <p>
        No watched process of {scope.service ?? 'any service'} crashed in this time. A fatal error, a throw of the
        runtime and a panic nobody recovered come here within three seconds, with the stack.
      </p>
    </div>
  );
}

function Crash({ crash, nowMs }: { readonly crash: CrashJson; readonly nowMs: number }) {
  const { at, service, kind, message, pid, goroutine, platform, traceId, dumpAt } = crash;
  const fix = fixOf(message);
  return (
    <li className="panel crash">
      <div className="verdict-meta">
        <span className="badge badge-hot">✕ {KIND_WORDS[kind]}</span>
        <b>{service}</b>
        <span className="dim">
          {dateTime(at)}, {ago(at, nowMs)} · process {pid}, goroutine {goroutine} · {platformWords(platform)}
        </span>
      </div>
      <h2 className="crash-message">{message}</h2>
      {fix !== undefined && <p className="crash-fix">{fix}</p>}
      <Stack crash={crash} />
      <p className="crash-links">
        {dumpAt === null ? (
          <span className="dim small">The goroutine flight recorder was off: only this stack is known.</span>
        ) : (
          <Link
            href={hrefOf('goroutines', { service, pid: String(pid), at: dumpAt, from: beforeOf(at), to: afterOf(at) })}
          >
            What every goroutine did before it
          </Link>
        )}
        {traceId !== null && (
          <span>
            It served trace <TraceLink id={traceId} />
          </span>
        )}
        <Link href={hrefOf('maps', { service, from: beforeOf(at), to: afterOf(at) })}>Maps of {service} then</Link>
      </p>
    </li>
  );
}

function Stack({ crash: { stack } }: { readonly crash: CrashJson }) {
  const blamed = blamedFrame(stack);
  if (stack.length === 0) return <p className="dim small">The stack was not stored.</p>;
  return (
    <ol className="stack-frames" aria-label={plural(stack.length, 'frame')}>
      {stack.map((frame, index) => (
        <li key={index} className={index === blamed ? 'frame frame-wait' : 'frame'}>
          <span className="frame-function">{shortFunction(frame.function)}</span>
          <span className="frame-line" title={frame.file}>
            {fileLine(frame)}
          </span>
        </li>
      ))}
    </ol>
  );
}

const MARGIN_MS = 600_000;
const shifted = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();
const beforeOf = (instant: string): string => shifted(instant, -MARGIN_MS);
const afterOf = (instant: string): string => shifted(instant, MARGIN_MS);
