import type { RootCauseAnswer } from '@mapscope/contract';
import { CopyCommand } from '../parts/copy-command.tsx';
import { Panel } from '../parts/panel.tsx';
import { RichText } from '../parts/rich-text.tsx';
import { probeAdvice } from './probe-advice.ts';

/** How to mend it, and which probes would tell more. */
export function AdvicePanels({ answer }: { readonly answer: RootCauseAnswer }) {
  const { nextProbes = [], service } = answer;
  const remedy = answer.remedy ?? '';
  if (remedy === '' && nextProbes.length === 0) return null;
  return (
    <div className="two">
      {remedy !== '' && (
        <Panel title="How to mend it" className="remedy">
          <p>
            <RichText text={remedy} />
          </p>
        </Panel>
      )}
      {nextProbes.length > 0 && (
        <Panel title="Probes that would tell more">
          <ul className="advice">
            {nextProbes.map((text) => (
              <Advice key={text} text={text} service={service} />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

function Advice({ text, service }: { readonly text: string; readonly service: string }) {
  const { family, why, command } = probeAdvice(text, service);
  return (
    <li>
      {family !== '' && <strong className="mono">{family}</strong>} {why}
      {command !== undefined && (
        <>
          <p className="dim small">In place of the agent that watches the service now:</p>
          <CopyCommand command={command} />
        </>
      )}
    </li>
  );
}
