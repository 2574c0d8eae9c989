/** What a tool of the assistant endpoint is. Its schemas are made of the contract's, so that both say the same. */
import { z } from 'zod';
import type { Answers } from './answers.ts';

export interface ToolWorld {
  readonly answers: Answers;
  /** where people open the pages, without a slash at its end */
  readonly publicUrl: string;
}

export interface ToolAnswer {
  /** for people and models that read */
  readonly text: string;
  /** of the tool's output schema */
  readonly structured: object;
}

export interface Tool {
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** true: changes something; asks for a key with the scope control, and is there only where it is switched on */
  readonly writes: boolean;
  readonly run: (args: unknown, world: ToolWorld) => Promise<ToolAnswer>;
}

interface ToolSpec<I extends z.ZodObject, O extends z.ZodObject> {
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  readonly writes?: true;
  readonly run: (
    args: z.output<I>,
    world: ToolWorld,
  ) => Promise<{ readonly text: string; readonly structured: z.output<O> }>;
}

export function tool<I extends z.ZodObject, O extends z.ZodObject>(spec: ToolSpec<I, O>): Tool {
  const { title, description, input, output, writes, run } = spec;
  return {
    title,
    description,
    input,
    output,
    writes: writes ?? false,
    // The server has parsed the arguments by `input`, which is what makes them of that type.
    run: (args, world) => run(args as z.output<I>, world),
  };
}

/** Models send numbers as numbers; in an address they are text. */
export const limitOf = (fallback: number, max: number) =>
  z
    .int()
    .min(1)
    .max(max)
    .default(fallback)
    .meta({ description: `at most this many, 1 to ${max}` });
