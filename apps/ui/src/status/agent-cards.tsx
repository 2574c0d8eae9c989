import { duration } from '../format/duration.ts';
import { ago } from '../format/instant.ts';
import { count } from '../format/number.ts';
import { platformWords } from '../format/platform.ts';
import { type AgentView, gapWords, shedWords } from './status-view.ts';

interface AgentCardsProps {
  readonly agents: readonly AgentView[];
  readonly nowMs: number;
}

export function AgentCards({ agents, nowMs }: AgentCardsProps) {
  return (
    <section aria-label="Agents">
      <h2 className="section-title">Agents</h2>
      <div className="agents">
        {agents.map((agent) => (
          <AgentCard key={agent.agent} agent={agent} nowMs={nowMs} />
        ))}
      </div>
    </section>
  );
}

function stateOf(agent: AgentView): { readonly text: string; readonly lamp: string } {
  const { isFinal, isSilent, state, replay } = agent;
  if (agent.gap !== null) return { text: 'died without a last word', lamp: 'paused' };
  if (isFinal) return { text: replay === null ? 'stopped in order' : 'played back to its end', lamp: 'off' };
  if (isSilent) return { text: 'silent', lamp: 'paused' };
  return replay === null ? { text: state, lamp: 'live' } : { text: 'playing back', lamp: 'live' };
}

function AgentCard({ agent, nowMs }: { readonly agent: AgentView; readonly nowMs: number }) {
  const { text, lamp } = stateOf(agent);
  const facts: readonly (readonly [string, string])[] = [
    ['attached in', duration(agent.attachMs)],
    ['probes', count(agent.probes)],
    ['events', count(agent.submitted)],
    ['lost', count(agent.lost)],
  ];
  return (
    <article className={agent.isFinal ? 'panel agent is-over' : 'panel agent'}>
      <div className="panel-head">
        <h3>{agent.service}</h3>
        {agent.replay !== null && <span className="badge badge-calm">↺ replay</span>}
        <span className="grow" />
        <span className="small">
          <span className={`lamp lamp-${lamp}`} aria-hidden="true" /> {text}, {ago(agent.reportedAt, nowMs)}
        </span>
      </div>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className={name === 'lost' && agent.lost > 0 ? 'is-hot' : undefined}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {agent.gap !== null && <p className="small text-hot">{gapWords(agent.gap)}</p>}
      {agent.shed.map((kind) => (
        <p key={kind.kind} className="small text-hot">
          {shedWords(kind)}
        </p>
      ))}
      <AgentFoot agent={agent} />
    </article>
  );
}

function AgentFoot({ agent }: { readonly agent: AgentView }) {
  return (
    <p className="dim small mono agent-foot">
      {agent.replay === null ? 'process' : 'recorded process'} {agent.pid} ·{' '}
      <span title={agent.platform}>{platformWords(agent.platform)}</span>
      <br />
      {agent.agent} · build {agent.buildId.slice(0, 12)}
    </p>
  );
}
