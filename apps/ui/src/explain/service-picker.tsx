import type { ServicesAnswer } from '@mapscope/contract';
import { servicesPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { ServiceTable } from '../incidents/service-table.tsx';
import { Teach } from '../incidents/teach.tsx';
import { Loading } from '../parts/loading.tsx';
import { Panel } from '../parts/panel.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useNow } from '../parts/use-now.ts';

const SINCE = '1h';

/** Explain without a service: which one? */
export function ServicePicker() {
  const { value, problem, retry } = useAnswer<ServicesAnswer>(servicesPath(SINCE));
  const nowMs = useNow();
  return (
    <>
      <div className="page-head">
        <h1>Why is it slow?</h1>
      </div>
      {problem !== undefined && <ProblemNote problem={problem} onRetry={retry} />}
      {value === undefined && problem === undefined && <Loading what="Services" heights={[200]} />}
      {value?.items.length === 0 && <Teach />}
      {value !== undefined && value.items.length > 0 && (
        <Panel title="Services of the last hour">
          <ServiceTable services={value.items} nowMs={nowMs} />
        </Panel>
      )}
    </>
  );
}
