import type { StatusAnswer } from '@mapscope/contract';
import { KeyGate } from '../access/key-gate.tsx';
import type { Asked } from '../api/use-answer.ts';
import { count } from '../format/number.ts';
import { Keys } from '../keys/keys.tsx';
import { useNow } from '../parts/use-now.ts';
import { Link } from '../router/link.tsx';
import { PAGE_NAMES, PAGES, type Page } from '../router/pages.ts';
import { hrefOf } from '../router/query.ts';
import { lostOf, toAgentViews } from '../status/status-view.ts';
import { SchemeToggle } from './scheme-toggle.tsx';

interface HeaderProps {
  readonly page: Page | undefined;
  readonly status: Asked<StatusAnswer>;
}

export function Header({ page, status }: HeaderProps) {
  return (
    <header className="header">
      <Link href={hrefOf('incidents')} className="brand" label="Mapscope, incidents">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 21h7l3-13 5 17 3-9h8" />
        </svg>
        Mapscope
      </Link>
      <nav aria-label="Pages">
        {PAGES.map((target) => (
          <Link key={target} href={hrefOf(target)} className="nav-link" current={page === target}>
            {PAGE_NAMES[target]}
          </Link>
        ))}
      </nav>
      <span className="grow" />
      <Keys />
      <Pulse status={status} />
      <a className="nav-link" href="/docs">
        API
      </a>
      <KeyGate />
      <SchemeToggle />
    </header>
  );
}

/** Whether somebody is measuring, and whether anything was lost, on every page. */
function Pulse({ status: { value, problem } }: { readonly status: Asked<StatusAnswer> }) {
  const nowMs = useNow();
  // The button beside it says what to do.
  if (problem?.neededScope !== undefined) return null;
  if (problem !== undefined)
    return <PulseText lamp="paused" text={problem.status === 0 ? 'API does not answer' : 'API reports a problem'} />;
  if (value === undefined) return null;
  const live = toAgentViews(value.agents, nowMs).filter((agent) => !agent.isFinal && !agent.isSilent).length;
  const lost = lostOf(value.pipeline.totals);
  const agents = `${live} agent${live === 1 ? '' : 's'}`;
  return <PulseText lamp={lost > 0 ? 'paused' : live > 0 ? 'live' : 'off'} text={`${agents}, ${count(lost)} lost`} />;
}

function PulseText({ lamp, text }: { readonly lamp: 'live' | 'paused' | 'off'; readonly text: string }) {
  return (
    <Link href={hrefOf('status')} className="pulse small">
      <span className={`lamp lamp-${lamp}`} aria-hidden="true" /> {text}
    </Link>
  );
}
