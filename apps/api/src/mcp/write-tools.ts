/** The two wishes an assistant may have, where it is switched on and its key may. */
import { closedObject, nameText, probesAnswer, probesChange } from '@mapscope/contract';
import { z } from 'zod';
import { tool } from './tool.ts';

const service = nameText.meta({ description: 'service.name', examples: ['order'] });
const input = closedObject({ service, ttlSeconds: probesChange.shape.ttlSeconds });

const wish = (state: 'on' | 'off', title: string, description: string) =>
  tool({
    title,
    description,
    input,
    // A schema with a name of its own would become a reference, which the protocol does not take at the top.
    output: z.object(probesAnswer.shape),
    writes: true,
    run: async ({ service: name, ttlSeconds }, { answers }) => {
      const wanted = await answers.changeProbes(name, { state, ttlSeconds });
      const until = wanted.expiresAt === null ? '' : ` until ${wanted.expiresAt}`;
      return {
        text: `probes of ${name} are wanted ${state}${until}; agents follow within seconds`,
        structured: wanted,
      };
    },
  });

export const attach = wish(
  'on',
  'Attach probes',
  'Switches the probes of a service on, at every agent that watches it.',
);
export const detach = wish(
  'off',
  'Detach probes',
  'Switches the probes of a service off, at every agent that watches it.',
);
