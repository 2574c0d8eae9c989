import { Button } from '@mantine/core';
import type { TimeWindowJson } from '@mapscope/contract';
import type { FormEvent } from 'react';
import { rangeOf } from '../chart/visible-range.ts';
import type { Brush } from './brush.ts';
import { fromLocalInput, msFromInput, toLocalInput } from './local-input.ts';

interface WindowFormProps {
  readonly window: TimeWindowJson;
  readonly brush: Brush | undefined;
  readonly onExplain: (brush: Brush) => void;
}

/** The brush for those who do not drag over a chart. */
export function WindowForm({ window, brush, onExplain }: WindowFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [from, to] = [fromLocalInput(data.get('from')), fromLocalInput(data.get('to'))];
    const [minMs, maxMs] = [msFromInput(data.get('min')), msFromInput(data.get('max'))];
    if (from < to && (minMs ?? 0) < (maxMs ?? Infinity)) onExplain({ time: [from, to], minMs, maxMs });
  };
  const [from, to] = brush?.time ?? rangeOf(window);
  const { minMs, maxMs } = brush ?? {};
  return (
    <form className="window-form" onSubmit={submit} key={`${from} ${to} ${minMs} ${maxMs}`}>
      <label>
        from <input name="from" type="datetime-local" step="1" required defaultValue={toLocalInput(from)} />
      </label>
      <label>
        to <input name="to" type="datetime-local" step="1" required defaultValue={toLocalInput(to)} />
      </label>
      <label>
        took at least <input name="min" type="number" min="0" step="any" placeholder="0" defaultValue={minMs} /> ms
      </label>
      <label>
        and less than <input name="max" type="number" min="0" step="any" placeholder="any" defaultValue={maxMs} /> ms
      </label>
      <Button type="submit" size="compact-xs" variant="default">
        Explain these requests
      </Button>
    </form>
  );
}
