/** What could be probed in a program, as data and as text. Pure: needs no root, and is the same on every machine. */
import type { GoBinary } from '@mapscope/golang';
import type { FamilyName, Manifest } from '@mapscope/probe';
import { untracedServers } from './untraced.ts';

export interface ProgramReport {
  readonly program: string;
  readonly goVersion: string;
  readonly arch: string;
  readonly buildId: string;
  readonly module: string;
  readonly families: readonly FamilyReport[];
  readonly gaps: Manifest['gaps'];
  /** ways in which requests come that no probe sees */
  readonly untraced: readonly { readonly what: string; readonly effect: string }[];
}

export interface FamilyReport {
  readonly family: FamilyName;
  readonly on: boolean;
  /** why it is off */
  readonly reason: string;
  readonly hooks: readonly HookReport[];
}

export interface HookReport {
  readonly function: string;
  /** bytes from the function's first instruction */
  readonly offset: number;
  readonly instruction: string;
  /** of the probed program's time, for the trap alone: libs/probe, sites/site-cost.ts */
  readonly expectedNanosPerHit: number;
}

export function reportProgram(program: string, binary: GoBinary, manifest: Manifest): ProgramReport {
  const { path = '', version = '' } = binary.modules.main ?? {};
  const on = manifest.families.map((family) => ({ family, on: true, reason: '', hooks: hooksOf(manifest, family) }));
  const off = manifest.off.map(({ family, reason }) => {
    const reasons = [...new Set(reason.split('; '))];
    return { family, on: false, reason: reasons.join('; '), hooks: [] };
  });
  return {
    program,
    goVersion: manifest.goVersion,
    arch: manifest.arch,
    buildId: manifest.buildId,
    module: `${path} ${version}`.trim(),
    families: [...on, ...off],
    gaps: distinct(manifest.gaps),
    untraced: untracedServers(binary),
  };
}

/** A function probed at its entry and at its returns is lacking once. */
function distinct(gaps: Manifest['gaps']): Manifest['gaps'] {
  return [...new Map(gaps.map((gap) => [`${gap.family} ${gap.function} ${gap.effect}`, gap])).values()];
}

function hooksOf(manifest: Manifest, family: FamilyName): readonly HookReport[] {
  return manifest.hooks
    .filter((hook) => hook.family === family)
    .map(({ function: name, offset, instruction, expectedNanos }) => ({
      function: name,
      offset,
      instruction,
      expectedNanosPerHit: expectedNanos,
    }));
}

export function renderReport(report: ProgramReport): readonly string[] {
  const { program, goVersion, arch, module, buildId, families, gaps, untraced } = report;
  const width = Math.max(0, ...families.flatMap(({ hooks }) => hooks.map((hook) => hook.function.length)));
  return [
    `${program}: ${goVersion}, ${arch}${module === '' ? '' : `, ${module}`}`,
    `build id ${buildId}`,
    ...families.flatMap((family) => ['', ...renderFamily(family, width)]),
    ...section(
      'Lacking',
      gaps.map((gap) => `${gap.family}: ${gap.function}: ${gap.reason}. So ${gap.effect}.`),
    ),
    ...section(
      'Not traced',
      untraced.map(({ what, effect }) => `${what}: ${effect}.`),
    ),
  ];
}

function renderFamily({ family, on, reason, hooks }: FamilyReport, width: number): readonly string[] {
  if (!on) return [`${family}: off: ${reason}`];
  const lines = hooks.map(
    (hook) =>
      `  ${hook.function.padEnd(width)}  +${String(hook.offset).padEnd(5)} ${hook.instruction.padEnd(7)} ${String(hook.expectedNanosPerHit).padStart(5)} ns a hit`,
  );
  return [`${family}: on`, ...lines];
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
