import { Button } from '@mantine/core';
import type { ProbesAnswer, Problem } from '@mapscope/contract';
import { useState } from 'react';
import { ask } from '../api/ask.ts';
import { probesPath } from '../api/paths.ts';
import { useAccess } from '../api/use-access.ts';
import { clockTime } from '../format/instant.ts';

type Said = { readonly answer: ProbesAnswer } | { readonly problem: Problem };

const HOUR_SECONDS = 3600;

/** The wish goes out at once; agents carry it out and report, which is what the list shows. */
export function ProbeSwitch({ service, isOn }: { readonly service: string; readonly isOn: boolean }) {
  const access = useAccess();
  const [isAsking, setIsAsking] = useState(false);
  const [said, setSaid] = useState<Said>();
  const wish = async (state: 'on' | 'off'): Promise<void> => {
    setIsAsking(true);
    const body = JSON.stringify(state === 'on' ? { state, ttlSeconds: HOUR_SECONDS } : { state });
    const answer = await ask<ProbesAnswer>(probesPath(service), new AbortController().signal, access, {
      method: 'PUT',
      body,
    });
    setIsAsking(false);
    setSaid(answer.ok ? { answer: answer.value } : { problem: answer.problem });
  };
  return (
    <div className="switch-line">
      <Button size="compact-sm" variant="default" loading={isAsking} onClick={() => void wish('on')}>
        {isOn ? 'Keep on for an hour' : 'Switch on for an hour'}
      </Button>
      {isOn && (
        <Button size="compact-sm" variant="default" loading={isAsking} onClick={() => void wish('off')}>
          Switch off
        </Button>
      )}
      <span className="small" role="status">
        {said !== undefined && wordsOf(said)}
      </span>
    </div>
  );
}

function wordsOf(said: Said): string {
  if ('problem' in said) return `${said.problem.title}: ${said.problem.detail}`;
  const { state, expiresAt } = said.answer;
  const until = expiresAt === null ? '' : ` until ${clockTime(expiresAt)}`;
  return `Asked for ${state}${until}; the agents follow within a second.`;
}
